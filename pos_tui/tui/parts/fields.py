"""What the fields of a form are: a label, what may be typed, and how that is read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Generic, TypeVar

from msgspec import Struct

from pos_tui.money import AmountError, Currency, parse_amount
from pos_tui.reasons import ReasonError, reason_of
from pos_tui.tui.parts.goods_text import terms_of
from pos_tui.wording.current import in_words

Value_co = TypeVar("Value_co", covariant=True)
YES = "yes"
"""The text of a flag that is set; one that is not has the text ""."""


class FieldError(ReasonError, ValueError):
    """What is typed in a field is not what belongs there."""


class Field(Struct, Generic[Value_co], frozen=True, kw_only=True):
    """A field: its id, its label, what to type (`hint`), what it means when it is `empty`.

    Every field holds a text; `read` gives the value that it means.
    """

    id: str
    label: str
    hint: str = ""
    empty: str = ""
    needed: bool = False

    def read(self, text: str) -> Value_co:
        """The value of a text that is not empty. Raises FieldError."""
        raise NotImplementedError

    def value(self, text: str) -> Value_co | None:
        """The value of a text; None where it is empty and may be. Raises FieldError."""
        if text.strip():
            return self.read(text.strip())
        if self.needed:
            raise FieldError("parts.field_empty", label=self.label, hint=self.hint)
        return None


class TextField(Field[str], frozen=True, kw_only=True):
    """Words; `check` raises FieldError for those that it refuses."""

    check: Callable[[str], object] | None = None

    def read(self, text: str) -> str:
        """The words, with single spaces between them."""
        if self.check is not None:
            self.check(text)
        return " ".join(text.split())


class AmountField(Field[int], frozen=True, kw_only=True):
    """An amount of money, in minor units."""

    currency: Currency

    def read(self, text: str) -> int:
        """The amount."""
        try:
            return parse_amount(text, self.currency)
        except AmountError as error:
            raise FieldError(reason_of(error)) from error


class NumberField(Field[Decimal], frozen=True, kw_only=True):
    """A number with at most so many decimals, from `least` to `most` where those are given."""

    decimals: int = 0
    least: int | None = None
    most: int | None = None

    def read(self, text: str) -> Decimal:
        """The number; a percent sign behind it may be typed, and a comma for the point."""
        try:
            number = Decimal(text.rstrip("%％").rstrip().replace(",", "."))
        except InvalidOperation:
            number = Decimal("nan")
        if not number.is_finite() or "e" in text.lower():
            kind = "parts.not_a_number" if self.decimals else "parts.not_a_whole_number"
            raise FieldError(kind, text=text)
        if int(number.as_tuple().exponent) < -self.decimals:
            if not self.decimals:
                raise FieldError("parts.not_a_whole_number", text=text)
            raise FieldError("parts.too_many_decimals", text=text, count=self.decimals)
        if self.least is not None and number < self.least:
            raise FieldError("parts.too_small", text=text, least=self.least)
        if self.most is not None and number > self.most:
            raise FieldError("parts.too_large", text=text, most=self.most)
        return number


class DateField(Field[date], frozen=True, kw_only=True):
    """A day; a day with a time of day (a datetime) where `with_time` allows it."""

    with_time: bool = False

    def read(self, text: str) -> date:
        """The day, or the time on it."""
        try:
            at = datetime.fromisoformat(text)
        except ValueError as error:
            raise FieldError("parts.not_a_day", text=text) from error
        if len(text) <= 10:
            return at.date()
        if not self.with_time:
            raise FieldError("parts.not_a_day", text=text)
        return at


class ChoiceField(Field[str], frozen=True, kw_only=True):
    """One of several, each a text and the words that are shown for it."""

    options: tuple[tuple[str, str], ...]

    def read(self, text: str) -> str:
        """The text of the one that is chosen."""
        if text not in dict(self.options):
            raise FieldError("parts.not_offered", text=text)
        return text


class FlagField(Field[bool], frozen=True, kw_only=True):
    """Yes or no."""

    def read(self, text: str) -> bool:
        """Whether it is set."""
        return bool(text)

    def value(self, text: str) -> bool:
        """Whether it is set; a flag is never empty."""
        return self.read(text)


class GoodsField(Field[tuple[str, ...]], frozen=True, kw_only=True):
    """A list of goods: codes with commas between them. Scans add to it, and so does finding."""

    def read(self, text: str) -> tuple[str, ...]:
        """The codes, and whatever else is typed between the commas."""
        return tuple(terms_of(text))


class CodesField(Field[tuple[str, ...]], frozen=True, kw_only=True):
    """A list of item codes with commas between them. A scan adds what `of_scan` makes of it, which
    raises a ReasonError for a code that cannot be one of goods.
    """

    of_scan: Callable[[str], str]

    def read(self, text: str) -> tuple[str, ...]:
        """The codes as they are typed."""
        return tuple(terms_of(text))


def words_of_error(error: Exception) -> str:
    """An error in the language in use."""
    return in_words(reason_of(error))
