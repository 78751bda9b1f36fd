"""A picture of goods on the demo's counter, drawn once, so that F3 F3 has something to read."""

from __future__ import annotations

from pathlib import Path

from pos_tui.demo.goods import COLA, MILK, NOODLES, PESTO, SPREAD
from pos_tui.files.replacing import replace_file

_SIZE = (1200, 800)
_COUNTER, _LABEL, _INK = (196, 178, 150), (255, 255, 255), (0, 0, 0)
_STROKE = 264  # where a pen stroke spoils the last label
_UNKNOWN = "4000417025005"
_PLACES = (
    (COLA, (60, 60), 0),
    (SPREAD, (620, 90), 8),
    (MILK, (90, 300), -12),
    (NOODLES, (650, 330), 0),
    (_UNKNOWN, (80, 560), 5),
    (PESTO, (660, 570), 0),
)


def draw_goods(folder: Path) -> Path | None:
    """Draw the picture unless it is there; None where the packages for pictures are not.

    Six labels, three of them tilted, one of goods that the shop does not have; a pen stroke has
    spoiled the last one, which is to be missed.
    """
    path = folder / "counter.png"
    if path.exists():
        return path
    try:
        import zxingcpp
        from PIL import Image, ImageDraw
    except ImportError:
        return None
    picture = Image.new("RGB", _SIZE, _COUNTER)
    for digits, place, angle in _PLACES:
        code = zxingcpp.create_barcode(digits, zxingcpp.BarcodeFormat.EAN13)
        bars = Image.fromarray(code.to_image(scale=3)).convert("RGB")
        if digits == PESTO:
            ImageDraw.Draw(bars).rectangle((_STROKE, 0, _STROKE + 2, bars.height), fill=_INK)
        label = Image.new("RGB", (bars.width + 60, bars.height + 40), _LABEL)
        label.paste(bars, (30, 20))
        turned = label.convert("RGBA").rotate(angle, expand=True, resample=Image.Resampling.BICUBIC)
        picture.paste(turned, place, turned)
    folder.mkdir(parents=True, exist_ok=True)
    beside = folder / "counter.new"
    picture.save(beside, "PNG")
    replace_file(beside, path)
    return path
