"""The fonts that pictures of letters are drawn with: the shop's own, then those of the system.

Pillow (the extra pictures) is loaded when the first letter is drawn.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from pos_tui.devices.printers.printer import PrinterError

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

_TRIED_SIZE = 16
_NOBODYS_LETTER = "\U0010fffd"  # no font has it: what is drawn for it stands for "missing"
_JOINERS = frozenset("\u200c\u200d\ufe0e\ufe0f")
_CHINESE_FORMS = " SC"  # of fonts with forms for several countries
_MOST_FACES = 12

# Fonts that systems have, those with Chinese letters first, the plainer before the others.
_CHINESE = (
    "NotoSansCJK-Regular.ttc", "NotoSansCJKsc-Regular.otf", "NotoSansSC-Regular.otf",
    "wqy-microhei.ttc", "wqy-zenhei.ttc", "SourceHanSansSC-Regular.otf",
    "DroidSansFallbackFull.ttf", "NotoSerifCJK-Regular.ttc", "msyh.ttc", "simhei.ttf",
    "PingFang.ttc", "STHeiti Light.ttc", "Hiragino Sans GB.ttc",
)  # fmt: skip
_LETTERS = (
    "DejaVuSansMono.ttf", "NotoSansMono-Regular.ttf", "LiberationMono-Regular.ttf", "consola.ttf",
    "Menlo.ttc",
)  # fmt: skip
_OTHERS = (
    "NotoSansArabic-Regular.ttf", "NotoNaskhArabic-Regular.ttf", "NotoSansHebrew-Regular.ttf",
    "NotoSansThai-Regular.ttf", "NotoSansDevanagari-Regular.ttf", "NotoSansBengali-Regular.ttf",
    "NotoSansTamil-Regular.ttf", "NotoSansKhmer-Regular.ttf", "NotoSansMyanmar-Regular.ttf",
    "NotoSansLao-Regular.ttf", "Loma.ttf", "Garuda.ttf", "Lohit-Devanagari.ttf", "FreeSans.ttf",
    "NotoEmoji-Regular.ttf", "Symbola.ttf", "DejaVuSans.ttf", "leelawui.ttf", "Nirmala.ttc",
    "Nirmala.ttf", "segoeui.ttf", "malgun.ttf", "seguiemj.ttf", "seguisym.ttf", "Thonburi.ttc",
    "DevanagariMT.ttc", "GeezaPro.ttc", "ArialHB.ttc", "AppleSDGothicNeo.ttc",
    "unifont.otf", "unifont.ttf", "unifont_upper.otf", "unifont_upper.ttf",
)  # fmt: skip
_FOLDERS = (
    "/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts",
    "/System/Library/Fonts", "/Library/Fonts", "C:/Windows/Fonts",
    "~/AppData/Local/Microsoft/Windows/Fonts",
)  # fmt: skip


def is_pillow_there() -> bool:
    """Whether pictures can be drawn at all: Pillow is installed, with its fonts."""
    try:
        from PIL import ImageFont
    except ImportError:
        return False
    return ImageFont is not None


@lru_cache(maxsize=1)
def is_shaping_there() -> bool:
    """Whether Pillow joins Arabic and Hindi letters (raqm, with its library fribidi)."""
    if not is_pillow_there():
        return False
    from PIL import features

    return bool(features.check("raqm"))


@lru_cache(maxsize=8)
def fonts_for(own: str = "") -> tuple[Path, ...]:
    """The font files of this machine, the first with a letter is used: the shop's own first."""
    there = _fonts_of_system()
    names = (*_LETTERS, *_CHINESE, *_OTHERS)
    found = tuple(there[name] for name in names if name in there)
    return (Path(own).expanduser(), *found) if own else found


def chinese_font() -> Path | None:
    """A font of this machine that has Chinese letters and plain ones, or None."""
    there = _fonts_of_system()
    return next((there[name] for name in _CHINESE if name in there), None)


@lru_cache(maxsize=64)
def font_of_size(path: Path, size: int) -> FreeTypeFont:
    """A font in a size in pixels, with Chinese forms where it has several countries' forms.

    Raises PrinterError for a file that is no font, or without Pillow.
    """
    try:
        from PIL import ImageFont

        return ImageFont.truetype(str(path), size, _face_of(path))
    except (OSError, ImportError, ValueError) as error:
        raise PrinterError("label.bad_font", path=str(path)) from error


def font_with(text: str, fonts: tuple[Path, ...]) -> Path | None:
    """The first font that has all letters of a text; None where none has."""
    return next((path for path in fonts if all(_has_letter(path, letter) for letter in text)), None)


@lru_cache(maxsize=8192)
def _has_letter(path: Path, letter: str) -> bool:
    """Whether a font has a letter: what it draws is not what it draws for a missing one."""
    if letter.isspace() or letter in _JOINERS:
        return True
    missing = _drawn(path, _NOBODYS_LETTER)
    return missing is not None and _drawn(path, letter) not in {None, missing}


@lru_cache(maxsize=8192)
def _drawn(path: Path, letter: str) -> tuple[tuple[int, int], bytes] | None:
    """A letter as the font draws it, joined to nothing; None for one that cannot be drawn."""
    try:
        mask = _plain_font(path).getmask(letter, mode="1")
    except (OSError, ImportError, ValueError):  # no font, a coloured picture, a damaged letter
        return None
    return mask.size, bytes(mask)


@lru_cache(maxsize=64)
def _plain_font(path: Path) -> FreeTypeFont:
    """A font that takes letters one by one: joined, one may become two that are missing."""
    from PIL import ImageFont

    basic = ImageFont.Layout.BASIC
    return ImageFont.truetype(str(path), _TRIED_SIZE, _face_of(path), layout_engine=basic)


@lru_cache(maxsize=64)
def _face_of(path: Path) -> int:
    """The face of a collection that has the forms of letters that China writes; else the first."""
    if path.suffix.lower() not in {".ttc", ".otc"}:
        return 0
    from PIL import ImageFont

    for face in range(_MOST_FACES):
        try:
            family = ImageFont.truetype(str(path), _TRIED_SIZE, face).getname()[0] or ""
        except OSError:
            break
        if family.endswith(_CHINESE_FORMS):
            return face
    return 0


@lru_cache(maxsize=1)
def _fonts_of_system() -> dict[str, Path]:
    """The fonts that are known here, by their files' names, wherever a system keeps them."""
    known = {*_CHINESE, *_LETTERS, *_OTHERS}
    found: dict[str, Path] = {}
    for folder in _FOLDERS:
        for root, _, files in os.walk(os.path.expanduser(folder)):  # noqa: PTH111
            for name in known.intersection(files):
                found.setdefault(name, Path(root, name))
    return found
