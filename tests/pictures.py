"""Draws the README's pictures: the till in a sale, and a table of it in every theme.

Needs two of the system's fonts (Debian: fonts-dejavu-core fonts-noto-cjk).
"""

from __future__ import annotations

import asyncio
import os
import random
import tempfile
from collections.abc import AsyncGenerator
from datetime import timedelta
from functools import partial
from pathlib import Path

from apsw import Connection
from msgspec.structs import replace
from PIL import Image, ImageDraw, ImageFont
from rich.color import Color, ColorType
from rich.style import Style
from textual.strip import Strip

from pos_tui.books.catalogue.products import find_product
from pos_tui.books.movement import Movement
from pos_tui.books.shift import end_shift
from pos_tui.books.stock.movements import move_stock
from pos_tui.checkout.events import LinkChanged, PaymentChanged, PaymentView, Step, TillEvent
from pos_tui.codes import gtin_of
from pos_tui.customer.following import Followed
from pos_tui.customer.screen import CustomerApp
from pos_tui.demo.goods import COLA, NOODLES, ZERO_COLA, stock
from pos_tui.demo.shop import demo_settings
from pos_tui.reasons import because
from pos_tui.receipts.customer_screen import CustomerShop
from pos_tui.text_width import width_of
from pos_tui.till.customer_view import CustomerView
from pos_tui.till.money.cash_count import CashSoFar
from pos_tui.tui.theme import COLOURLESS, Palette, theme_names
from pos_tui.wording.current import use
from tests.conftest import NOON, Counter
from tests.stockroom import receive, sell
from tests.tui.seat import Seat, put_under_way, sitting

FOLDER = Path(__file__).parent.parent / "themes" / "pictures"
FONTS = "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf"
BOLD = "/usr/share/fonts/truetype/dejavu/DejaVuSansMono-Bold.ttf"
WIDE = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
POINTS, CELL_WIDTH, CELL_HEIGHT, MARGIN = 15, 9, 19, 8
SIXTEEN = (
    "#15171c", "#d0433f", "#3fa656", "#b98a1c", "#2f62d0", "#a347ba", "#2b9aa8", "#cfd3da",
    "#6f7785", "#f0605b", "#5fd07a", "#f2c94c", "#5c8df6", "#c77ddb", "#56c7d4", "#ffffff",
)  # fmt: skip
TERMINALS = {
    "truecolor": {"TERM": "xterm-256color", "COLORTERM": "truecolor"},
    "256": {"TERM": "xterm-256color", "COLORTERM": ""},
    "16": {"TERM": "xterm", "COLORTERM": ""},
    "none": {"TERM": "vt220", "COLORTERM": ""},
}
HEADS = {
    "truecolor": "16 million colours",
    "256": "256 colours",
    "16": "the terminal's 16",
    "none": "and every theme without colours",
}
FRAMES = {
    "─": "lr", "│": "ud", "╭": "rd", "╮": "ld", "╰": "ru", "╯": "lu", "━": "lr", "┃": "ud",
    "┏": "rd", "┓": "ld", "┗": "ru", "┛": "lu", "┣": "udr", "┫": "udl", "┻": "lru", "┳": "lrd",
    "╸": "l", "╺": "r", "╹": "u", "╻": "d",
}  # fmt: skip
HEAVY = "━┃┏┓┗┛┣┫┻┳╸╺╹╻"
WATER = "3274080005003"
BASKET = ("5449000000996", "5449000000996", "3017620422003", "0.842*1002", "4061458000024",
          "3*6903252014419", "1001")  # fmt: skip


def save(seat: Seat, name: str) -> None:
    """Write what is on the screen as a PNG."""
    write(drawn(seat), name)


def write(picture: Image.Image, name: str) -> None:
    """Write a picture into the folder of pictures."""
    FOLDER.mkdir(exist_ok=True)
    picture.save(FOLDER / f"{name}.png", optimize=True)
    print(FOLDER / f"{name}.png")


def drawn(seat: Seat) -> Image.Image:
    """What is on the till's screen."""
    return drawn_strips(seat.strips, seat.app.palette, seat.app.size)


