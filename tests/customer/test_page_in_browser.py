"""The page as a tablet shows it: all of it readable, nothing old, nothing that is not text."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from pos_tui.receipts.customer_snapshot import CustomerLine, CustomerSnapshot
from tests.browser import Browser, Page, open_browser, why_no_browser
from tests.served_page import ServedPage, ShowingTill, lines

pytestmark = [
    pytest.mark.skipif(bool(why_no_browser()), reason=why_no_browser() or "there is one"),
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(200),
]
WINDOWS = [(1024, 600), (600, 1024), (1280, 800), (390, 844), (844, 390), (320, 480)]
LONG = "Organic long-grain rice from the north-east, gift box of the family size, ten kilograms"
GOODS = (
    CustomerLine("Cola 500 ml", "6.00", "× 2", "2nd at half price", "1.00"),
    CustomerLine("烤鸡（有机）", "28.80", "0.842 kg", "九折", "3.20"),
    CustomerLine(LONG, "129.00"),
    CustomerLine("W" * 80, "1290000.00", "× 1000000", "O" * 80, "900000.00"),
    CustomerLine("Milk 1 l", "12.90"),
) * 4
SALE: dict[str, Any] = {
    "shop": "Corner Market",
    "currency": "CNY",
    "lines": GOODS,
    "earlier": 7,
    "latest": 19,
    "pieces": "27 items",
    "saved": "904.20",
    "total": "1176.70",
}
SHOWN = [
    CustomerSnapshot(seq=11, shop="Corner Market", say="Welcome", notices=("N" * 120,)),
    CustomerSnapshot(seq=12, state="scanning", **SALE),
    CustomerSnapshot(seq=13, state="paying", say="Please show your payment code", **SALE),
    CustomerSnapshot(seq=14, state="paying", say="This is left to pay.", due="17.00", **SALE),
    CustomerSnapshot(seq=15, state="not_paid", say="Not paid. " * 8, **SALE),
    CustomerSnapshot(seq=16, state="scanning", **{**SALE, "total": "123456789012.00"}),
    CustomerSnapshot(seq=17, state="scanning", **{**SALE, "latest": 0, "later": 90}),
    CustomerSnapshot(
        seq=18, state="paid", say="谢谢，请收好找零。", language="zh_CN",
        total="97.70", change="2.30",
    ),
    CustomerSnapshot(seq=19, state="closed", say="This checkout is closed"),
]  # fmt: skip
OUTSIDE = """(() => {
  const wide = document.documentElement.scrollWidth > innerWidth
    || document.body.scrollWidth > innerWidth || document.body.scrollHeight > innerHeight;
  const parts = "#say, dt, dd, #saved, #pieces, .actual, .saving, #notice, #earlier, #later, li";
  const seen = [...document.querySelectorAll(parts)].filter((each) => each.offsetHeight);
  const out = seen.filter((each) => {
    const at = each.getBoundingClientRect();
    return at.left < -1 || at.right > innerWidth + 1 || at.top < -1 || at.bottom > innerHeight + 1;
  });
  const cut = seen.filter((each) => each.matches("dd, .actual")
    && each.scrollWidth > each.clientWidth + 1);
  const box = document.getElementById("lines").getBoundingClientRect();
  const half = seen.filter((each) => each.matches("li")
    && each.getBoundingClientRect().bottom > box.bottom + 1);
  return [wide, ...[out, cut, half].map((found) => found.map((each) => each.textContent))];
})()"""

VIEWS_SEEN = """window.seen = [];
new MutationObserver(() => {
  const now = document.documentElement.dataset.view + " " + document.documentElement.dataset.link;
  if (now === "moment off" || (now === "listed on" && window.seen.length)) {
    if (window.seen[window.seen.length - 1] !== now) window.seen.push(now);
  }
}).observe(document.documentElement, { attributes: true })"""


class Shop:
    """A till, its page's server and a browser."""

    def __init__(self, served: ServedPage, till: ShowingTill, browser: Browser) -> None:
        self.served = served
        self.till = till
        self.browser = browser

    async def page(self, width: int = 1024, height: int = 600) -> Page:
        return await self.browser.page(self.served.address, width, height)

    async def show(self, page: Page, snapshot: CustomerSnapshot) -> None:
        """Show it, and wait until the page does."""
        self.till.show(snapshot)
        await page.until(f"document.getElementById('seq').textContent === '{snapshot.seq}'")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shop]:
    folder: Path = tmp_path_factory.mktemp("page")
    served = ServedPage(folder)
    browser = await open_browser(folder / "browser")
    async with ShowingTill(folder) as till:
        yield Shop(served, till, browser)
    await browser.close()
    assert served.end() == (0, "")


