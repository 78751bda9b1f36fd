"""Item codes as a spreadsheet or another till left them, and the codes that they were."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from msgspec import Struct

from pos_tui.books.catalogue.goods_file.errors import RowError
from pos_tui.codes import ItemCode, PaymentCode, Reading
from pos_tui.codes.context import CodeContext
from pos_tui.codes.gtin import GTIN_LENGTHS, check_digit, gtin_of, has_check_digit, is_digits
from pos_tui.codes.identify import clean, identify
from pos_tui.codes.masking import shown
from pos_tui.codes.restricted import USUAL_LENGTH, LabelLayout
from pos_tui.reasons import Reason, because

CodesWritten = Literal["", "as-written", "without-check-digit"]
CODES_WRITTEN: tuple[CodesWritten, ...] = ("as-written", "without-check-digit")
Note = Callable[[Reason], None]

_FORMULA = re.compile(r'=(?:T\()?"?([^"()]*)"?\)?', re.IGNORECASE)
_APOSTROPHES = ("'", "’", "‘")
_DAY = re.compile(
    r"\d{4}-\d\d-\d\d(?:T[\d:.]+)?"
    r"|\d{1,2}-(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*(?:-\d{2,4})?",
    re.ASCII | re.IGNORECASE,
)
_ERROR = re.compile(r"#+|#(?:name\?|ref!|value!|div/0!|num!|null!)", re.IGNORECASE)
_FRACTION = re.compile(r"\d+[.,]\d+", re.ASCII)
_FEWEST_OF_A_CODE = 8
_FLOAT = re.compile(r"(\d+)[.,]0+", re.ASCII)
_POWER = re.compile(r"(\d)(?:[.,](\d+))?[eE]\+(\d{1,3})", re.ASCII)
_GROUPED = re.compile(r"\d[\d \-]*\d", re.ASCII)
_THOUSANDS = re.compile(r"\d{1,3}(?:[.,'\u2019\u00a0\u202f ]\d{3}){2,}", re.ASCII)
_NO_CODE = re.compile(r"0+|-+|/|n/?a|none|null|nil|nan|#n/a|无|没有", re.IGNORECASE)
_SEVERAL = re.compile(r"[,;|/\s]+")
# Most codes of most files: they tell nothing of the column.
_SHOWS_NOTHING = re.compile(r"[1-9]\d{11,13}|\d{1,6}|", re.ASCII).fullmatch
_LONGEST_PLU = 5
_LENGTH_WITHOUT_CHECK_DIGIT = 13
_FEWEST = 2


class CodeColumn(Struct, frozen=True):
    """What a column of codes shows as a whole.

    `zeros_lost` are the lengths at which most numbers become a GTIN with a zero before them.
    `suspect` counts the numbers that may have been kept without their check digit: those of 13
    digits that begin with 0, of a till that is known for it all. `lacking` are those of them whose
    last digit is no check digit.
    """

    zeros_lost: frozenset[int] = frozenset()
    suspect: int = 0
    lacking: int = 0
    of_such_a_till: bool = False

    @property
    def lacks_check_digits(self) -> bool:
        """Whether it is a column as some tills keep it: without the last digit of bar codes."""
        fewest = 1 if self.of_such_a_till else _FEWEST
        return self.suspect >= fewest and self.lacking * 2 > self.suspect

    def lacks(self, digits: str) -> bool:
        """Whether a number of this column lacks its check digit, as the column does."""
        return self.lacks_check_digits and _is_suspect(digits, self.of_such_a_till)


class CodeJudge:
    """Looks at a whole column of codes, of a till that leaves check digits out or of another."""

    def __init__(self, of_such_a_till: bool = False) -> None:
        self._of_such_a_till = of_such_a_till
        self._total = Counter[int]()
        self._right = Counter[int]()
        self._suspect = self._lacking = 0

    def look_at(self, cells: Iterable[str]) -> None:
        """Look at more cells of the column."""
        for cell in cells:
            if _SHOWS_NOTHING(cell) and not self._of_such_a_till:
                continue
            text = _out_of_spreadsheet(cell.strip())[0]
            if not is_digits(text):
                continue
            if _is_suspect(text, self._of_such_a_till):
                self._suspect += 1
                self._lacking += not has_check_digit(text)
            length = _length_with_zeros(text)
            if length:
                self._total[len(text)] += 1
                self._right[len(text)] += gtin_of(text.zfill(length)) is not None

    def column(self) -> CodeColumn:
        """What the column shows as a whole."""
        lost = frozenset(each for each in self._total if self._right[each] * 2 > self._total[each])
        return CodeColumn(lost, self._suspect, self._lacking, self._of_such_a_till)


def has_code(cell: str) -> bool:
    """Whether a cell has a code, and not what stands for none: -, N/A, 0."""
    return bool(cell.strip()) and _NO_CODE.fullmatch(cell.strip()) is None


def read_codes(
    cells: Sequence[str],
    columns: Sequence[CodeColumn],
    template: str,
    written: CodesWritten,
    context: CodeContext,
    note: Note,
) -> tuple[ItemCode, tuple[str, ...]]:
    """The code of a row, from the first of its cells that has one, and the others it goes by.

    `columns` are what the cells' columns show; doubts go to `note`. Raises RowError.
    """
    found: list[tuple[ItemCode, tuple[str, ...]]] = []
    refused: list[RowError] = []
    for place, (cell, column) in enumerate(zip(cells, columns, strict=True)):
        as_told: CodesWritten = "as-written" if place else written
        for text in _codes_in(cell.strip()):
            by = "" if found else template
            try:
                found.append(_read(text, column, by, as_told if written else "", context, note))
            except RowError as error:
                refused.append(error)
    if not found:
        raise refused[0] if refused else RowError("goods.row_no_code")
    for each in refused:
        note(because("goods.code_left_out", why=each.reason))
    code = found[0][0]
    others = [key for item, more in found for key in (item.key, *more)]
    return code, tuple(key for key in dict.fromkeys(others) if key != code.key)


def _codes_in(text: str) -> Sequence[str]:
    """The codes in a cell: several only where each of them is a GTIN."""
    parts = [part for part in _SEVERAL.split(text) if part]
    if len(parts) > 1 and all(gtin_of(part) for part in parts):
        return parts
    return (text,) if has_code(text) else ()


def _read(
    cell: str,
    column: CodeColumn,
    template: str,
    written: CodesWritten,
    context: CodeContext,
    note: Note,
) -> tuple[ItemCode, tuple[str, ...]]:
    """The code in a cell and what else it is kept under. Raises RowError."""
    text, doubt = (cell, None) if template else _out_of_spreadsheet(cell)
    if doubt is not None:
        note(doubt)
    if is_digits(text):
        lacks = column.lacks(text)
        told = template or written or context.templates
        if not told and not lacks and _is_plain_gtin(text, context.layouts):
            as_it_stood = (cell.upper(),) if "-" in cell else ()
            return _gtin(text.zfill(14), len(text)), as_it_stood
        if written == "without-check-digit":
            code = _with_check_digit(text)
            return number_of_label(code.key[1:], context.layouts) or (code, ())
        if lacks and not written:
            raise RowError("goods.row_lacks_check_digit", code=text)
        label = number_of_label(text, context.layouts)
        if label is not None:
            return label
        length = _length_with_zeros(text)
        gtin = gtin_of(text.zfill(length)) if len(text) in column.zeros_lost else None
        if gtin is not None and not written:
            note(because("goods.code_zeros", text=text, code=text.zfill(length)))
            return _gtin(gtin, length), (text,)
    code = _identified(text, template, context)
    if code.gtin is None and is_digits(text) and len(text) in GTIN_LENGTHS:
        note(because("goods.code_no_check_digit", text=text))
    return code, ()


def _out_of_spreadsheet(text: str) -> tuple[str, Reason | None]:
    """A code without what a spreadsheet made of it, and what that was."""
    if text.startswith(_APOSTROPHES) and len(text) > 1:
        return text[1:].strip(), because("goods.code_apostrophe", text=text)
    formula = _FORMULA.fullmatch(text)
    if formula is not None and formula[1]:
        return formula[1].strip(), because("goods.code_formula", text=text)
    number = _FLOAT.fullmatch(text)
    if number is not None:
        return number[1], because("goods.code_decimals", text=text, code=number[1])
    power = _POWER.fullmatch(text)
    if power is not None:
        digits = power[1] + (power[2] or "")
        if len(digits) == int(power[3]) + 1 and gtin_of(digits):
            return digits, because("goods.code_decimals", text=text, code=digits)
        return text, None
    grouped = _GROUPED.fullmatch(text) or _THOUSANDS.fullmatch(text)
    if grouped is not None and not is_digits(text):
        digits = re.sub(r"\D", "", text)
        if len(digits) in {8, 12, 13} and has_check_digit(digits):
            return digits, because("goods.code_grouped", text=text, code=digits)
    return text, None


def _identified(text: str, template: str, context: CodeContext) -> ItemCode:
    """The item code that a text is, read by the template that the row names. Raises RowError."""
    if _POWER.fullmatch(text) is not None:
        raise RowError("goods.row_digits_gone", text=text)
    if _DAY.fullmatch(text) or _ERROR.fullmatch(text):
        raise RowError("goods.row_spreadsheet_made", text=text)
    if _FRACTION.fullmatch(text) and len(text) > _FEWEST_OF_A_CODE:
        raise RowError("goods.row_digits_gone", text=text)
    found = identify(text, context)
    if isinstance(found, PaymentCode):
        raise RowError("goods.row_payment_code", code=shown(text, found))
    readings: tuple[Reading, ...] = (found, *found.others)
    items = [each for each in readings if isinstance(each, ItemCode)]
    if template:
        items = [each for each in items if each.template == template]
        if not items:
            raise RowError("goods.row_template", template=template)
    gtin = gtin_of(clean(text))
    if not items and gtin is not None:  # the number that a shop's labels are made from
        return _gtin(gtin, len(text))
    if not items:
        raise RowError("goods.row_no_item_code", code=shown(text, found))
    return items[0]


def read_own_code(text: str) -> ItemCode:
    """A code as this program exports it: the books' own, GTINs in 13 digits where they have 13.

    Raises RowError where there is none.
    """
    if not text:
        raise RowError("goods.row_no_code")
    gtin = gtin_of(text) if len(text) in (13, 14) else None
    if gtin is not None:
        return _gtin(gtin, len(text))
    return ItemCode(text.upper(), because("codes.house_code"), house_code=text)


def further_codes(text: str) -> list[tuple[str, int]]:
    """The further codes in a cell and how many pieces each stands for: 15449000000993*12; SKU-7.

    Raises RowError for a count that is none.
    """
    found: list[tuple[str, int]] = []
    for part in next(csv.reader([text], delimiter=";", skipinitialspace=True), []):
        code, star, count = part.strip().rpartition("*")
        if not star:
            code, count = count, "1"
        if not code.strip() and not star:
            continue
        pieces = int(count) if is_digits(count.strip()) and len(count.strip()) <= 4 else 0
        if not pieces or not code.strip():
            raise RowError("goods.row_pieces", text=part.strip())
        found.append((read_own_code(code.strip()).key, pieces))
    return found


def in_further_codes(codes: Iterable[tuple[str, int]]) -> str:
    """Codes and their pieces in one cell, as `further_codes` reads them."""
    text = io.StringIO()
    parts = [
        f"{as_exported(code)}*{pieces}" if pieces != 1 or "*" in code else as_exported(code)
        for code, pieces in codes
    ]
    csv.writer(text, delimiter=";", lineterminator="").writerow(parts)
    return text.getvalue() if parts else ""


def as_exported(code: str) -> str:
    """A code of the books as it stands on the goods: a GTIN in 13 digits where it has no more."""
    is_short = len(code) == 14 and is_digits(code) and code[0] == "0" and has_check_digit(code)
    return code[1:] if is_short else code


def number_of_label(
    digits: str, layouts: Sequence[LabelLayout]
) -> tuple[ItemCode, tuple[str, ...]] | None:
    """The item that a scale's list means by a label's number whose measure is 0.

    Its last digit may be anything: such lists often end in 0. None for any other number.
    """
    for layout in layouts:
        length, item = layout.length, layout.item
        number = digits.zfill(length) if length == USUAL_LENGTH else digits
        if len(digits) == length - 1 and digits.startswith(layout.prefix):
            number = f"{digits}0"  # a list that leaves the last digit out
        if len(number) != length or not number.startswith(layout.prefix):
            continue
        if len(digits) < length - 1 or any(int(number[each.digits]) for each in layout.fields):
            return None
        before = "0" * (item.start - len(layout.prefix))
        without = f"{layout.prefix}{before}{number[item]}".ljust(length - 1, "0")
        key = without + check_digit(without)
        # The check digit of a measure stands within the number and changes with the measure.
        is_checked = any(
            each.verifier is not None and each.verifier < each.digits.start
            for each in layout.fields
        )
        others = (number[: item.stop],) if is_checked else ()
        if length == USUAL_LENGTH:
            return _gtin(key.zfill(14), length), others
        return ItemCode(key, because("codes.house_code"), house_code=number[item]), others
    return None


def _with_check_digit(digits: str) -> ItemCode:
    """The code that digits are which were kept without their check digit; short ones are PLUs."""
    short = digits.lstrip("0") or "0"
    if len(short) <= _LONGEST_PLU or len(short) > _LENGTH_WITHOUT_CHECK_DIGIT:
        return ItemCode(short, because("codes.house_code"), house_code=short)
    padded = short.zfill(_LENGTH_WITHOUT_CHECK_DIGIT)
    return _gtin(padded + check_digit(padded), _LENGTH_WITHOUT_CHECK_DIGIT)


def _is_plain_gtin(digits: str, layouts: Sequence[LabelLayout]) -> bool:
    """Whether a number is a GTIN and nothing else: most codes are, and are read in a moment."""
    if len(digits) not in {12, 13, 14} or not has_check_digit(digits):
        return False
    number = digits.zfill(13)
    return not any(number.startswith(layout.prefix) for layout in layouts)


def _is_suspect(digits: str, of_such_a_till: bool) -> bool:
    if of_such_a_till:
        return _LONGEST_PLU < len(digits) <= _LENGTH_WITHOUT_CHECK_DIGIT
    return len(digits) == _LENGTH_WITHOUT_CHECK_DIGIT and digits[0] == "0"


def _length_with_zeros(digits: str) -> int:
    """How long a number is that may have lost zeros in front; 0 for one that has not."""
    return {7: 8, 9: 12, 10: 12, 11: 12}.get(len(digits), 0)


def _gtin(gtin: str, length: int) -> ItemCode:
    return ItemCode(gtin, because("codes.gtin", length=length), gtin=gtin)
