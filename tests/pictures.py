"""Draws the README's pictures: the till in a sale, at both sizes and in both themes.

Needs two of the system's fonts (Debian: fonts-dejavu-core fonts-noto-cjk).
"""

from __future__ import annotations

import asyncio
import tempfile
from datetime import timedelta
from pathlib import Path

from msgspec.structs import replace
from PIL import Image, ImageDraw, ImageFont
from rich.color import Color
from rich.style import Style

from pos_tui.checkout.events import LinkChanged, PaymentChanged, PaymentView, Step
from pos_tui.demo.goods import stock
from pos_tui.demo.shop import demo_settings
from pos_tui.reasons import because
from pos_tui.text_width import width_of
from pos_tui.wording.current import use
from tests.conftest import NOON, Counter
from tests.tui.seat import Seat, sitting

FOLDER = Path(__file__).parent.parent / "themes" / "pictures"
FONTS = "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf"
BOLD = "/usr/share/fonts/truetype/dejavu/DejaVuSansMono-Bold.ttf"
WIDE = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
POINTS, CELL_WIDTH, CELL_HEIGHT, MARGIN = 15, 9, 19, 8
SIXTEEN = (
    "#15171c", "#d0433f", "#3fa656", "#b98a1c", "#2f62d0", "#a347ba", "#2b9aa8", "#cfd3da",
    "#6f7785", "#f0605b", "#5fd07a", "#f2c94c", "#5c8df6", "#c77ddb", "#56c7d4", "#ffffff",
)  # fmt: skip
BASKET = ("5449000000996", "5449000000996", "3017620422003", "0.842*1002", "4061458000024",
          "3*6903252014419", "1001")  # fmt: skip


def save(seat: Seat, name: str) -> None:
    """Write what is on the screen as a PNG, cell by cell, in a usual terminal's colours."""
    columns, rows = seat.app.size
    size = (columns * CELL_WIDTH + 2 * MARGIN, rows * CELL_HEIGHT + 2 * MARGIN)
    picture = Image.new("RGB", size, SIXTEEN[0 if seat.app.palette.dark else 15])
    pencil = ImageDraw.Draw(picture)
    fonts = {path: ImageFont.truetype(path, POINTS) for path in (FONTS, BOLD, WIDE)}
    for y, strip in enumerate(seat.strips):
        x = 0
        for segment in strip:
            style = segment.style or Style()
            front, back = colour(style.color, 7), colour(style.bgcolor, 0)
            for character in segment.text:
                cells = width_of(character)
                left, top = MARGIN + x * CELL_WIDTH, MARGIN + y * CELL_HEIGHT
                box = (left, top, left + cells * CELL_WIDTH, top + CELL_HEIGHT)
                pencil.rectangle(box, fill=back)
                font = fonts[WIDE if cells == 2 else BOLD if style.bold else FONTS]
                lift = -3 if cells == 2 else 1
                pencil.text((left, top + lift), character, fill=front, font=font)
                x += cells
    FOLDER.mkdir(exist_ok=True)
    picture.save(FOLDER / f"{name}.png", optimize=True)
    print(FOLDER / f"{name}.png")


def colour(given: Color | None, usual: int) -> str:
    """One of the terminal's sixteen colours."""
    return SIXTEEN[usual if given is None or given.number is None else given.number]


def shop(folder: Path, theme: str) -> Counter:
    """The demo's shop, standing still at noon, without its servers."""
    settings = demo_settings("http://127.0.0.1:9", "key", "redis://127.0.0.1:9")
    settings = replace(settings, screen=replace(settings.screen, theme=theme))
    counter = Counter(folder, settings)
    counter.books.write(lambda c: stock(c, NOON)).result()
    return counter


def links(seat: Seat) -> None:
    """As if the servers were there."""
    seat.till_screen.show(LinkChanged("gateway", True))
    seat.till_screen.show(LinkChanged("redis", True))


async def a_sale_in(language: str, size: tuple[int, int], name: str) -> None:
    """As `a_sale`, in another language."""
    use(language)
    await a_sale("dark", size, name)
    use("en")


async def a_sale(theme: str, size: tuple[int, int], name: str) -> None:
    """A basket with an expired bread, while the customer's payment is confirmed."""
    with tempfile.TemporaryDirectory() as folder:
        counter = shop(Path(folder), theme)
        async with sitting(counter, size) as seat:
            await seat.scan(*BASKET)
            links(seat)
            await seat.pilot.pause()
            save(seat, name)
        counter.books.close()


async def a_payment(theme: str, size: tuple[int, int], name: str) -> None:
    """The customer is typing the PIN."""
    with tempfile.TemporaryDirectory() as folder:
        counter = shop(Path(folder), theme)
        async with sitting(counter, size) as seat:
            await seat.scan(*BASKET[:-1])
            links(seat)
            at = NOON + timedelta(seconds=0.02)
            steps = (
                Step("order_written", "done", NOON),
                Step("order_sent", "done", at),
                Step("customer", "doing"),
                Step("confirmed", "todo"),
                Step("receipt", "todo"),
            )
            title = because("payment.title_wallet", platform="WeChat Pay", code="····7890")
            view = PaymentView(title, steps, because("payment.customer_confirms"))
            counter.till.sale.state = "awaiting"
            seat.till_screen.show(PaymentChanged(view, "pending", 1))
            await seat.pilot.pause()
            save(seat, name)
            counter.till.sale.state = "open"
        counter.books.close()


async def a_receipt(size: tuple[int, int], name: str) -> None:
    """The paper strip after a cash sale."""
    with tempfile.TemporaryDirectory() as folder:
        counter = shop(Path(folder), "dark")
        async with sitting(counter, size) as seat:
            await seat.scan(*BASKET[:4])
            await seat.press("plus", "1", "0", "0", "enter")
            await counter.till.until_idle()
            links(seat)
            await seat.pilot.pause()
            save(seat, name)
        counter.books.close()


async def main() -> None:
    """Draw them all."""
    use("en")
    await a_sale("dark", (80, 24), "sale-80x24")
    await a_sale_in("zh_CN", (80, 24), "sale-zh-80x24")
    await a_sale("dark", (120, 36), "sale-120x36")
    await a_payment("dark", (80, 24), "payment-80x24")
    await a_payment("light", (120, 36), "payment-light-120x36")
    await a_receipt((80, 24), "receipt-80x24")


if __name__ == "__main__":
    asyncio.run(main())