def drawn_strips(strips: list[Strip], palette: Palette, area: tuple[int, int]) -> Image.Image:
    """Rows of a screen, cell by cell, in a usual terminal's colours."""
    columns, rows = area
    size = (columns * CELL_WIDTH + 2 * MARGIN, rows * CELL_HEIGHT + 2 * MARGIN)
    picture = Image.new("RGB", size, colour(palette["base"].bgcolor, SIXTEEN[0]))
    pencil = ImageDraw.Draw(picture)
    fonts = {path: ImageFont.truetype(path, POINTS) for path in (FONTS, BOLD, WIDE)}
    for y, strip in enumerate(strips):
        x = 0
        for segment in strip:
            style = segment.style or Style()
            front, back = colour(style.color, SIXTEEN[7]), colour(style.bgcolor, SIXTEEN[0])
            if style.reverse:
                front, back = back, front
            for character in segment.text:
                cells = width_of(character)
                left, top = MARGIN + x * CELL_WIDTH, MARGIN + y * CELL_HEIGHT
                box = (left, top, left + cells * CELL_WIDTH - 1, top + CELL_HEIGHT - 1)
                pencil.rectangle(box, fill=front if character == "█" else back)
                if character == "█":
                    pencil.rectangle((*box[:2], box[2] + 1, box[3] + 1), fill=front)
                    x += 1
                    continue
                if character in FRAMES:
                    draw_frame(pencil, character, left, top, front)
                    x += 1
                    continue
                font = fonts[WIDE if cells == 2 else BOLD if style.bold else FONTS]
                lift = -3 if cells == 2 else 1
                pencil.text((left, top + lift), character, fill=front, font=font)
                if style.underline:
                    pencil.line((left, box[3], box[2], box[3]), fill=front)
                x += cells
    return picture


def draw_frame(pencil: ImageDraw.ImageDraw, sign: str, left: int, top: int, front: str) -> None:
    """A piece of a frame or of a large digit, joined to the cells beside it."""
    middle, centre = left + CELL_WIDTH // 2, top + CELL_HEIGHT // 2
    ends = {
        "l": (left, centre), "r": (left + CELL_WIDTH - 1, centre),
        "u": (middle, top), "d": (middle, top + CELL_HEIGHT - 1),
    }  # fmt: skip
    width = 3 if sign in HEAVY else 1
    for way in FRAMES[sign]:
        x, y = ends[way]
        box = (min(x, middle), min(y, centre), max(x, middle), max(y, centre))
        out = width // 2
        across = (box[0], box[1] - out, box[2], box[3] + out)
        along = (box[0] - out, box[1], box[2] + out, box[3])
        pencil.rectangle(across if way in "lr" else along, fill=front)


def colour(given: Color | None, usual: str) -> str:
    """A colour as a picture has it: one of the terminal's sixteen is looked up."""
    if given is None or given.is_default:
        return usual
    if given.type is ColorType.STANDARD and given.number is not None:
        return SIXTEEN[given.number]
    return given.get_truecolor().hex


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


def waiting_for_the_customer() -> PaymentView:
    """A payment that the customer is typing the PIN of."""
    steps = (
        Step("order_written", "done", NOON),
        Step("order_sent", "done", NOON + timedelta(seconds=0.02)),
        Step("customer", "doing"),
        Step("confirmed", "todo"),
        Step("receipt", "todo"),
    )
    title = because("payment.title_wallet", platform="WeChat Pay", code="····7890")
    return PaymentView(title, steps, because("payment.customer_confirms"))


async def a_payment(theme: str, size: tuple[int, int], name: str) -> None:
    """The customer is typing the PIN."""
    with tempfile.TemporaryDirectory() as folder:
        counter = shop(Path(folder), theme)
        async with sitting(counter, size) as seat:
            await seat.scan(*BASKET[:-1])
            links(seat)
            put_under_way(counter)
            seat.till_screen.show(PaymentChanged(waiting_for_the_customer(), "pending", 1))
            await seat.pilot.pause()
            save(seat, name)
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


async def a_customers_screen(
    language: str, size: tuple[int, int], name: str, *, asks: bool = False
) -> None:
    """What the customer sees of the same basket; `asks`: as the cashier asks for the money."""
    use(language)
    with tempfile.TemporaryDirectory() as folder:
        counter = shop(Path(folder), "dark")
        settings = counter.settings
        money, its_name = settings.currency, settings.shop.name
        view = CustomerView(
            CustomerShop(its_name, money, language), lambda: counter.till.sale, lambda: 0.0
        )

        def hear(event: TillEvent) -> None:
            view.heed(event)

        counter.make_till(hear).open()
        counter.scan(*BASKET)
        counter.till.confirm_expired()
        view.ask_to_pay(asks)
        shown = Followed("live", view.snapshot())

        async def follow() -> AsyncGenerator[Followed, None]:
            yield shown
            await asyncio.Event().wait()

        app = CustomerApp(settings.screen, language, follow)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            strips = [app.pane.render_line(y) for y in range(size[1])]
            write(drawn_strips(strips, app.palette, size), name)
        counter.books.close()
    use("en")