async def test_all_that_matters_is_seen_whole_in_every_window(shop):
    page = await shop.page()
    for width, height in WINDOWS:
        await page.resize(width, height)
        for snapshot in SHOWN:
            await shop.show(page, snapshot)
            where = f"{width}x{height} seq {snapshot.seq}"
            assert await page.value(OUTSIDE) == [False, [], [], []], where
            if snapshot.lines:
                assert await page.value("document.querySelectorAll('li.newest').length") == 1
                assert await page.value("document.querySelector('li.newest').offsetHeight") > 0
    await page.close()


@pytest.mark.parametrize(("width", "height"), [(1024, 600), (600, 1024)])
async def test_it_is_read_from_a_metre_and_a_half(shop, width, height):
    page = await shop.page(width, height)
    await shop.show(page, CustomerSnapshot(seq=21, state="scanning", **SALE))
    sizes = """["li .name", "li .actual", ".large dd"].map((each) =>
      parseFloat(getComputedStyle(document.querySelector(each)).fontSize))"""
    name, actual, total = await page.value(sizes)
    # Seven inches across are 0.15 mm a pixel: capitals of 2.9 mm and of 10 mm.
    assert min(name, actual) >= 26
    assert total >= 90
    await page.close()


async def test_lines_that_are_not_seen_are_counted(shop):
    page = await shop.page()
    await shop.show(
        page, CustomerSnapshot(seq=31, state="scanning", **{**SALE, "lines": lines(20)})
    )
    seen = await page.value(
        "[...document.querySelectorAll('li')].filter((each) => !each.hidden)"
        ".map((each) => each.querySelector('bdi').textContent)"
    )
    assert seen == [f"Item {number}" for number in range(21 - len(seen), 21)]
    assert await page.text("#earlier") == f"… {7 + 20 - len(seen)} more above"
    assert await page.text("#later") == ""
    await page.close()


async def test_what_a_product_is_called_is_text_and_nothing_else(shop):
    hostile = [
        "<img src=x onerror=alert(1)>",
        "<script>document.title='mine'</script>",
        "&lt;b&gt;&amp;",
        "</ol></section><h1>Free today</h1>",
        "${alert(1)} {{7*7}} {count}",
        "\u202eecirp lamron ton\u202c",
        "a" * 80,
        "e" + "\u0301" * 60,
        "'\"`\\",
    ]
    sold = tuple(CustomerLine(each, "1.00", each[:20], each, "1.00") for each in hostile)
    page = await shop.page(1280, 4000)
    await shop.show(
        page,
        CustomerSnapshot(
            seq=41, state="scanning", lines=sold, shop=hostile[0], say=hostile[1],
            pieces=hostile[3], currency=hostile[0], total=hostile[4], saved=hostile[0],
        ),
    )  # fmt: skip
    names = await page.value(
        "[...document.querySelectorAll('li .name bdi')].map((each) => each.textContent)"
    )
    assert names == hostile
    assert await page.text("#shop") == hostile[0]
    assert await page.text("#say") == hostile[1]
    assert await page.value("document.querySelectorAll('img, h1, b, iframe').length") == 0
    assert await page.value("document.title") == "Your purchase"
    await shop.show(page, CustomerSnapshot(seq=42, notices=(hostile[0],)))
    assert await page.text("#notice") == hostile[0]
    await page.close()


async def test_the_language_of_the_page_is_the_sales(shop):
    page = await shop.page()
    for seq, language, tag in ((51, "zh_CN", "zh-CN"), (52, "en", "en")):
        await shop.show(page, CustomerSnapshot(seq=seq, language=language, total="1.00"))
        assert await page.value("document.documentElement.lang") == tag
    await page.close()


async def test_it_is_light_or_dark_as_the_system_and_always_of_high_contrast(shop):
    page = await shop.page()
    await shop.show(page, CustomerSnapshot(seq=61, state="scanning", **SALE))
    for scheme in ("light", "dark"):
        await page.prefer(prefers_color_scheme=scheme)
        paper = await page.value("getComputedStyle(document.body).backgroundColor")
        assert (luminance(paper) > 0.5) == (scheme == "light")
        for part in ("#say", ".large dd", "li .name", ".quantity", ".off-this", "#saved", "#shop"):
            ink = await page.value(f"getComputedStyle(document.querySelector('{part}')).color")
            assert contrast(paper, ink) >= 7, (scheme, part)
    await page.close()


