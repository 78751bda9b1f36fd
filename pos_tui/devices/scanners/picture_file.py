"""Opening a picture file as one grey, upright picture, or giving the reason why not."""

from __future__ import annotations

import warnings
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from pos_tui.reasons import Reason, ReasonError, because

if TYPE_CHECKING:
    from PIL import Image

_FORMATS = ("JPEG", "MPO", "PNG", "WEBP", "BMP", "TIFF", "GIF", "AVIF")
_MOST_DOTS = 80_000_000
_DOTS_READ = 25_000_000
_MOST_BYTES = 200_000_000
_PHONE_BRANDS = (b"heic", b"heix", b"heif", b"hevc", b"heim", b"mif1", b"msf1", b"avif", b"avis")


MISSING_PACKAGES = because("picture.packages")
"""The reason at a till without the packages that read pictures."""


class PictureError(ReasonError):
    """A picture that cannot be read."""


def open_grey(source: Path | bytes) -> tuple[Image.Image, int, int, float]:
    """The picture in grey and upright, its full width and height, and grey dots per full dot.

    Raises PictureError, and nothing else, for whatever is no picture.
    """
    try:
        from PIL import Image
    except ImportError as error:
        raise PictureError(MISSING_PACKAGES) from error
    name = name_of(source)
    _look_at_file(source, name)
    too_large = because("picture.too_large", name=name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            warnings.filterwarnings("ignore", category=UserWarning)
            file = BytesIO(source) if isinstance(source, bytes) else source
            Image.init()  # the formats beyond the commonest are only known after this
            formats = [each for each in _FORMATS if each in Image.OPEN]
            with Image.open(file, formats=formats) as picture:
                if picture.width * picture.height > _MOST_DOTS:
                    raise PictureError(too_large)
                return _grey(picture)
    except PictureError:
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError, MemoryError) as error:
        raise PictureError(too_large) from error
    except Exception as error:  # a broken file can make a decoder raise nearly anything
        if _is_phone_format(source):
            raise PictureError("picture.phone_format", name=name) from error
        raise PictureError("picture.no_picture", name=name) from error


def name_of(source: Path | bytes) -> str | Reason:
    """What a picture is called: its file's name, or a word for one without a file."""
    return source.name if isinstance(source, Path) else because("picture.this_one")


def _look_at_file(source: Path | bytes, name: str | Reason) -> None:
    """Refuse what would block or fill the memory before it can be judged."""
    if isinstance(source, bytes):
        return
    try:
        if not source.exists():
            raise PictureError("picture.not_there", name=name)
        if not source.is_file():
            raise PictureError("picture.no_file", name=name)
        size = source.stat().st_size
    except (OSError, ValueError) as error:
        raise PictureError("picture.not_opened", name=name) from error
    if size > _MOST_BYTES:
        raise PictureError("picture.file_too_large", name=name)


def _grey(picture: Image.Image) -> tuple[Image.Image, int, int, float]:
    from PIL import ImageOps

    full_width, full_height = picture.size
    shrink = 1
    while full_width * full_height / shrink**2 > _DOTS_READ:
        shrink += 1
    if shrink > 1:
        # A JPEG decodes straight to a half or a quarter, in as much less time and memory.
        picture.draft("L", (full_width // shrink, full_height // shrink))
    grey = _to_grey(picture)
    left_over = round(shrink * grey.width / full_width)
    if left_over > 1:
        grey = grey.reduce(left_over)
    scale = grey.width / full_width
    grey.getexif().update(picture.getexif())
    upright = ImageOps.exif_transpose(grey) or grey
    if upright.size != grey.size:
        full_width, full_height = full_height, full_width
    return upright, full_width, full_height, scale


def _to_grey(picture: Image.Image) -> Image.Image:
    """Any mode as 8-bit grey; what is see-through is white, as the paper under it."""
    from PIL import Image

    mode = picture.mode
    if mode == "L" and "transparency" not in picture.info:
        picture.load()
        return picture.copy()
    if mode.startswith("I;16") or mode in ("I", "F"):
        return _levels(picture)
    if "A" in picture.getbands() or "transparency" in picture.info:
        see_through = picture.convert("RGBA")
        paper = Image.new("RGBA", picture.size, "white")
        return Image.alpha_composite(paper, see_through).convert("L")
    return picture.convert("RGB").convert("L") if mode not in ("1", "RGB") else picture.convert("L")


def _levels(picture: Image.Image) -> Image.Image:
    """Many levels as 256, from the darkest to the lightest there is."""
    numbers = picture.convert("F")
    low, high = numbers.getextrema()
    assert isinstance(low, float)
    assert isinstance(high, float)
    step = 255 / (high - low) if high > low else 0.0
    return numbers.point(lambda value: value * step + (-low * step)).convert("L")


def _is_phone_format(source: Path | bytes) -> bool:
    try:
        if isinstance(source, bytes):
            head = source[:32]
        else:
            with source.open("rb") as file:
                head = file.read(32)
    except OSError:
        return False
    return head[4:8] == b"ftyp" and head[8:12] in _PHONE_BRANDS
