"""What a string from a scanner or a keyboard is, and why: every format is tried here."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

from pos_tui.codes.context import CodeContext
from pos_tui.codes.digital_link import read_digital_link
from pos_tui.codes.gs1 import looks_like_element_strings, read_element_strings, starts_with_gtin
from pos_tui.codes.gs1_fields import SEPARATOR
from pos_tui.codes.gtin import (
    GTIN_LENGTHS,
    check_digit,
    gtin_of_upc_e,
    has_check_digit,
    is_digits,
)
from pos_tui.codes.masking import beginning, may_be_secret
from pos_tui.codes.payment import (
    is_merchant_presented,
    mask_code,
    platform_reason,
    read_payment,
)
from pos_tui.codes.reading import ItemCode, Reading, ReceiptCode, RefusedCode, UnknownCode
from pos_tui.codes.receipt_code import read_receipt_code
from pos_tui.codes.restricted import is_restricted, read_restricted
from pos_tui.codes.templates import read_template
from pos_tui.codes.voucher import read_voucher
from pos_tui.reasons import because

LONGEST_HOUSE_CODE = 48
LONGEST_SCAN = 2048

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_SEPARATORS = {0x241D: "\x1d"}  # the picture of GS, as some terminals and scanners give it
_ENDS = " \t\r\n\v\f\x00\x02\x03\xa0\ufeff"
_SYMBOLOGY = re.compile(r"\]([A-Za-z])([0-9A-Za-z])")
_LOWER_CASE_SYMBOLOGIES = frozenset("dz")
_GS1_SYMBOLOGIES = frozenset(("C1", "e0", "d2", "Q3", "J1"))
_RETAIL_SYMBOLOGIES = frozenset(("E0", "E3", "E4", "I1", "I2"))
_ADD_ONS = frozenset(("E1", "E2"))
_UPC_REGIONS = frozenset(("US", "CA"))
_CODE_39 = re.compile(r"[0-9A-Z\-. $/+%]{3,40}", re.ASCII)
_INVERTED_PAYMENT = re.compile(r"HqvdufyWm.*|FP[A-Za-z0-9]{33}", re.ASCII)
_LIKE_PAYMENT = re.compile(r"(?:1[0-5]|2[5-9]|30|62)\d{13,18}", re.ASCII)
_COLLECTION_CODE = because("codes.collection_code")


def clean(text: str) -> str:
    """What was meant: full-width characters as ASCII, ends trimmed, control characters gone.

    The separator GS (0x1D) stays: it is part of what GS1 codes say.
    """
    plain = text.strip(_ENDS)
    if not plain.isascii():
        plain = plain.translate(_FULL_WIDTH).translate(_SEPARATORS).strip(_ENDS)
    if not plain.isprintable():
        plain = "".join(c for c in plain if c.isprintable() or c == "\x1d")
    return plain


def identify(scan: str, context: CodeContext) -> Reading:
    """What a scan is, the likeliest reading first and the others beside it. Never raises.

    Payment formats are tried before item codes: a wallet's code must never sell an item.
    """
    first, *others = _readings(scan, context)
    return replace(first, others=(*others, *first.others)) if others else first


def _readings(scan: str, context: CodeContext) -> list[Reading]:
    text, symbology = _without_symbology(clean(scan))
    if symbology in _ADD_ONS:
        return [UnknownCode(text, because("codes.add_on"))]
    if symbology == "E3":  # EAN-13 with an add-on of 2 or 5 digits behind it
        text = text[:13]
    if not text:
        return [UnknownCode("", because("codes.nothing_read"))]
    if "\n" in scan.strip(_ENDS) or "\r" in scan.strip(_ENDS):
        return [UnknownCode(beginning(text), because("codes.several_lines"))]
    if (receipt := read_receipt_code(text)) is not None:
        code = text.partition(":")[0].strip().upper()
        return [ReceiptCode(code, *receipt, because("codes.receipt"))]
    if len(text) > LONGEST_SCAN:
        return [UnknownCode(beginning(text), because("codes.too_long"))]
    if symbology not in _GS1_SYMBOLOGIES and is_merchant_presented(text):
        return [RefusedCode(beginning(text), _COLLECTION_CODE)]
    voucher = read_voucher(text) if text[0] in "Vv" else None
    if voucher is not None:
        return [voucher]
    found: list[Reading] = []
    if symbology not in _GS1_SYMBOLOGIES | _RETAIL_SYMBOLOGIES:
        label = _long_label(text, context)
        if label is not None:
            return [label]
        found += _payments(text, context)
    found += [
        item for item in _items(text, symbology, context) if not found or _is_apart(item, found[0])
    ]
    return found or [_unknown(text)]


def _long_label(text: str, context: CodeContext) -> Reading | None:
    """The shop's own label of more than 14 digits, or two of its shorter ones run together.

    One goes before a wallet's format, and only where its check digit fits.
    """
    if len(text) in context.label_lengths:
        label = read_restricted(text, context.layouts, context.currency)
        if isinstance(label, ItemCode):
            may_pay = next(_payments(text, context), None)
            return label if may_pay is None else replace(label, like_payment=True)
        if isinstance(label, RefusedCode):
            return label
    if len(text) == 24 and context.layouts and _two_in_one(text):
        halves = (text[:12], text[12:])
        if all(read_restricted(each, context.layouts, context.currency) for each in halves):
            return _unknown(text)
    return None


def _is_apart(item: Reading, payment: Reading) -> bool:
    """Whether an item's reading is worth having beside a payment's: not just the same digits."""
    if not isinstance(item, ItemCode):
        return False
    return bool(item.gtin or item.template or isinstance(payment, RefusedCode))


def _without_symbology(text: str) -> tuple[str, str]:
    """Text without its AIM symbology identifier (ISO/IEC 15424), and that identifier.

    CapsLock turns the letters of a scanner that types around; an identifier shows that it did, and
    so do the formats that begin with letters.
    """
    match = _SYMBOLOGY.match(text)
    if match is None:
        return text.swapcase() if _INVERTED_PAYMENT.fullmatch(text) else text, ""
    letter, rest = match[1], text[3:]
    right = letter.lower() if letter.lower() in _LOWER_CASE_SYMBOLOGIES else letter.upper()
    if letter in "Ee":  # EAN and UPC, or DataBar: told by what follows
        right = "E" if len(rest) in {2, 5, 8, 12, 13, 15, 18} and is_digits(rest) else "e"
    return rest if letter == right else rest.swapcase(), right + match[2]


def _payments(text: str, context: CodeContext) -> Iterator[Reading]:
    """The payment codes that text can be; a platform not accepted only if no accepted one fits."""
    text = text.strip("\x1d*").replace(" ", "")
    readings = read_payment(text, context.accepted, context.applications)
    accepted = [code for code in readings if code.platform in context.platforms]
    yield from accepted
    if accepted:
        return
    for code in read_payment(text, (*context.accepted, *context.known), context.applications):
        platform = platform_reason(code.platform)
        yield RefusedCode(
            mask_code(text), because("codes.platform_not_accepted", platform=platform)
        )
        return
    if text.startswith("hQVDUFYwM"):
        yield RefusedCode(mask_code(text), because("codes.unknown_wallet"))


def _items(text: str, symbology: str, context: CodeContext) -> Iterator[Reading]:
    for template in context.templates:
        by_template = read_template(text, template, context.currency, context.today)
        if by_template is not None:
            yield by_template
    is_link = "://" in text[:10]
    if context.separator and context.separator in text and not is_link:
        separated = text.replace(context.separator, SEPARATOR)
        if symbology in _GS1_SYMBOLOGIES or starts_with_gtin(separated):
            text = separated
    if not is_link and (symbology in _GS1_SYMBOLOGIES or looks_like_element_strings(text)):
        by_elements = read_element_strings(text, context.today, context.currency)
        if by_elements is None and symbology in _GS1_SYMBOLOGIES:
            by_elements = UnknownCode("", because("codes.gs1_unreadable"))
        if by_elements is not None:
            yield _shown(by_elements, text)
            return
    elif is_link:
        link = read_digital_link(text, context.today, context.currency)
        yield _shown(link or UnknownCode("", because("codes.web_address")), text)
        return
    if is_digits(text) and len(text) in GTIN_LENGTHS:
        yield from _numbers(text, symbology, context)
        return
    refused = None
    if len(text) in context.label_lengths:
        refused = read_restricted(text, context.layouts, context.currency)
    if refused is not None:
        yield refused
    elif len(text) <= LONGEST_HOUSE_CODE and "\x1d" not in text and not _two_in_one(text):
        yield _house_code(text)


def _numbers(digits: str, symbology: str, context: CodeContext) -> Iterator[Reading]:
    """Readings of 8, 12, 13 or 14 digits."""
    label = read_restricted(digits, context.layouts, context.currency)
    if label is not None:
        yield label
    if isinstance(label, RefusedCode):
        return  # a label that says nothing is not sold at the price in the books
    upc_e = gtin_of_upc_e(digits) if symbology != "E4" else None
    gtins: list[ItemCode] = []
    if has_check_digit(digits):
        gtin = digits.zfill(14)
        is_own = is_restricted(digits) and len(digits) in {12, 13}
        why = because("codes.gtin_of_shops" if is_own else "codes.gtin", length=len(digits))
        gtins.append(ItemCode(gtin, why, gtin=gtin))
    if upc_e is not None:
        # Half of all UPC-E numbers are right GTIN-8 too; where UPC is at home it is UPC that is
        # printed, elsewhere the digits as they stand.
        place = 0 if context.region in _UPC_REGIONS else len(gtins)
        gtins.insert(place, ItemCode(upc_e, because("codes.upc_e"), gtin=upc_e))
    yield from gtins
    if not gtins:
        right = check_digit(digits[:-1])
        doubt = because("codes.wrong_check_digit", right=right, digit=digits[-1])
        why = because("codes.house_code_or_gtin")
        yield ItemCode(digits, why, house_code=digits, doubt=doubt)


def _house_code(text: str) -> ItemCode:
    key = text.upper()
    aliases: tuple[str, ...] = ()
    if key.startswith("*") and key.endswith("*") and len(key) > 2:
        aliases = (key[1:-1],)
    elif _CODE_39.fullmatch(key) and not is_digits(key):
        aliases = (f"*{key}*",)
    if _LIKE_PAYMENT.fullmatch(text):
        doubt = because("codes.nearly_payment")
        why = because("codes.house_code_or_payment")
        return ItemCode(key, why, house_code=text, doubt=doubt, like_payment=True)
    why, secret = because("codes.house_code"), may_be_secret(text)
    return ItemCode(key, why, house_code=text, aliases=aliases, like_payment=secret)


def _two_in_one(text: str) -> bool:
    """Whether two bar codes have run into one."""
    half = len(text) // 2
    return (
        is_digits(text)
        and len(text) in {16, 24, 26}
        and has_check_digit(text[:half])
        and has_check_digit(text[half:])
    )


def _shown(reading: ItemCode | RefusedCode | UnknownCode, text: str) -> Reading:
    return replace(reading, text=beginning(text)) if isinstance(reading, UnknownCode) else reading


def _unknown(text: str) -> UnknownCode:
    if _two_in_one(text):
        return UnknownCode(beginning(text), because("codes.two_in_one"))
    return UnknownCode(beginning(text), because("codes.unknown"))
