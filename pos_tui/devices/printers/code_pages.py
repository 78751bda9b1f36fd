"""The code pages of an ESC/POS printer, by their numbers in ESC t, and what letters each has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

_CODECS = {
    0: "cp437", 1: "cp932", 2: "cp850", 3: "cp860", 4: "cp863", 5: "cp865", 13: "cp857",
    14: "cp737", 15: "iso8859-7", 16: "cp1252", 17: "cp866", 18: "cp852", 19: "cp858",
    21: "cp874", 32: "cp720", 33: "cp775", 34: "cp855", 35: "cp861", 36: "cp862", 37: "cp864",
    38: "cp869", 39: "iso8859-2", 40: "iso8859-15", 44: "cp1125", 45: "cp1250", 46: "cp1251",
    47: "cp1253", 48: "cp1254", 49: "cp1255", 50: "cp1256", 51: "cp1257", 52: "cp1258",
    53: "kz1048",
}  # fmt: skip
"""Epson's pages that Python has; of page 1, Katakana, the single bytes of cp932."""

_VIETNAMESE_TONES = "àảãáạ_ằẳẵắ_______ặầẩẫấậè_ẻẽéẹềểễếệìỉ___ĩíịò_ỏõóọồổỗốộờởỡớợù_ủũúụừửữứựỳỷỹýỵ"
_VIETNAMESE = {
    30: "_______ăâêôơưđ______" + _VIETNAMESE_TONES,
    31: "ĂÂ____Đ__ÊÔƠƯ_______" + _VIETNAMESE_TONES.upper(),
}
"""TCVN 5712-3 from 0xA1 on, which Python has not: small letters and capitals; "_" is none."""

_RARE = 15  # fewer printers have it than its number lets expect, and its € stands on 16 and 19 too

PAGES = tuple(sorted((*_CODECS, *_VIETNAMESE), key=lambda page: (page == _RARE, page)))
"""Every page that is used, first those that most printers have: the lower its number, the more."""


@cache
def letters_on(page: int) -> Mapping[str, int]:
    """The letters of a page that are not ASCII, and the byte of each."""
    if page in _VIETNAMESE:
        numbered = enumerate(_VIETNAMESE[page], 0xA1)
        return {letter: byte for byte, letter in numbered if letter != "_"}
    return {
        letter: byte
        for byte in range(0x80, 0x100)
        if (letter := bytes([byte]).decode(_CODECS[page], "ignore"))
        and (letter.isprintable() or letter == "\xa0")
    }


def has_letter(page: int, letter: str) -> bool:
    """Whether a letter is ASCII, which each page has, or stands on this one."""
    return letter.isascii() or letter in letters_on(page)


def page_of(letter: str, preferred: Iterable[int] = ()) -> int | None:
    """A page with this letter: one of those preferred, else the lowest; None without one."""
    return next((page for page in (*preferred, *PAGES) if has_letter(page, letter)), None)


class PageSwitcher:
    """The letters of one job as runs of bytes, each on one page; the page changes seldom."""

    def __init__(self) -> None:
        self._page: int | None = None  # what a printer begins with is a setting of its own
        self._used: dict[int, None] = {}

    def runs_of(self, text: str) -> Iterator[tuple[int | None, bytes]]:
        """Each run's bytes, and the page to change to before it, or None.

        Raises LookupError for a letter that is on no page.
        """
        while text:
            page = self._page
            if page is None or not has_letter(page, text[0]):
                page = page_of(text[0], self._used)
            if page is None:
                raise LookupError(text[0])
            run = _beginning_on(page, text)
            text = text[len(run) :]
            letters = letters_on(page)
            yield (
                None if page == self._page else page,
                bytes(letters.get(letter) or ord(letter) for letter in run),
            )
            self._page = page
            self._used[page] = None


def _beginning_on(page: int, text: str) -> str:
    """As much of a text as the page has."""
    for place, letter in enumerate(text):
        if not has_letter(page, letter):
            return text[:place]
    return text
