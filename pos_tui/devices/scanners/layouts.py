"""Keyboard layouts as data, and what the keys of a scanner type on them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from pos_tui.reasons import ReasonError

END: Final = "\n"
"""What ends a code: Enter, the keypad's Enter, Tab, or a control character that stands for one."""

LEFT_CTRL, RIGHT_CTRL = 29, 97
LEFT_SHIFT, RIGHT_SHIFT = 42, 54
LEFT_ALT, ALT_GR = 56, 100
LEFT_META, RIGHT_META = 125, 126
MODIFIERS: Final = frozenset((
    LEFT_CTRL, RIGHT_CTRL, LEFT_SHIFT, RIGHT_SHIFT, LEFT_ALT, ALT_GR, LEFT_META, RIGHT_META,
))  # fmt: skip
ENTER, KEYPAD_ENTER, TAB, SPACE = 28, 96, 15, 57

KEYPAD: Final[Mapping[int, str]] = {
    71: "7", 72: "8", 73: "9", 74: "-", 75: "4", 76: "5", 77: "6", 78: "+",
    79: "1", 80: "2", 81: "3", 82: "0", 83: ".", 55: "*", 98: "/", 117: "=", 121: ",",
}  # fmt: skip

COMBINING: Final[Mapping[str, str]] = {
    "^": "\u0302", "`": "\u0300", "´": "\u0301", "¨": "\u0308", "~": "\u0303",
}  # fmt: skip

# Linux key codes, row by row: from the key left of 1, from Q, from A (with the key before
# Enter), and from the key between the left Shift and Z, which an American keyboard lacks.
_POSITIONS = (41, *range(2, 14), *range(16, 28), *range(30, 41), 43, 86, *range(44, 54))


class KeyboardLayout(Struct, frozen=True):
    """What each key types: `levels` by Linux key code, for plain, Shift, AltGr, AltGr + Shift.

    `dead` names, for each level, the accents that wait for the next key.
    """

    levels: tuple[Mapping[int, str], Mapping[int, str], Mapping[int, str], Mapping[int, str]]
    dead: tuple[str, str, str, str] = ("", "", "", "")


def _level(*rows: str) -> Mapping[int, str]:
    typed = dict(zip(_POSITIONS, "".join(rows), strict=True))
    return {code: character for code, character in typed.items() if character != " "} | {SPACE: " "}


_US = KeyboardLayout((
    _level("`1234567890-=", "qwertyuiop[]", r"asdfghjkl;'" + "\\", "\\" + "zxcvbnm,./"),
    _level("~!@#$%^&*()_+", "QWERTYUIOP{}", 'ASDFGHJKL:"|', "|ZXCVBNM<>?"),
    {},
    {},
))  # fmt: skip

_UK = KeyboardLayout((
    _level("`1234567890-=", "qwertyuiop[]", "asdfghjkl;'#", "\\" + "zxcvbnm,./"),
    _level('¬!"£$%^&*()_+', "QWERTYUIOP{}", "ASDFGHJKL:@~", "|ZXCVBNM<>?"),
    {41: "¦", 5: "€", 18: "é", 22: "ú", 23: "í", 24: "ó", 30: "á"},
    {18: "É", 22: "Ú", 23: "Í", 24: "Ó", 30: "Á"},
))  # fmt: skip

_GERMAN = KeyboardLayout((
    _level("^1234567890ß´", "qwertzuiopü+", "asdfghjklöä#", "<yxcvbnm,.-"),
    _level('°!"§$%&/()=?`', "QWERTZUIOPÜ*", "ASDFGHJKLÖÄ'", ">YXCVBNM;:_"),
    {3: "²", 4: "³", 8: "{", 9: "[", 10: "]", 11: "}", 12: "\\", 16: "@", 18: "€", 27: "~",
     50: "µ", 86: "|"},
    {12: "ẞ"},
), dead=("^´", "`", "", ""))  # fmt: skip

_FRENCH = KeyboardLayout((
    _level("²&é\"'(-è_çà)=", "azertyuiop^$", "qsdfghjklmù*", "<wxcvbn,;:!"),
    _level(" 1234567890°+", "AZERTYUIOP¨£", "QSDFGHJKLM%µ", ">WXCVBN?./§"),
    {3: "~", 4: "#", 5: "{", 6: "[", 7: "|", 8: "`", 9: "\\", 10: "^", 11: "@", 12: "]",
     13: "}", 18: "€", 27: "¤"},
    {},
), dead=("^", "¨", "~`", ""))  # fmt: skip

