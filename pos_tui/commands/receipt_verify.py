"""`pos-tui receipt verify`: whether a receipt is genuine, by a photo or its text, and no books."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pos_tui.commands.command import complain
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    from pos_tui.receipts.sealed_receipt import SealedReceipt, VerifiedReceipt
    from pos_tui.settings import TillSettings

NOT_GENUINE = 3
_COLUMNS = 48


def run_verify(
    source: str | None, key_file: Path | None, settings: TillSettings, data: Path, *, as_json: bool
) -> int:
    """Tell whether the receipt in a photo, or of a text ("-": standard input), is genuine."""
    from pos_tui.devices.scanners.picture import PictureError

    if not source:
        return complain(say("cmd_receipt.verify_what"))
    try:
        keys = _keys(key_file, data)
    except (OSError, ValueError):
        return complain(say("cmd_receipt.bad_key", path=str(key_file)))
    if not keys:
        return complain(say("cmd_receipt.no_key", folder=str(data)))
    try:
        texts = _texts(source, settings)
    except PictureError as error:
        return complain(in_words(error.reason))
    found = _verified(texts, keys)
    if found is None:
        return complain(say("cmd_receipt.no_sealed"))
    others = _other_codes(texts, found.code)
    if as_json:
        _print_json(found, others)
    else:
        _print(found, others)
    return 0 if found.verdict == "genuine" and not others else NOT_GENUINE


def run_key(data: Path) -> int:
    """Write the key with which this till's receipts are verified elsewhere."""
    keys = _keys(None, data)
    if not keys:
        return complain(say("cmd_receipt.no_key", folder=str(data)))
    print(say("cmd_receipt.key_warning"), file=sys.stderr)
    print(keys[0].hex())
    return 0


def _keys(file: Path | None, data: Path) -> list[bytes]:
    """The till's own key, and those of a file, one a line. Raises OSError, ValueError."""
    from pos_tui.books.journal.key import read_key
    from pos_tui.receipts.sealed_receipt import receipt_key

    own = receipt_key(read_key(data))
    keys = [own] if own else []
    if file is not None:
        keys += [bytes.fromhex(line) for line in file.read_text("ascii").split()]
    return keys


def _texts(source: str, settings: TillSettings) -> list[str]:
    """What the codes of a photo say, or the text itself. Raises PictureError."""
    if source == "-":
        return [sys.stdin.read()]
    path = Path(source)
    if ":" in source and not path.exists():
        return [source]
    from pos_tui.devices.scanners.picture import read_picture
    from pos_tui.devices.scanners.scanned_text import shop_encoding

    encoding = shop_encoding(settings.shop.language, settings.shop.currency)
    return [code.text[3:] for code in read_picture(path, encoding).codes]


def _verified(texts: Sequence[str], keys: Sequence[bytes]) -> VerifiedReceipt | None:
    from pos_tui.receipts.sealed_receipt import NoSealedReceiptError, verify_receipt

    for text in texts:
        try:
            return verify_receipt(text, keys)
        except NoSealedReceiptError:
            continue
    return None


def _other_codes(texts: Sequence[str], code: str) -> list[str]:
    """Codes of other receipts on the same paper."""
    from pos_tui.codes.receipt_code import read_receipt_code

    return [text for text in texts if ":" not in text and text != code and read_receipt_code(text)]


def _print_json(found: VerifiedReceipt, others: Sequence[str]) -> None:
    import msgspec

    sale = found.receipt
    line: dict[str, object] = {
        "verdict": found.verdict, "code": found.code, "other_codes": list(others),
    }  # fmt: skip
    if sale is not None:
        line |= {
            "shop": sale.shop,
            "till": sale.till,
            "sale": sale.sale_no,
            "at": sale.at.isoformat(),
            "currency": sale.currency,
            "total": sale.total,
            "count": sale.count,
            "lines": [
                {"name": each.name, "quantity": each.quantity, "amount": each.amount,
                 "off": each.off}
                for each in sale.lines
            ],
            "tenders": [
                {"name": each.name, "given": each.given, "change": each.change}
                for each in sale.tenders
            ],
        }  # fmt: skip
    print(msgspec.json.encode(line).decode())


def _print(found: VerifiedReceipt, others: Sequence[str]) -> None:
    print(say(f"cmd_receipt.verdict_{found.verdict}", code=found.code))
    for other in others:
        print(say("cmd_receipt.other_code", code=other))
    if found.receipt is None:
        return
    print(say("cmd_receipt.compare" if found.verdict == "genuine" else "cmd_receipt.unproven"))
    for row in _rows(found.receipt):
        print(f"  {row}")


def _rows(sale: SealedReceipt) -> list[str]:
    from pos_tui.codes.payment import platform_reason
    from pos_tui.money import format_amount
    from pos_tui.receipts.paper_rows import spread_rows

    def row(left: str, amount: int) -> list[str]:
        return spread_rows(left, format_amount(amount, sale.money), _COLUMNS)

    number = say("receipt.sale", number=sale.sale_no)
    rows = [
        *spread_rows(sale.shop, say("receipt.till", till=sale.till), _COLUMNS),
        *spread_rows(number, f"{sale.at:%Y-%m-%d %H:%M:%S}", _COLUMNS),
    ]
    for line in sale.lines:
        rows += row(f"{line.name}  {line.quantity}", line.amount)
        if line.off:
            rows += row(f"  {say('receipt.saved')}", -line.off)
    if len(sale.lines) < sale.count:
        rows.append(say("cmd_receipt.without_lines", count=sale.count))
    for name, amount in sale.discounts:
        rows += row(name, -amount)
    total = f"{format_amount(sale.total, sale.money)} {sale.currency}"
    rows += spread_rows(say("receipt.total"), total, _COLUMNS)
    for tender in sale.tenders:
        is_kind = tender.name in {"cash", "card", "voucher", "account"}
        name = say(f"receipt.{tender.name}") if is_kind else in_words(platform_reason(tender.name))
        rows += row(name, tender.given)
        if tender.change:
            rows += row(say("receipt.change"), tender.change)
    return rows
