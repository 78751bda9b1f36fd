"""What scenes are put together from: codes on labels, things to lay them on, and bent planes."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import zint
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

Point = tuple[float, float]
Quad = tuple[Point, ...]
Draw = Callable[[tuple[int, int], random.Random], Image.Image]

_MODULE = 6
_GS = "\x1d"
_QR_LIKE = ("QR Code", "Data Matrix", "Aztec", "Micro QR Code")


@dataclass(frozen=True)
class Code:
    """A code to print, and the text that a true read of it gives (AIM prefix first)."""

    symbology: str
    text: str
    symbol: zint.Symbology
    content: str
    gs1: bool = False


@dataclass(frozen=True)
class Label:
    """A printed label; `corners` are the code's own, `module` the width of its thinnest bar."""

    image: Image.Image
    code: Code
    corners: Quad
    module: float


def with_check_digit(digits: str) -> str:
    """The digits and their GS1 check digit."""
    total = sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(reversed(digits)))
    return digits + str(-total % 10)


def ean13(digits: str) -> Code:
    """The EAN-13 of twelve digits."""
    return Code("EAN-13", "]E0" + with_check_digit(digits), zint.Symbology.EANX, digits)


def upc_a(digits: str) -> Code:
    """The UPC-A of eleven digits; a read gives it as the EAN-13 it also is."""
    return Code("UPC-A", "]E00" + with_check_digit(digits), zint.Symbology.UPCA, digits)


def upc_e(digits: str, system: str = "0") -> Code:
    """The UPC-E of six digits, as a rule of number system 0."""
    first, last = digits[:-1], digits[-1]
    if last in "012":
        long = first[:2] + last + "0000" + first[2:]
    elif last == "3":
        long = first[:3] + "00000" + first[3:]
    elif last == "4":
        long = first[:4] + "00000" + first[4:]
    else:
        long = first + "0000" + last
    text = "]E00" + with_check_digit(system + long)
    return Code("UPC-E", text, zint.Symbology.UPCE, system + digits)


def ean8(digits: str) -> Code:
    """The EAN-8 of seven digits."""
    return Code("EAN-8", "]E4" + with_check_digit(digits), zint.Symbology.EANX, digits)


def random_code(rng: random.Random) -> Code:
    """A code as goods have them: mostly EAN-13, any other now and then."""
    if rng.random() < 0.4:
        return ean13(rng.choice("023456789") + _digits(rng, 11))
    return rng.choice(_MAKERS)(rng)


def similar_codes(rng: random.Random) -> Iterator[Code]:
    """Twins and neighbours without end: the same code again, or one that differs in a digit."""
    first = rng.choice("3456789") + _digits(rng, 11)
    while True:
        roll = rng.random()
        if roll < 0.5:
            yield ean13(first)
        elif roll < 0.85:
            yield ean13(first[:-1] + rng.choice("0123456789"))
        else:
            yield Code(
                "Code 128", f"]C0SKU-{first[:5]}", zint.Symbology.CODE128, f"SKU-{first[:5]}"
            )


def _digits(rng: random.Random, count: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(count))


def _letters(rng: random.Random, least: int, most: int) -> str:
    count = rng.randint(least, most)
    return "".join(rng.choice("ABCDEFGHJKLMNPRSTUVWXYZ0123456789-") for _ in range(count))


def _element_strings(rng: random.Random) -> tuple[str, str]:
    """GTIN, lot and day as they are printed, and as they are read."""
    gtin = with_check_digit("0" + rng.choice("3456789") + _digits(rng, 11))
    lot, day = _letters(rng, 3, 6).replace("-", "7"), f"27{rng.randint(1, 12):02}28"
    return f"[01]{gtin}[10]{lot}[17]{day}", f"01{gtin}10{lot}{_GS}17{day}"


def _gs1(name: str, prefix: str, symbol: zint.Symbology) -> Callable[[random.Random], Code]:
    def make(rng: random.Random) -> Code:
        printed, read = _element_strings(rng)
        return Code(name, prefix + read, symbol, printed, gs1=True)

    return make


def _databar(name: str, symbol: zint.Symbology, first: str) -> Callable[[random.Random], Code]:
    def make(rng: random.Random) -> Code:
        gtin = with_check_digit(rng.choice(first) + _digits(rng, 12))
        return Code(name, "]e001" + gtin, symbol, gtin[:-1])

    return make