async def a_delivery(size: tuple[int, int], name: str) -> None:
    """A delivery of four goods, one with its lot and date in the code, as the last is entered."""
    with tempfile.TemporaryDirectory() as folder:
        counter = shop(Path(folder), "dark")
        async with sitting(counter, size) as seat:
            await seat.open_goods("goods_in")
            await seat.press("ctrl+n")
            for answer in ("Harbour Dairy", "L-4711", "268.80"):
                await seat.type(answer)
                await seat.press("enter")
            await seat.scan("(01)04061458000024(17)261206(10)M-8(30)24")
            await enter(seat, "216")
            await seat.scan("1001")
            await enter(seat, "6", "36", "B-2", "p261122", "2d")
            await seat.scan("5449000000996")
            await enter(seat, "12", "16.80", "-", "-")
            await seat.scan("4008400402222")
            await enter(seat, "24")
            save(seat, name)
        counter.books.close()


async def enter(seat: Seat, *answers: str) -> None:
    """Type answers, each with Enter, once it is asked for."""
    for answer in answers:
        await seat.type(answer)
        await seat.press("enter")
        await seat.pilot.pause(0.1)


async def an_expiry_list(size: tuple[int, int], name: str) -> None:
    """What expires within the next days, with what is left of it."""
    with tempfile.TemporaryDirectory() as folder:
        counter = shop(Path(folder), "dark")
        async with sitting(counter, size) as seat:
            await seat.open_goods("stock_lists")
            await seat.press("down", "down", "enter")
            await seat.until(lambda: "M-7" in seat.text or "Y-3" in seat.text)
            save(seat, name)
        counter.books.close()


async def a_closing(size: tuple[int, int], name: str) -> None:
    """A Z report of a shift in which a 50 was taken for a 20, and the fault that it explains."""
    with tempfile.TemporaryDirectory() as folder:
        counter = shop(Path(folder), "dark")
        async with sitting(counter, size) as seat:
            drawer = counter.till.money.drawer
            drawer.open("Ada", CashSoFar(loose=50_000))
            for codes, given in ((BASKET[:2], "20"), (BASKET[1:4], "100"), (BASKET[2:3], "50")):
                counter.now += timedelta(minutes=7)
                counter.scan(*codes)
                counter.till.pay(given)
                await counter.till.until_idle()
            drawer.close("Ada", CashSoFar(loose=drawer.expected() + 3000))
            await seat.open_money("drawer")
            await seat.until_shown("Z reports")
            await seat.press("end", "enter")
            await seat.until_shown("Closed")
            await seat.press("enter")
            await seat.until_shown("Off by")
            save(seat, name)
        counter.books.close()


async def a_return(size: tuple[int, int], name: str) -> None:
    """The page of a sale of which goods come back, one of two that had an offer."""
    with tempfile.TemporaryDirectory() as folder:
        counter = shop(Path(folder), "dark")
        async with sitting(counter, size) as seat:
            counter.scan(COLA, COLA, *BASKET[1:4])
            counter.till.pay("=")
            await counter.till.until_idle()
            await seat.open_money("returns")
            await seat.until_shown("[000001]")
            await enter(seat, "1")
            await seat.until_shown("000001")
            await enter(seat, "1")
            save(seat, name)
        counter.books.close()


async def a_stock_take(size: tuple[int, int], name: str) -> None:
    """A shelf that two people have counted while a sale took some of it, before it is approved."""
    with tempfile.TemporaryDirectory() as folder:
        counter = shop(Path(folder), "dark")
        for code, there, cost in (
            (COLA, 48, 9600), (ZERO_COLA, 24, 4800), (WATER, 30, 4500), (NOODLES, 12, 3600),
        ):  # fmt: skip
            receive(counter, code, there * 1000, cost)
        async with sitting(counter, size) as seat:
            await seat.open_goods("stock_take")
            await seat.press("ctrl+n")
            await seat.type("Shelf 4")
            await seat.press("f2")
            for code, counted in ((COLA, "20"), (ZERO_COLA, "24"), (WATER, "28"), (NOODLES, "14")):
                await seat.scan(code)
                await enter(seat, counted)
            counter.now += timedelta(minutes=3)
            sell(counter, COLA, 2000, number=12)
            counter.now += timedelta(minutes=2)
            other = counter.till.goods.counts.counting(1, "Grace")
            other.enter(COLA, scanned=True)
            other.answer("add")
            other.enter("25")
            await seat.press("f2")
            await seat.until_shown("Total")
            save(seat, name)
        counter.books.close()


async def reports(names: dict[str, tuple[str, ...]]) -> None:
    """The reports of three weeks, each picture after these keys."""
    with tempfile.TemporaryDirectory() as folder:
        counter = shop(Path(folder), "dark")
        async with sitting(counter, (80, 24)) as seat:
            await three_weeks(counter, random.Random(8))
            await seat.open_money("reports")
            await seat.until_shown("by hour")
            for name, keys in names.items():
                await seat.press(*keys)
                await seat.pilot.pause(0.5)
                save(seat, name)
        counter.books.close()