async def test_nothing_moves_for_whom_that_is_too_much(shop):
    page = await shop.page()
    await shop.show(page, CustomerSnapshot(seq=71, state="confirming", say="On your phone"))
    moves = "document.getAnimations().filter((each) => each.playState === 'running').length"
    await page.until(f"{moves} > 0")
    await page.prefer(prefers_reduced_motion="reduce")
    await page.until(f"{moves} === 0")
    await page.close()


async def test_notices_of_the_shop_take_turns_while_nobody_is_served(shop):
    page = await shop.page()
    await shop.show(page, CustomerSnapshot(seq=81, say="Welcome", notices=("First", "Second")))
    begins = await page.text("#notice")
    other = {"First": "Second", "Second": "First"}[begins]
    await page.until(f"document.getElementById('notice').innerText.trim() === '{other}'")
    await shop.show(page, CustomerSnapshot(seq=82, state="scanning", lines=lines(1), total="1.00"))
    assert await page.value("document.getElementById('notice').offsetHeight") == 0
    await page.close()


async def test_a_page_without_its_server_shows_no_old_sale_and_comes_back_by_itself(tmp_path):
    served = ServedPage(tmp_path, "zh_CN")
    browser = await open_browser(tmp_path / "browser")
    async with ShowingTill(tmp_path) as till:
        page = await browser.page(served.address, 1024, 600)
        till.show(CustomerSnapshot(seq=5, state="scanning", language="zh_CN", **SALE))
        await page.until("document.getElementById('seq').textContent === '5'")
        port = served.port
        await asyncio.to_thread(served.end)
        await page.until("document.documentElement.dataset.link === 'off'")
        await page.until("document.documentElement.dataset.view === 'moment'")
        assert await page.value("document.querySelector('.large dd').offsetHeight") == 0
        assert await page.text("#moment") != ""
        assert "One moment" not in await page.text("#moment")
        till.show(CustomerSnapshot(seq=6, state="scanning", language="zh_CN", **SALE))
        again = await asyncio.to_thread(ServedPage, tmp_path, "zh_CN", "127.0.0.1", port)
        await page.until("document.getElementById('seq').textContent === '6'")
        await page.until("document.documentElement.dataset.link === 'on'")
        await asyncio.to_thread(again.end)
    await browser.close()


async def test_a_page_that_hears_nothing_more_asks_for_patience(shop):
    page = await shop.page()
    await shop.show(page, CustomerSnapshot(seq=91, state="scanning", **SALE))
    await page.value(VIEWS_SEEN)
    await page.value("source.close()")  # as a network that is gone without a word
    await page.until("window.seen.join(', ') === 'moment off, listed on'")  # by itself
    await page.close()


async def test_a_page_without_its_till_asks_for_patience_until_that_is_back(shop):
    page = await shop.page()
    await shop.show(page, CustomerSnapshot(seq=95, state="scanning", **SALE))
    await shop.till.close()  # without a word, as one that is killed
    await page.until("document.documentElement.dataset.view === 'moment'")
    assert await page.value("document.documentElement.dataset.link") == "off"
    await asyncio.sleep(2.5)  # the server's own sign of life comes meanwhile
    assert await page.value("document.documentElement.dataset.link") == "off"
    await shop.till.start()
    await page.until("document.documentElement.dataset.view === 'listed'")
    assert await page.value("document.documentElement.dataset.link") == "on"
    await page.close()


async def test_a_page_of_another_version_loads_itself_again(shop):
    page = await shop.page()
    await shop.show(page, CustomerSnapshot(seq=101, say="Welcome"))
    await page.value("document.documentElement.dataset.version = 'older', window.isOld = true")
    await page.until("!window.isOld && document.documentElement.dataset.version !== 'older'")
    await page.until("document.getElementById('seq').textContent === '101'")
    await page.close()


async def test_it_asks_for_no_address_but_its_own_and_breaks_no_rule_of_its_policy(shop):
    page = await shop.page()
    await shop.show(page, CustomerSnapshot(seq=111, state="scanning", **SALE))
    await page.close()
    assert {each for each in shop.browser.requested if each != "about:blank"} == {
        shop.served.address,
        f"{shop.served.address}events",
    }
    assert shop.browser.complaints == []


def luminance(color: str) -> float:
    """The relative luminance of rgb(…), as WCAG has it."""
    parts = json.loads(color.replace("rgb(", "[").replace(")", "]"))
    linear: list[float] = [
        v / 3294 if v <= 10 else ((v / 255 + 0.055) / 1.055) ** 2.4 for v in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)