def _plain(
    name: str, prefix: str, symbol: zint.Symbology, text: Callable[[random.Random], str]
) -> Callable[[random.Random], Code]:
    def make(rng: random.Random) -> Code:
        content = text(rng)
        return Code(name, prefix + content, symbol, content)

    return make


def _itf14(rng: random.Random) -> Code:
    gtin = with_check_digit(rng.choice("12345678") + _digits(rng, 12))
    return Code("ITF-14", "]I1" + gtin, zint.Symbology.ITF14, gtin[:-1])


def _unchecked(rng: random.Random) -> str:
    """Letters whose last is not by chance Code 39's check character, which readers would report."""
    order = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-"
    while True:
        text = _letters(rng, 4, 9)
        if sum(map(order.index, text[:-1])) % 43 != order.index(text[-1]):
            return text


def _link(rng: random.Random) -> str:
    return f"https://id.gs1.org/01/0{with_check_digit('4' + _digits(rng, 11))}"


_MAKERS: tuple[Callable[[random.Random], Code], ...] = (
    lambda rng: ean13(rng.choice("0123456789") + _digits(rng, 11)),
    lambda rng: ean8(_digits(rng, 7)),
    lambda rng: upc_a(_digits(rng, 11)),
    lambda rng: upc_e("".join(rng.choice("3456789") for _ in range(5)) + _digits(rng, 1)),
    lambda rng: Code("EAN-13", "]E0" + with_check_digit(d := "977" + _digits(rng, 9)),
                     zint.Symbology.EANX, f"{d}+{_digits(rng, 2)}"),
    _plain("Code 128", "]C0", zint.Symbology.CODE128, lambda rng: _letters(rng, 5, 11)),
    _gs1("Code 128", "]C1", zint.Symbology.GS1_128),
    _plain("Code 39", "]A0", zint.Symbology.CODE39, _unchecked),
    _itf14,
    _databar("DataBar Omni", zint.Symbology.DBAR_OMN, "0123456789"),
    _databar("DataBar Limited", zint.Symbology.DBAR_LTD, "01"),
    _gs1("DataBar Expanded", "]e0", zint.Symbology.DBAR_EXP),
    _plain("QR Code", "]Q1", zint.Symbology.QRCODE, _link),
    _plain("QR Code", "]Q1", zint.Symbology.QRCODE, lambda rng: "可乐" + _digits(rng, 5)),
    _gs1("QR Code", "]Q3", zint.Symbology.QRCODE),
    _plain("Micro QR Code", "]Q1", zint.Symbology.MICROQR, lambda rng: _digits(rng, 8)),
    _plain("Data Matrix", "]d1", zint.Symbology.DATAMATRIX, lambda rng: _letters(rng, 5, 14)),
    _gs1("Data Matrix", "]d2", zint.Symbology.DATAMATRIX),
    _plain("PDF417", "]L2", zint.Symbology.PDF417, lambda rng: _letters(rng, 10, 30)),
    _plain("Aztec", "]z0", zint.Symbology.AZTEC, lambda rng: _letters(rng, 5, 20)),
)  # fmt: skip


def draw_label(code: Code, rng: random.Random) -> Label:
    """The code on a card, sometimes coloured, with words over it."""
    symbol = zint.Symbol()
    symbol.symbology = code.symbol
    symbol.input_mode = zint.InputMode.GS1 if code.gs1 else zint.InputMode.UNICODE
    symbol.output_options = zint.OutputOptions.BARCODE_QUIET_ZONES
    symbol.scale = _MODULE / 2
    symbol.eci = 0 if code.content.isascii() else 26
    symbol.show_text = rng.random() < 0.8
    flat = code.symbology in _QR_LIKE or code.symbology == "PDF417"
    if not flat and "DataBar" not in code.symbology:
        symbol.height = rng.uniform(28, 60)
    symbol.encode(code.content)
    symbol.buffer(0)
    bitmap = symbol.bitmap
    assert bitmap is not None and bitmap.shape is not None
    height, width, _ = bitmap.shape
    print_ = Image.frombytes("RGB", (width, height), bytes(bitmap))
    ink = ImageChops.invert(print_.convert("L")).getbbox()
    assert ink
    side = 2 * _MODULE if flat else 0
    over = rng.choice([0, 40, 70])
    under = rng.choice([0, 30])
    card = Image.new("RGB", (width + 2 * side + 24, height + 2 * side + over + under + 24), "white")
    card.paste(print_, (12 + side, 12 + side + over))
    pencil = ImageDraw.Draw(card)
    if over:
        font = ImageFont.load_default(over * 0.6)
        pencil.text((14, 8), rng.choice(["SOY MILK 1L", "Tea 500 g", "Best 28.02", "Crisps"]),
                    fill=(30, 30, 60), font=font)  # fmt: skip
    if rng.random() < 0.35:
        tint = (rng.randint(200, 255), rng.randint(190, 255), rng.randint(130, 255))
        card = ImageChops.multiply(card, Image.new("RGB", card.size, tint))
    left, top = 12 + side, 12 + side + over
    x0, y0, x1, y1 = ink[0] + left, ink[1] + top, ink[2] + left, ink[3] + top
    return Label(card, code, ((x0, y0), (x1, y0), (x1, y1), (x0, y1)), _MODULE)


