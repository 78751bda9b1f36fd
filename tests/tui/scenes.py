"""Pictures of goods with codes on them, drawn from a seed, each with what is really in it."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from io import BytesIO

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from tests.tui.scene_parts import (
    BACKGROUNDS,
    NO_CODES,
    Label,
    Point,
    Quad,
    draw_label,
    perspective,
    project,
    random_code,
    similar_codes,
)

_FINER = 2


@dataclass(frozen=True)
class Good:
    """A code that is in the picture: what a true read of it gives, and where it is."""

    text: str
    symbology: str
    corners: Quad
    whole: bool = True

    def has(self, point: Point, slack: float = 0.15) -> bool:
        """Whether the point lies on the code (or within `slack` of its size)."""
        cx = sum(x for x, _ in self.corners) / 4
        cy = sum(y for _, y in self.corners) / 4
        wide = [(cx + (x - cx) * (1 + slack), cy + (y - cy) * (1 + slack)) for x, y in self.corners]
        sides = [
            (x2 - x1) * (point[1] - y1) - (y2 - y1) * (point[0] - x1)
            for (x1, y1), (x2, y2) in zip(wide, wide[1:] + wide[:1], strict=True)
        ]
        return all(side >= 0 for side in sides) or all(side <= 0 for side in sides)


@dataclass(frozen=True)
class Scene:
    """A picture file, the kind of damage it has, and the codes that are in it."""

    name: str
    kind: str
    picture: bytes
    goods: tuple[Good, ...]


@dataclass(frozen=True)
class _Plan:
    """How a picture is made; lengths are in its own pixels."""

    kind: str
    size: tuple[int, int] = (1600, 1200)
    goods: tuple[int, int] = (3, 8)
    module: tuple[float, float] = (2.2, 4.0)
    tilt: float = 8.0
    skew: float = 0.0
    cut: bool = False
    covered: bool = False
    twins: bool = False
    quality: int | None = 88
    damages: tuple[Callable[[Image.Image, random.Random], Image.Image], ...] = field(default=())


def scenes(seed: int = 1) -> Iterator[Scene]:
    """All the scenes of a seed, one after another; the same seed gives the same pictures."""
    for index, plan in enumerate(plan for plan, count in _PLANS for _ in range(count)):
        yield _scene(plan, index, random.Random(seed * 1000 + index))
    yield from bare_scenes(seed)


def bare_scenes(seed: int = 1) -> Iterator[Scene]:
    """Pictures with no code in them: print, stripes, fences, tiles, noise."""
    for index, (name, draw) in enumerate(list(NO_CODES.items()) * 2):
        rng = random.Random(seed * 1000 + 500 + index)
        yield Scene(f"none-{name}-{index}", "no code", _file(draw((1600, 1200), rng), 85), ())


def scene(kind: str, seed: int = 1, number: int = 0, **changes: object) -> Scene:
    """One scene of a kind, for a test; `changes` are fields of the plan."""
    plan = next(plan for plan, _ in _PLANS if plan.kind == kind)
    return _scene(replace(plan, **changes), number, random.Random(seed * 7919 + number))  # type: ignore[arg-type]


def _scene(plan: _Plan, index: int, rng: random.Random) -> Scene:
    canvas_size = (plan.size[0] * _FINER, plan.size[1] * _FINER)
    picture = rng.choice(list(BACKGROUNDS.values()))(canvas_size, rng)
    count = rng.randint(*plan.goods)
    goods = []
    codes = similar_codes(rng) if plan.twins else iter(lambda: random_code(rng), None)
    for cell in _cells(count, canvas_size, rng):
        goods.append(_place(picture, cell, plan, draw_label(next(codes), rng), rng))
    picture = picture.reduce(_FINER)
    for damage in plan.damages:
        picture = damage(picture, rng)
    return Scene(f"{plan.kind}-{index}", plan.kind, _file(picture, plan.quality), tuple(goods))


def _cells(
    count: int, size: tuple[int, int], rng: random.Random
) -> list[tuple[float, float, float, float]]:
    """A place (left, top, width, height) for each good, none over another."""
    columns = min(
        range(1, count + 1),
        key=lambda n: -min(size[0] / n, 1.35 * size[1] / math.ceil(count / n)),
    )
    rows = math.ceil(count / columns)
    width, height = size[0] / columns, size[1] / rows
    cells = [(c * width, r * height, width, height) for r in range(rows) for c in range(columns)]
    return sorted(rng.sample(cells, count), key=lambda cell: (cell[1], cell[0]))


def _place(
    picture: Image.Image,
    cell: tuple[float, float, float, float],
    plan: _Plan,
    label: Label,
    rng: random.Random,
) -> Good:
    """Put the label into its cell, turned and skewed; part of it out of sight where planned."""
    left, top, cell_width, cell_height = cell
    turn = math.radians(rng.uniform(-plan.tilt, plan.tilt))
    width, height = label.image.size
    across = abs(width * math.cos(turn)) + abs(height * math.sin(turn))
    down = abs(width * math.sin(turn)) + abs(height * math.cos(turn))
    fit = 0.94 * min(cell_width / across, cell_height / down) / (1 + plan.skew)
    ratio = min(rng.uniform(*plan.module) * _FINER / label.module, fit)
    across, down = across * ratio, down * ratio
    x = left + across / 2 + rng.random() * (cell_width - across)
    y = top + down / 2 + rng.random() * (cell_height - down)
    cut = plan.cut and (left == 0 or left + cell_width >= picture.width - 1)
    if cut:
        hidden = rng.uniform(0.15, 0.6) * across
        x = across / 2 - hidden if left == 0 else picture.width - across / 2 + hidden
    quad = tuple(
        (
            x + ratio * (px * math.cos(turn) - py * math.sin(turn)) + _jitter(plan, across, rng),
            y + ratio * (px * math.sin(turn) + py * math.cos(turn)) + _jitter(plan, down, rng),
        )
        for px, py in ((-width / 2, -height / 2), (width / 2, -height / 2),
                       (width / 2, height / 2), (-width / 2, height / 2))
    )  # fmt: skip
    covered = plan.covered and rng.random() < 0.6
    if covered:
        label = _cover(label, rng)
    _paste(picture, label.image, quad)
    forward = perspective(((0, 0), (width, 0), (width, height), (0, height)), quad)
    corners = tuple(
        (px / _FINER, py / _FINER) for px, py in (project(forward, p) for p in label.corners)
    )
    return Good(label.code.text, label.code.symbology, corners, not (cut or covered))


def _jitter(plan: _Plan, size: float, rng: random.Random) -> float:
    return rng.uniform(-0.5, 0.5) * plan.skew * size


def _cover(label: Label, rng: random.Random) -> Label:
    """A thumb, a price sticker or a white strip over part of the code."""
    image = label.image.copy()
    (x0, y0), _, (x1, y1), _ = label.corners
    width, height = x1 - x0, y1 - y0
    share = rng.uniform(0.25, 0.6)
    colour = rng.choice([(255, 255, 255), (222, 170, 140), (60, 60, 70), (250, 210, 40)])
    boxes = [
        (x0 - 30, y0 - 30, x0 + width * share, y1 + 30),
        (x1 - width * share, y0 - 30, x1 + 30, y1 + 30),
        (x0 + width * (0.5 - share / 2), y0 - 30, x0 + width * (0.5 + share / 2), y1 + 30),
        (x0 + width * share, y0 - 10, x1 + 20, y1 - height * share / 2),
    ]
    pencil = ImageDraw.Draw(image)
    draw = pencil.ellipse if rng.random() < 0.3 else pencil.rectangle
    draw(rng.choice(boxes), fill=colour)
    return replace(label, image=image)


def _paste(picture: Image.Image, label: Image.Image, quad: Quad) -> None:
    left, top = (math.floor(min(p[i] for p in quad)) - 2 for i in (0, 1))
    right, bottom = (math.ceil(max(p[i] for p in quad)) + 2 for i in (0, 1))
    size = (right - left, bottom - top)
    width, height = label.size
    local = tuple((x - left, y - top) for x, y in quad)
    back = perspective(local, ((0, 0), (width, 0), (width, height), (0, height)))
    how = (Image.Transform.PERSPECTIVE, back, Image.Resampling.BICUBIC)
    mask = Image.new("L", label.size, 255).transform(size, *how)
    shadow = mask.filter(ImageFilter.GaussianBlur(6)).point(lambda v: v * 0.4)
    picture.paste((20, 20, 20), (left + 5, top + 6), shadow)
    picture.paste(label.transform(size, *how), (left, top), mask)


def _file(picture: Image.Image, quality: int | None) -> bytes:
    file = BytesIO()
    if quality is None:
        picture.save(file, "PNG", compress_level=1)
    else:
        picture.save(file, "JPEG", quality=quality)
    return file.getvalue()


def _blurred(least: float, most: float) -> Callable[[Image.Image, random.Random], Image.Image]:
    return lambda picture, rng: picture.filter(ImageFilter.GaussianBlur(rng.uniform(least, most)))


def _moved(picture: Image.Image, rng: random.Random) -> Image.Image:
    """As if the hand moved 2 to 5 pixels while the picture was taken."""
    length, angle = rng.uniform(2, 5), rng.uniform(0, math.pi)
    mean, steps = picture, 8
    for step in range(1, steps):
        way = length * (step / (steps - 1))
        shift = (1, 0, way * math.cos(angle), 0, 1, way * math.sin(angle))
        moved = picture.transform(
            picture.size, Image.Transform.AFFINE, shift, Image.Resampling.BILINEAR
        )
        mean = Image.blend(mean, moved, 1 / (step + 1))
    return mean


def _noisy(picture: Image.Image, rng: random.Random) -> Image.Image:
    grain = Image.frombytes("RGB", picture.size, rng.randbytes(3 * picture.width * picture.height))
    strength = rng.uniform(0.15, 0.5)
    return ImageChops.add(picture, grain.point(lambda v: 128 + (v - 128) * strength), 1, -128)


def _pale(picture: Image.Image, rng: random.Random) -> Image.Image:
    low = rng.randint(70, 130)
    span = rng.uniform(0.18, 0.4)
    return picture.point(lambda v: low + v * span)


def _unevenly_lit(picture: Image.Image, rng: random.Random) -> Image.Image:
    """A lamp at one side, and the shadow of something with a sharp edge."""
    slope = Image.linear_gradient("L").rotate(rng.choice([0, 90, 180, 270]))
    light = slope.resize(picture.size).point(lambda v: 60 + v * 0.75)
    pencil = ImageDraw.Draw(light)
    x = rng.uniform(0.2, 0.8) * picture.width
    bend = rng.uniform(-300, 300)
    shadow = Image.new("L", picture.size, 255)
    pencil = ImageDraw.Draw(shadow)
    pencil.polygon(
        [(x, 0), (picture.width, 0), (picture.width, picture.height), (x + bend, picture.height)],
        fill=rng.randint(90, 150),
    )
    light = ImageChops.multiply(light, shadow.filter(ImageFilter.GaussianBlur(4)))
    return ImageChops.multiply(picture, Image.merge("RGB", [light] * 3))


def _glaring(picture: Image.Image, rng: random.Random) -> Image.Image:
    shine = Image.new("L", picture.size, 0)
    pencil = ImageDraw.Draw(shine)
    for _ in range(rng.randint(3, 7)):
        x, y = rng.random() * picture.width, rng.random() * picture.height
        a, b = rng.uniform(20, 130), rng.uniform(10, 60)
        pencil.ellipse((x - a, y - b, x + a, y + b), fill=rng.randint(150, 255))
    shine = shine.filter(ImageFilter.GaussianBlur(rng.uniform(8, 25)))
    lit = picture.copy()
    lit.paste((255, 255, 250), (0, 0), shine)
    return lit


_ANY = 180.0
_PLANS: tuple[tuple[_Plan, int], ...] = (
    (_Plan("plain"), 5),
    (_Plan("crowded", size=(2200, 1650), goods=(10, 12)), 4),
    (_Plan("tilted", tilt=_ANY), 8),
    (_Plan("perspective", tilt=30, skew=0.14), 5),
    (_Plan("blurred", tilt=_ANY, damages=(_blurred(0.6, 1.3),)), 5),
    (_Plan("very blurred", module=(2.0, 3.0), tilt=20, damages=(_blurred(1.1, 2.0),)), 4),
    (_Plan("moved", tilt=_ANY, damages=(_moved,)), 5),
    (_Plan("noisy", tilt=_ANY, damages=(_noisy,)), 4),
    (_Plan("pale", tilt=_ANY, damages=(_pale,)), 4),
    (_Plan("unevenly lit", tilt=_ANY, damages=(_unevenly_lit,)), 4),
    (_Plan("squeezed", tilt=_ANY, quality=22), 4),
    (_Plan("glaring", tilt=20, damages=(_glaring,)), 4),
    (_Plan("cut", goods=(6, 9), tilt=30, cut=True), 6),
    (_Plan("covered", goods=(4, 9), tilt=30, covered=True), 8),
    (_Plan("twins", goods=(6, 12), size=(2000, 1500), tilt=12, twins=True), 6),
    (_Plan("small", tilt=_ANY, goods=(6, 12), module=(1.3, 2.0)), 4),
    (
        _Plan(
            "all at once", size=(2000, 1500), tilt=_ANY, skew=0.08, quality=60,
            damages=(_unevenly_lit, _glaring, _blurred(0.4, 1.0), _noisy),
        ),
        6,
    ),
    (_Plan("large", size=(4032, 3024), goods=(8, 12), tilt=_ANY, module=(3, 6)), 2),
    (_Plan("twenty-four megapixels", size=(6000, 4000), goods=(8, 12), tilt=_ANY,
           module=(3, 8)), 1),
    (_Plan("close by", goods=(1, 1), tilt=_ANY, module=(5, 11)), 5),
)  # fmt: skip
