"""A list, and a table with totals."""

import pytest

from pos_tui.tui.parts.columns import Column, Row
from pos_tui.tui.parts.page import PageScreen
from pos_tui.tui.parts.rows import RowList, TotalsTable

COLUMNS = (Column("Item", share=1), Column("Price", right=True))
NAMES = ["Cola [b]330[/b] ml", "红烧牛肉面 120 g", "Roast chicken", "酸奶 원 ヨーグルト"]


def goods(names=NAMES):
    return [Row(place, (name, f"{place}.50")) for place, name in enumerate(names)]


class Goods(PageScreen[int]):
    def __init__(self, palette, rows, totals=None, search=None, scan=None):
        super().__init__(palette, "商品 [b]goods[/b]", "↑↓ select")
        self.list: RowList[int] = RowList(
            palette, COLUMNS, empty="There are no goods yet.", search=search, scan=scan
        )
        if totals is not None:
            self.list = TotalsTable(palette, COLUMNS, empty="Nothing was sold.")
        self._rows, self._totals = rows, totals

    def body(self):
        yield self.list

    def on_mount(self):
        if isinstance(self.list, TotalsTable):
            self.list.show_totals(self._rows, self._totals)
        else:
            self.list.show(self._rows)

    def on_row_list_moved(self):
        self.say(f"chosen: {self.list.chosen}")

    def on_row_list_opened(self):
        self.dismiss(self.list.chosen)


async def test_arrows_choose_and_enter_opens(reading):
    async with reading(lambda palette: Goods(palette, goods())) as at:
        await at.press("down", "down", "up")
        assert "chosen: 1" in at.text
        await at.press("end", "up", "enter")
        assert at.app.result == 2


async def test_names_are_no_markup_and_titles_stand_above_their_cells(reading):
    async with reading(lambda palette: Goods(palette, goods())) as at:
        assert "商品 [b]goods[/b]" in at.rows[0]
        assert "Cola [b]330[/b] ml" in at.rows[2]
        ends = {len(at.rows[1].split("Price")[0]) + 5, at.rows[2].index("0.50") + 4}
        assert len(ends) == 1


async def test_typing_searches_in_every_cell_and_esc_shows_all_again(reading):
    async with reading(lambda palette: Goods(palette, goods())) as at:
        await at.burst("牛肉")
        assert "▸ 牛肉" in at.text
        assert "红烧牛肉面" in at.text
        assert "Roast" not in at.text
        assert "chosen: 1" in at.text
        await at.press("backspace", "backspace", "2", ".", "5", "space", "r")
        assert "chosen: 2" in at.text
        await at.press("x")
        assert "nothing found" in at.text
        await at.press("enter")
        assert at.app.result == "open"
        await at.press("escape")
        assert "Roast chicken" in at.text
        assert "▸" not in at.text
        await at.press("escape")
        assert at.app.result is None


async def test_a_list_with_a_search_of_its_own_shows_what_that_finds(reading):
    def search(words):
        return goods([words.upper()])

    async with reading(lambda palette: Goods(palette, [], search=search)) as at:
        assert "▸ ▁" in at.text
        await at.press("a", "b")
        assert "AB" in at.text


async def test_an_empty_list_says_so(reading):
    async with reading(lambda palette: Goods(palette, [])) as at:
        assert "There are no goods yet." in at.text
        assert "Price" not in at.text
        await at.press("down", "enter", "pagedown")
        assert at.app.result == "open"


async def test_a_thousand_rows_scroll_and_the_chosen_one_is_seen(reading):
    rows = goods([f"Thing {place}" for place in range(1000)])
    async with reading(lambda palette: Goods(palette, rows)) as at:
        await at.press("end")
        assert "Thing 999 " in at.text
        await at.press("pageup", "pageup")
        assert f"Thing {at.page.list.chosen} " in at.text
        assert at.page.list.chosen < 980
        await at.press("home")
        assert "Thing 0 " in at.text
        at.page.list.show(rows[:5], choose=4)
        await at.pilot.pause()
        assert at.page.list.chosen == 4


@pytest.mark.parametrize("theme", ["dark", "light"])
async def test_the_chosen_row_has_the_themes_style(reading, theme):
    async with reading(lambda palette: Goods(palette, goods()), theme) as at:
        assert at.style_of("Cola") == at.app.palette["selected"]
        assert at.style_of("Roast") == at.app.palette["line"]
        assert at.style_of("↑↓ select").color.number == at.app.palette["muted"].color.number


async def test_the_chosen_row_is_seen_without_colours(reading, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    async with reading(lambda palette: Goods(palette, goods())) as at:
        assert at.style_of("Cola").reverse
        assert at.style_of("Cola").color.is_default
        assert at.style_of("↑↓ select").bgcolor.is_default
        assert not at.style_of("Roast").reverse


async def test_a_scan_on_a_list_is_answered_in_words(reading, monkeypatch):
    async with reading(lambda palette: Goods(palette, goods())) as at:
        bells = []
        monkeypatch.setattr(at.app, "bell", lambda: bells.append(1))
        await at.scan("5449000000996")
        assert "A code was scanned and not taken" in at.text
        assert at.page.list.words == ""
        assert bells


async def test_a_list_that_has_a_use_for_scans_is_given_them(reading):
    scans: list[str] = []
    async with reading(lambda palette: Goods(palette, goods(), scan=scans.append)) as at:
        await at.scan("5449000000996")
        assert scans == ["5449000000996"]
        assert "not taken" not in at.text


async def test_the_totals_stay_below_however_long_the_table_is(reading):
    rows = goods([f"Thing {place}" for place in range(300)])
    async with reading(lambda palette: Goods(palette, rows, ("合计", "12,345.00"))) as at:
        await at.press("end")
        assert "Thing 299 " in at.text
        total, rule = at.rows[-4], at.rows[-5]
        assert total.split()[1:3] == ["合计", "12,345.00"]
        assert set(rule.strip("│ ")) == {"─"}
        assert at.style_of("12,345.00") == at.app.palette["total"]
        assert at.rows[3].rstrip("│ ▇▁▂▃▄▅▆█").endswith(".50")


async def test_a_search_leaves_the_totals_as_they_are(reading):
    async with reading(lambda palette: Goods(palette, goods(), ("Total", "8.00"))) as at:
        await at.press("r", "o", "a")
        assert "Roast chicken" in at.text
        assert "Cola" not in at.text
        assert "8.00" in at.text