def perspective(source: Quad, target: Quad) -> tuple[float, ...]:
    """The eight numbers of the projection that takes four points to four others."""
    rows = []
    for (x, y), (u, v) in zip(source, target, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    size = len(rows)
    for i in range(size):
        pivot = max(range(i, size), key=lambda r: abs(rows[r][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [value / rows[i][i] for value in rows[i]]
        for r in range(size):
            if r != i and rows[r][i]:
                factor = rows[r][i]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[i], strict=True)]
    return tuple(row[-1] for row in rows)


def project(numbers: tuple[float, ...], point: Point) -> Point:
    """Where the projection takes a point."""
    a, b, c, d, e, f, g, h = numbers
    x, y = point
    w = g * x + h * y + 1
    return (a * x + b * y + c) / w, (d * x + e * y + f) / w


def _grain(size: tuple[int, int], rng: random.Random, coarse: int) -> Image.Image:
    small = (size[0] // coarse + 1, size[1] // coarse + 1)
    grain = Image.frombytes("L", small, rng.randbytes(small[0] * small[1]))
    return grain.resize(size, Image.Resampling.BICUBIC)


def _counter(size: tuple[int, int], rng: random.Random) -> Image.Image:
    """A mottled counter of one colour."""
    dark, light = (tuple(rng.randint(a, b) for _ in "rgb") for a, b in ((30, 130), (120, 240)))
    picture = Image.new("RGB", size, dark)
    picture.paste(light, (0, 0), _grain(size, rng, rng.choice([4, 16, 60])))
    return picture


def _planks(size: tuple[int, int], rng: random.Random) -> Image.Image:
    """Wooden planks with their grain."""
    picture = Image.new("RGB", size, (150, 105, 60))
    picture.paste((95, 60, 30), (0, 0), _grain((size[0], 200), rng, 3).resize(size))
    pencil = ImageDraw.Draw(picture)
    for y in range(0, size[1], rng.randint(120, 260)):
        pencil.line((0, y, size[0], y), fill=(50, 30, 15), width=5)
    return picture


def _tiles(size: tuple[int, int], rng: random.Random) -> Image.Image:
    """Chequered tiles: as much contrast as a code has."""
    picture = Image.new("RGB", size, (235, 235, 225))
    pencil = ImageDraw.Draw(picture)
    side = rng.randint(40, 160)
    for row in range(size[1] // side + 1):
        for column in range(row % 2, size[0] // side + 1, 2):
            box = (column * side, row * side, (column + 1) * side, (row + 1) * side)
            pencil.rectangle(box, fill=(60, 70, 90))
    return picture


def _leaflet(size: tuple[int, int], rng: random.Random) -> Image.Image:
    """A page of print."""
    picture = Image.new("RGB", size, (250, 248, 240))
    pencil = ImageDraw.Draw(picture)
    points = rng.randint(22, 60)
    font = ImageFont.load_default(points)
    words = ["IIIII", "lllll", "milk", "10|01|10", "HIHIHIH", "1.50", "#####", "fresh", "||||||"]
    for y in range(0, size[1], int(points * 1.4)):
        line = " ".join(rng.choice(words) for _ in range(size[0] // points + 2))
        pencil.text((5, y), line, fill=(20, 20, 20), font=font)
    return picture


def _stripes(size: tuple[int, int], rng: random.Random) -> Image.Image:
    """A striped cloth: bars of random widths from side to side."""
    picture = Image.new("RGB", size, "white")
    pencil = ImageDraw.Draw(picture)
    x, unit = 0, rng.randint(3, 9)
    while x < size[0]:
        bar = unit * rng.randint(1, 4)
        pencil.rectangle((x, 0, x + bar - 1, size[1]), fill=(20, 20, 30))
        x += bar + unit * rng.randint(1, 4)
    return picture.rotate(rng.choice([0, 10, 45, 90]), fillcolor="white")


def _fences(size: tuple[int, int], rng: random.Random) -> Image.Image:
    """Blocks of bars with white around, as codes have, that are no codes."""
    picture = Image.new("RGB", size, (240, 240, 235))
    pencil = ImageDraw.Draw(picture)
    for top in range(60, size[1] - 200, 260):
        x, unit = 80, rng.randint(2, 5)
        while x < size[0] - 80:
            for _ in range(rng.randint(18, 60)):
                bar = unit * rng.randint(1, rng.choice([2, 4]))
                pencil.rectangle((x, top, x + bar - 1, top + 150), fill=(15, 15, 15))
                x += bar + unit * rng.randint(1, rng.choice([2, 4]))
            x += 90
    return picture.crop((0, 0, *size)).rotate(rng.uniform(-20, 20), fillcolor=(240, 240, 235))


def _picket(size: tuple[int, int], rng: random.Random) -> Image.Image:
    """A fence of even pickets."""
    picture = Image.new("RGB", size, (120, 170, 210))
    pencil = ImageDraw.Draw(picture)
    wide = rng.randint(6, 30)
    for x in range(0, size[0], wide * 2):
        pencil.rectangle((x, size[1] // 4, x + wide, size[1]), fill=(245, 245, 245))
    return picture


def _crossword(size: tuple[int, int], rng: random.Random) -> Image.Image:
    """Squares black and white at random, in blocks with white around."""
    picture = Image.new("RGB", size, "white")
    for top in range(30, size[1] - 330, 340):
        for left in range(30, size[0] - 330, 340):
            cells = rng.choice([12, 16, 21, 25, 40])
            dots = Image.frombytes("L", (cells, cells), rng.randbytes(cells * cells))
            block = dots.point(lambda v: 0 if v < 128 else 255).resize((300, 300), 0)
            picture.paste(block.convert("RGB"), (left, top))
            if rng.random() < 0.6:
                pencil = ImageDraw.Draw(picture)
                unit = 300 // cells
                for x, y in ((0, 0), (300 - 7 * unit, 0), (0, 300 - 7 * unit)):
                    box = [left + x, top + y, left + x + 7 * unit, top + y + 7 * unit]
                    for inset, fill in ((0, "black"), (unit, "white"), (2 * unit, "black")):
                        pencil.rectangle(
                            [box[0] + inset, box[1] + inset, box[2] - inset, box[3] - inset], fill
                        )
    return picture


def _street(size: tuple[int, int], rng: random.Random) -> Image.Image:
    """Shapes, light and grain, as a photograph of nothing in particular has."""
    picture = _counter(size, rng)
    pencil = ImageDraw.Draw(picture)
    for _ in range(250):
        x, y = rng.random() * size[0], rng.random() * size[1]
        a, b = rng.uniform(5, 200), rng.uniform(5, 200)
        fill = tuple(rng.randint(0, 255) for _ in "rgb")
        rng.choice([pencil.ellipse, pencil.rectangle])((x, y, x + a, y + b), fill=fill)
    return picture.filter(ImageFilter.GaussianBlur(1.2))


def _static(size: tuple[int, int], rng: random.Random) -> Image.Image:
    """Nothing but noise."""
    return Image.frombytes("RGB", size, rng.randbytes(3 * size[0] * size[1]))


def _rings(size: tuple[int, int], rng: random.Random) -> Image.Image:
    """Rings in rings, as the middle of some codes has."""
    picture = Image.new("RGB", size, "white")
    pencil = ImageDraw.Draw(picture)
    for _ in range(25):
        x, y = rng.random() * size[0], rng.random() * size[1]
        unit = rng.randint(3, 12)
        shape = rng.choice([pencil.ellipse, pencil.rectangle])
        for ring in range(rng.randint(3, 8), 0, -1):
            r = unit * (ring + 0.5)
            shape((x - r, y - r, x + r, y + r), fill="black" if ring % 2 == 0 else "white")
    return picture.rotate(math.degrees(rng.random()), fillcolor="white")


BACKGROUNDS: dict[str, Draw] = {
    "counter": _counter, "planks": _planks, "tiles": _tiles, "leaflet": _leaflet,
}  # fmt: skip
NO_CODES: dict[str, Draw] = {
    "leaflet": _leaflet, "stripes": _stripes, "fences": _fences, "picket": _picket,
    "crossword": _crossword, "street": _street, "static": _static, "rings": _rings,
    "planks": _planks,
}  # fmt: skip