async def three_weeks(counter: Counter, chance: random.Random) -> None:
    """Some sales a day up to today, more of them at noon, in the evening and at weekends."""
    codes = [code.rpartition("*")[2] for code in BASKET[:-1]]
    counter.books.write(partial(goods_came, codes=codes)).result()
    for back in range(20, -1, -1):
        day = NOON - timedelta(days=back)
        count = chance.randrange(6, 10) + 4 * (day.weekday() > 4)
        hours = sorted(chance.choices((8, 9, 10, 12, 12, 13, 16, 17, 18, 18, 19, 20), k=count))
        for hour in hours if back else [hour for hour in hours if hour <= 12]:
            counter.now = day.replace(hour=hour, minute=chance.randrange(60))
            counter.scan(*chance.sample(codes, chance.randrange(1, 4)))
            counter.till.pay(chance.choice(("=", "c= 4242")))
            await counter.till.until_idle()
        number, at = 21 - back, counter.now
        if back:  # a shift a day, of which today's is open
            counter.books.write(partial(end_shift, number=number, at=at, by="Ada")).result()


def goods_came(connection: Connection, codes: list[str]) -> None:
    """Goods came before all that, and cost two thirds of their price."""
    came = []
    for code in dict.fromkeys(codes):
        product = find_product(connection, gtin_of(code) or code)
        assert product is not None
        came.append(Movement(product.id, "", 10**6, "received", product.price * 667))
    move_stock(connection, NOON - timedelta(days=30), "Ada", came)


def as_a_terminal_with(depth: str) -> None:
    """From now on a till that starts finds a terminal with so many colours."""
    os.environ.pop("NO_COLOR", None)
    os.environ.update(TERMINALS[depth])


async def every_theme(name: str) -> None:
    """A table: a row for each theme, a column for each kind of terminal."""
    names = sorted(theme_names(), key=lambda each: (each == COLOURLESS, each != "dark", each))
    columns = [depth for depth in TERMINALS if depth != "none"]
    cells = {}
    for theme in names:
        for depth in ("none",) if theme == COLOURLESS else columns:
            as_a_terminal_with(depth)
            cells[theme, depth] = await a_till_in_all_its_colours(theme)
    as_a_terminal_with("truecolor")
    width, height = (side * 3 // 4 for side in next(iter(cells.values())).size)
    gap, head = 16, 30
    size = (len(columns) * (width + gap) + gap, len(names) * (height + head) + gap)
    table = Image.new("RGB", size, "#ffffff")
    pencil, font = ImageDraw.Draw(table), ImageFont.truetype(FONTS, POINTS)
    for (theme, depth), picture in cells.items():
        column = columns.index(depth) if depth in columns else 0
        left = gap + column * (width + gap)
        top = head + names.index(theme) * (height + head)
        words = f"{theme}, {HEADS[depth]}"
        pencil.text((left, top - head + 8), words, fill="#222222", font=font)
        table.paste(picture.resize((width, height), Image.Resampling.LANCZOS), (left, top))
    write(table.quantize(256, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE), name)


async def a_till_in_all_its_colours(theme: str) -> Image.Image:
    """A screen on which every style of a theme has a place: a warning, a payment, a line above."""
    with tempfile.TemporaryDirectory() as folder:
        counter = shop(Path(folder), theme)
        async with sitting(counter, (80, 24)) as seat:
            await seat.scan(*BASKET)
            await seat.press("up")
            links(seat)
            seat.till_screen.show(LinkChanged("redis", False))
            seat.till_screen.show(PaymentChanged(waiting_for_the_customer(), "pending", 1))
            await seat.pilot.pause()
            picture = drawn(seat)
        counter.books.close()
    return picture


async def main() -> None:
    """Draw them all."""
    use("en")
    await every_theme("themes")
    await a_sale("dark", (80, 24), "sale-80x24")
    await a_sale_in("zh_CN", (80, 24), "sale-zh-80x24")
    await a_sale("dark", (120, 36), "sale-120x36")
    await a_payment("dark", (80, 24), "payment-80x24")
    await a_delivery((80, 24), "delivery-80x24")
    await an_expiry_list((80, 24), "expiring-80x24")
    await a_stock_take((80, 24), "stock-take-80x24")
    await a_closing((80, 24), "closing-80x24")
    await a_return((80, 24), "return-80x24")
    await reports({"report-80x24": ("m",), "hours-80x24": ("h",)})
    await a_payment("light", (120, 36), "payment-light-120x36")
    await a_receipt((80, 24), "receipt-80x24")
    await a_customers_screen("en", (80, 24), "customer-80x24")
    await a_customers_screen("zh_CN", (40, 12), "customer-zh-40x12", asks=True)


if __name__ == "__main__":
    asyncio.run(main())
