"""Whole numbers as people say them, in English and in Mandarin."""

from __future__ import annotations

from collections.abc import Callable

_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)  # fmt: skip
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_THOUSANDS = ("", " thousand", " million", " billion", " trillion", " quadrillion")
_DIGITS = "零一二三四五六七八九"
_PLACES = ("", "十", "百", "千")
_LARGEST = 10**16


def number_speaker(language: str) -> Callable[[int], str] | None:
    """What says whole numbers (0 to 10^16) in a language such as "en" or "zh_CN"; None where no
    words are known: voices read digits by themselves.
    """
    return {"en": english_number, "zh": mandarin_number}.get(language.partition("_")[0])


def english_number(number: int) -> str:
    """1005 → "one thousand and five". Raises ValueError below 0 and above 10^16."""
    _check(number)
    if number < 1000:
        return _english_hundreds(number)
    groups = _groups(number, 1000)
    parts = [
        f"{_english_hundreds(group)}{_THOUSANDS[place]}"
        for place, group in reversed(list(enumerate(groups)))
        if group
    ]
    if 0 < groups[0] < 100:
        *front, last = parts
        return f"{', '.join(front)} and {last}"
    return ", ".join(parts)


def mandarin_number(number: int) -> str:
    """1005 → 一千零五, 10 → 十, 20000 → 二万. Raises ValueError below 0 and above 10^16."""
    _check(number)
    if number == 0:
        return _DIGITS[0]
    over, rest = divmod(number, 10**8)
    said = f"{_mandarin_myriads(over)}亿" if over else ""
    if over and 0 < rest < 10**7:
        said += _DIGITS[0]
    said += _mandarin_myriads(rest)
    return said.removeprefix("一") if said.startswith("一十") else said


def mandarin_digits(digits: str) -> str:
    """Digits one by one: "05" → 零五."""
    return "".join(_DIGITS[int(digit)] for digit in digits)


def _english_hundreds(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    if not hundreds:
        return _english_tens(rest)
    whole = f"{_ONES[hundreds]} hundred"
    return f"{whole} and {_english_tens(rest)}" if rest else whole


def _english_tens(number: int) -> str:
    if number < 20:
        return _ONES[number]
    tens, ones = divmod(number, 10)
    return f"{_TENS[tens]}-{_ONES[ones]}" if ones else _TENS[tens]


def _mandarin_myriads(number: int) -> str:
    over, rest = divmod(number, 10**4)
    said = f"{_mandarin_thousands(over)}万" if over else ""
    if over and 0 < rest < 1000:
        said += _DIGITS[0]
    return said + _mandarin_thousands(rest)


def _mandarin_thousands(number: int) -> str:
    said = ""
    gap = False
    for place, digit in reversed(list(enumerate(_groups(number, 10)))):
        if digit:
            said += _DIGITS[0] * (gap and bool(said)) + _DIGITS[digit] + _PLACES[place]
        gap = digit == 0
    return said


def _groups(number: int, size: int) -> list[int]:
    """A number's digits to a base, the lowest first."""
    found = []
    while number:
        number, group = divmod(number, size)
        found.append(group)
    return found


def _check(number: int) -> None:
    if not 0 <= number < _LARGEST:
        raise ValueError(number)