_SPANISH = KeyboardLayout((
    _level("º1234567890'¡", "qwertyuiop`+", "asdfghjklñ´ç", "<zxcvbnm,.-"),
    _level('ª!"·$%&/()=?¿', "QWERTYUIOP^*", "ASDFGHJKLÑ¨Ç", ">ZXCVBNM;:_"),
    {41: "\\", 2: "|", 3: "@", 4: "#", 5: "~", 6: "€", 7: "¬", 18: "€", 26: "[", 27: "]",
     40: "{", 43: "}"},
    {},
), dead=("`´", "^¨", "~", ""))  # fmt: skip

_ITALIAN = KeyboardLayout((
    _level("\\" + "1234567890'ì", "qwertyuiopè+", "asdfghjklòàù", "<zxcvbnm,.-"),
    _level('|!"£$%&/()=?^', "QWERTYUIOPé*", "ASDFGHJKLç°§", ">ZXCVBNM;:_"),
    {6: "€", 18: "€", 26: "[", 27: "]", 39: "@", 40: "#"},
    {26: "{", 27: "}"},
))  # fmt: skip

LAYOUTS: Final[Mapping[str, KeyboardLayout]] = {
    "us": _US,
    "uk": _UK,
    "de": _GERMAN,
    "fr": _FRENCH,
    "es": _SPANISH,
    "it": _ITALIAN,
}
"""The layouts that a scanner can be set to, by the name that the settings use."""


class LayoutNameError(ReasonError):
    """There is no keyboard layout of this name."""


def layout_named(name: str) -> KeyboardLayout:
    """The layout of this name. Raises LayoutNameError."""
    layout = LAYOUTS.get(name.casefold())
    if layout is None:
        raise LayoutNameError("scanner.no_layout", layout=name, layouts=tuple(LAYOUTS))
    return layout


class KeyDecoder:
    """Turns key positions into characters.

    Positions know nothing of CapsLock and NumLock, so these never matter.
    """

    def __init__(self, layout: KeyboardLayout) -> None:
        self._layout = layout
        self._held: set[int] = set()
        self._accent = ""
        self._alt_digits = ""

    def feed(self, key_code: int, value: int) -> str:
        """Feed one key event: a Linux key code; 1 pressed, 0 let go, 2 repeated.

        Returns what it typed: nothing, characters (two when an accent found no letter), `END`.
        """
        if key_code in MODIFIERS:
            return self._modifier(key_code, value)
        if value != 1:
            return ""
        if LEFT_ALT in self._held and KEYPAD.get(key_code, "").isdigit():
            self._alt_digits += KEYPAD[key_code]
            return ""
        if key_code in {ENTER, KEYPAD_ENTER, TAB}:
            return self._after_accent(END)
        control = self._held & {LEFT_CTRL, RIGHT_CTRL}
        # The layout driver of Windows adds a Ctrl to each AltGr, and takes Ctrl + Alt for AltGr.
        alt_gr = ALT_GR in self._held or (control and LEFT_ALT in self._held)
        level = (2 if alt_gr else 0) + bool(self._held & {LEFT_SHIFT, RIGHT_SHIFT})
        character = self._layout.levels[level].get(key_code) or KEYPAD.get(key_code, "")
        if control and not alt_gr:
            return self._after_accent(self._control(key_code, character))
        if character and character in self._layout.dead[level] and not self._accent:
            self._accent = character
            return ""
        return self._after_accent(character)

    def _modifier(self, key_code: int, value: int) -> str:
        if value:
            self._held.add(key_code)
            return ""
        self._held.discard(key_code)
        if key_code != LEFT_ALT or not self._alt_digits:
            return ""
        digits, self._alt_digits = self._alt_digits, ""
        return self._after_accent(alt_code(digits))

    def _control(self, key_code: int, character: str) -> str:
        # A scanner set to another country still sends Ctrl with the American position of the key.
        for each in (character, _US.levels[0].get(key_code, "")):
            if len(each) == 1 and "@" <= each.upper() <= "_":
                return _typed(ord(each.upper()) - ord("@"))
        return ""

    def _after_accent(self, typed: str) -> str:
        if not typed or not self._accent:
            return typed
        accent, self._accent = self._accent, ""
        if typed == " ":
            return accent
        composed = unicodedata.normalize("NFC", typed + COMBINING[accent])
        return composed if len(composed) == 1 else accent + typed


def alt_code(digits: str) -> str:
    """The character of digits typed on the keypad with Alt held, as Windows reads them.

    With a leading 0 they count in Windows-1252, without in code page 437, above 255 in Unicode.
    """
    number = int(digits[:8])
    if number < 128:
        return _typed(number)
    if number < 256:
        page = "cp1252" if digits.startswith("0") else "cp437"
        return bytes((number,)).decode(page, errors="ignore") or chr(number)
    if number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:
        return ""
    return chr(number)


def _typed(number: int) -> str:
    if number in {9, 10, 13}:
        return END
    return chr(number) if number else ""
