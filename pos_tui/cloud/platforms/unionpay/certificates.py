"""Whose certificate UnionPay's answers carry, and what a message's signature covers (ACP 5.1.0).

The rules are those of UnionPay's own kit of development for 5.1.0: the certificate comes inside
the signed message, is issued by the middle certificate and that by the root, and is UnionPay's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509.oid import NameOID
from msgspec import Struct

from pos_tui.cloud.wire import rsa
from pos_tui.reasons import ReasonError, in_short
from pos_tui.settings import SettingsError

# 中国银联股份有限公司, the company's name in the third part of 041@number@name@number.
COMPANY = "\u4e2d\u56fd\u94f6\u8054\u80a1\u4efd\u6709\u9650\u516c\u53f8"
TEST_SIGNER = "00040000:SIGN"
_MOST_KNOWN = 16
_LARGEST_NOTICE = 64 << 10


class CertificateRefused(ReasonError):
    """A certificate that must not be believed, and why."""


class _Known(Struct, frozen=True):
    key: RSAPublicKey
    since: datetime
    until: datetime


class Verifier:
    """Checks UnionPay's signatures; a certificate once found good is known by its fingerprint."""

    def __init__(self, root: str, middle: str, *, is_test: bool = False) -> None:
        """Root and middle as PEM. Raises SettingsError when they are not a chain."""
        self._root = open_certificate(root, "unionpay.root_certificate")
        self._middle = open_certificate(middle, "unionpay.middle_certificate")
        self._is_test = is_test
        self._known: dict[bytes, _Known] = {}
        try:
            _check_issuer(self._middle, self._root)
        except CertificateRefused as error:
            raise SettingsError("certificate.unionpay_no_chain", why=error.reason) from error

    def doubt(self, fields: Mapping[str, str], now: float) -> str | None:
        """Why a message must not be believed; None when UnionPay has signed it. `now` is Unix."""
        if fields.get("signMethod") != "01":
            return "it is not signed with a certificate"
        try:
            key = self.key_of(fields.get("signPubKeyCert", ""), now)
        except CertificateRefused as error:
            return in_short(error.reason)
        if not rsa.is_signed(key, signed_text(fields), fields.get("signature", "")):
            return "the signature is another's"
        return None

    def key_of(self, pem: str, now: float) -> RSAPublicKey:
        """The key of a certificate of UnionPay's. Raises CertificateRefused."""
        fingerprint = hashlib.sha256(pem.encode()).digest()
        known = self._known.get(fingerprint) or self._check(pem)
        when = datetime.fromtimestamp(now, UTC)
        if not known.since <= when <= known.until:
            raise CertificateRefused(
                "certificate.out_of_date", since=known.since.date(), until=known.until.date()
            )
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[fingerprint] = known
        return known.key

    def _check(self, pem: str) -> _Known:
        try:
            certificate = x509.load_pem_x509_certificate(pem.encode())
            key = certificate.public_key()
            _check_issuer(certificate, self._middle)
            self._check_owner(certificate)
        except CertificateRefused:
            raise
        except Exception as error:
            # The parser raises what it likes for bytes that are no certificate.
            raise CertificateRefused("certificate.unreadable") from error
        if not isinstance(key, RSAPublicKey):
            raise CertificateRefused("certificate.no_rsa_key")
        chain = (certificate, self._middle, self._root)
        return _Known(
            key=key,
            since=max(link.not_valid_before_utc for link in chain),
            until=min(link.not_valid_after_utc for link in chain),
        )

    def _check_owner(self, certificate: x509.Certificate) -> None:
        """Merchants' certificates come from the same issuer, so the name is what tells them."""
        names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        name = str(names[0].value) if len(names) == 1 else ""
        parts = name.split("@")
        owner = parts[2] if len(parts) == 4 else name
        if len(parts) == 4 and owner == COMPANY:
            return
        if not self._is_test or owner != TEST_SIGNER:
            raise CertificateRefused("certificate.another_company")


def open_certificate(pem: str, name: str) -> x509.Certificate:
    """The certificate of a PEM text; `name` is the setting it comes from. Raises SettingsError."""
    try:
        return x509.load_pem_x509_certificate(pem.encode())
    except ValueError as error:
        raise SettingsError("certificate.not_a_certificate", name=name) from error


def signed_text(fields: Mapping[str, str]) -> bytes:
    """What a message's signature covers: the hash, in hexadecimal digits, of its sorted fields."""
    named = sorted((k, v) for k, v in fields.items() if v and k != "signature")
    text = "&".join(f"{name}={value}" for name, value in named)
    return hashlib.sha256(text.encode()).hexdigest().encode()


def read_reply(body: bytes) -> dict[str, str]:
    """The fields of a reply: `name=value&…`, nothing encoded; within {} and [] an & is a text's.

    Raises ValueError for a field without a name and for one that comes twice.
    """
    text = body.decode("utf-8")
    fields: dict[str, str] = {}
    begin, closing = 0, ""
    for at in range(len(text) + 1):
        sign = text[at] if at < len(text) else "&"
        if closing and at < len(text):
            closing = "" if sign == closing else closing
        elif sign in "{[":
            closing = "}" if sign == "{" else "]"
        elif sign == "&":
            name, equals, value = text[begin:at].partition("=")
            if not name or not equals or name in fields:
                raise ValueError("the reply is not a list of named values")
            fields[name] = value
            begin = at + 1
    return fields


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


def _check_issuer(certificate: x509.Certificate, issuer: x509.Certificate) -> None:
    """Raises CertificateRefused unless this issuer, an authority, has issued the certificate."""
    try:
        basic = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value
        is_authority = basic.ca
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        is_authority = False
    if not is_authority:
        raise CertificateRefused("certificate.no_authority")
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature) as error:
        raise CertificateRefused("certificate.another_issuer") from error
