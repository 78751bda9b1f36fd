"""Whom an Alipay account signs as and believes (a key, or certificates), and what is signed."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from urllib.parse import parse_qsl

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from msgspec import Struct

from pos_tui.cloud.platforms.alipay.account import AlipayAccount
from pos_tui.cloud.wire import rsa
from pos_tui.reasons import plain
from pos_tui.settings import SettingsError

_LARGEST_NOTICE = 1 << 16
_RSA_SIGNATURE = "1.2.840.113549.1.1."
_RSA_SIGNATURE_DER = bytes.fromhex("2a864886f70d0101")
_BLOCK = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


class AlipayKeys(Struct, frozen=True, kw_only=True):
    """An account's keys, parsed. The serial numbers are those of certificate mode only."""

    private: RSAPrivateKey
    alipay: RSAPublicKey
    app_cert_sn: str | None = None
    root_cert_sn: str | None = None
    alipay_cert_sn: str | None = None

    def named(self) -> dict[str, str]:
        """What every request says about the certificates: nothing in key mode."""
        if self.app_cert_sn is None or self.root_cert_sn is None:
            return {}
        return {"app_cert_sn": self.app_cert_sn, "alipay_root_cert_sn": self.root_cert_sn}


def open_keys(account: AlipayAccount) -> AlipayKeys:
    """The keys of an account; where it has certificates they count, whatever `alipay_key` says.

    Raises SettingsError where no mode is whole, and for keys that cannot be used.
    """
    private = rsa.private_key(account.private_key, "alipay.private_key")
    parts = {
        "app_certificate": account.app_certificate,
        "alipay_certificate": account.alipay_certificate,
        "root_certificates": account.root_certificates,
    }
    missing = [name for name, text in parts.items() if not text]
    if len(missing) == len(parts):
        if not account.alipay_key:
            raise SettingsError("certificate.alipay_nothing")
        alipay_key = rsa.public_key(account.alipay_key, "alipay.alipay_key")
        return AlipayKeys(private=private, alipay=alipay_key)
    if missing:
        raise SettingsError("certificate.alipay_incomplete", missing=tuple(missing))
    app, theirs = account.app_certificate or "", account.alipay_certificate or ""
    if rsa.public_key(app, "alipay.app_certificate") != private.public_key():
        raise SettingsError("certificate.alipay_other_key")
    return AlipayKeys(
        private=private,
        alipay=rsa.public_key(theirs, "alipay.alipay_certificate"),
        app_cert_sn=serial(app, "alipay.app_certificate"),
        root_cert_sn=root_serials(account.root_certificates or "", "alipay.root_certificates"),
        alipay_cert_sn=serial(theirs, "alipay.alipay_certificate"),
    )


def serial(pem: str, name: str) -> str:
    """The number that Alipay knows a certificate by; of a chain, its first. Raises SettingsError.

    MD5 over the issuer's name as RFC 2253 writes it and the decimal serial number
    (opendocs.alipay.com, "certificate mode").
    """
    return _serial(_certificate(_blocks(pem, name)[0], name))


def root_serials(pem: str, name: str) -> str:
    """The numbers of all RSA roots of a file, joined by `_`. Raises SettingsError.

    Alipay's file of roots has SM2 and ECDSA ones too, which RSA2 leaves out.
    """
    serials = []
    for block in _blocks(pem, name):
        try:
            certificate = _certificate(block, name)
        except SettingsError:
            # Real SM2 and ECDSA roots are written in ways that not every reader takes.
            if _may_be_rsa(block):
                raise
            continue
        if certificate.signature_algorithm_oid.dotted_string.startswith(_RSA_SIGNATURE):
            serials.append(_serial(certificate))
    if not serials:
        raise SettingsError("certificate.no_rsa_root", name=name)
    return "_".join(serials)


# ---- what a signature covers -----------------------------------------------------------------


def signed_request(params: Mapping[str, str]) -> bytes:
    """The text that a request's signature covers."""
    return _listed(params, {"sign"})


def signed_response(text: str, name: str, cert_sn: str | None = None) -> tuple[str, str]:
    """The response object exactly as received, and the signature beside it.

    Raises ValueError when the reply is not a JSON object that holds both, once, and (where we
    hold a certificate) names that very certificate.
    """
    try:
        found = _members(text)
    except RecursionError as error:
        raise ValueError("the reply is nested too deep") from error
    if name not in found or "sign" not in found:
        raise ValueError("the reply is not signed or not the one that was asked for")
    if cert_sn is not None and found.get("alipay_cert_sn", ("", None))[1] != cert_sn:
        raise ValueError("the reply is signed with another certificate; see if Alipay's is new")
    raw, signature = found[name][0], found["sign"][1]
    if not isinstance(signature, str):
        raise ValueError("the signature is not a text")
    return raw, signature


def notice_fields(body: bytes) -> dict[str, str] | None:
    """The fields of a notice; None where it is not a form that names each field once."""
    if len(body) > _LARGEST_NOTICE:
        return None
    try:
        named = parse_qsl(
            body.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=100
        )
    except ValueError:
        return None
    fields = dict(named)
    return fields if len(fields) == len(named) else None


def signed_notice(fields: Mapping[str, str]) -> bytes:
    """The text that a notice's signature covers."""
    return _listed(fields, {"sign", "sign_type"})


# ---- certificates and JSON, read closely -----------------------------------------------------


def _members(text: str) -> dict[str, tuple[str, object]]:
    """Each member of a JSON object, as text and as value; braces within texts are no matter."""
    scan = json.JSONDecoder().raw_decode
    found: dict[str, tuple[str, object]] = {}
    at = _past_blanks(text, 0)
    if text[at : at + 1] != "{":
        raise ValueError("the reply is not an object")
    while text[at : at + 1] in ("{", ","):
        key, at = scan(text, _past_blanks(text, at + 1))
        at = _past_blanks(text, at)
        if not isinstance(key, str) or text[at : at + 1] != ":" or key in found:
            raise ValueError("the reply's names are not in order")
        begin = _past_blanks(text, at + 1)
        value, end = scan(text, begin)
        found[key] = (text[begin:end], value)
        at = _past_blanks(text, end)
    if text[at : at + 1] != "}" or text[at + 1 :].strip():
        raise ValueError("the reply does not end where its object ends")
    return found


def _past_blanks(text: str, at: int) -> int:
    while text[at : at + 1] in (" ", "\t", "\r", "\n"):
        at += 1
    return at


def _listed(fields: Mapping[str, str], but: set[str]) -> bytes:
    named = sorted((name, value) for name, value in fields.items() if value and name not in but)
    return "&".join(f"{name}={value}" for name, value in named).encode()


def _serial(certificate: x509.Certificate) -> str:
    text = certificate.issuer.rfc4514_string() + str(certificate.serial_number)
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _blocks(pem: str, name: str) -> list[str]:
    found = _BLOCK.findall(pem)
    if not found:
        raise SettingsError("certificate.none_in_pem", name=name)
    return found


def _certificate(block: str, name: str) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(block.encode())
    except ValueError as error:
        raise SettingsError("certificate.not_in_pem", name=name, why=plain(str(error))) from error


def _may_be_rsa(block: str) -> bool:
    try:
        return _RSA_SIGNATURE_DER in base64.b64decode(re.sub("-----.+?-----", "", block))
    except ValueError:
        return True
