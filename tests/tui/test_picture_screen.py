"""A picture of several goods at the till: what is found is listed, and sold in one keystroke."""

import json
import shutil
from contextlib import asynccontextmanager

import msgspec
import pytest
from textual.events import Key

pytest.importorskip("zxingcpp", reason="the packages for pictures are not installed")

from pos_tui import cli
from pos_tui.demo.picture import draw_goods
from pos_tui.settings import TillSettings
from pos_tui.tui.app import AcceptsKeys
from tests.conftest import BREAD, COLA, Counter
from tests.tui.seat import sitting


@pytest.fixture(scope="module")
def photograph(tmp_path_factory):
    """Six labels on a counter: two tilted, one not in the books, one spoiled by a pen stroke."""
    return draw_goods(tmp_path_factory.mktemp("pictures"))


@asynccontextmanager
async def at_the_till(tmp_path, pictures=None):
    def path_of(kind, value):
        return kind(value)

    plain = {"scanner": {"pictures": str(pictures)}} if pictures else {}
    settings = msgspec.convert(plain, TillSettings, dec_hook=path_of)
    counter = Counter(tmp_path / "till", settings).stock()
    async with sitting(counter) as seat:
        yield seat
    counter.books.close()


def names(seat):
    return [line.item.name for line in seat.counter.till.sale.list.lines]


async def test_f3_f3_reads_a_picture_and_enter_sells_what_was_found(tmp_path, photograph):
    async with at_the_till(tmp_path, photograph.parent) as seat:
        await seat.press("f3", "f3")
        assert "counter.png" in seat.text
        await seat.press("enter")
        await seat.until_shown("Enter adds the 3")
        assert "✓ 5449000000996" in seat.text
        assert "✗ 4000417025005" in seat.text
        assert "not in the shop's books" in seat.text
        assert "seen but not read" in seat.text
        assert names(seat) == []
        await seat.press("enter")
        assert sorted(names(seat)) == ["Cola 330 ml", "Hazelnut spread", "Milk 1 l"]


async def test_esc_adds_nothing_and_a_path_can_be_typed(tmp_path, photograph):
    async with at_the_till(tmp_path) as seat:
        await seat.press("f3", "f3", "enter")
        assert "Type the path" in seat.text
        screen: object = seat.app.screen
        assert isinstance(screen, AcceptsKeys)
        for character in str(photograph):
            screen.accept_key(Key(character, character))
        await seat.press("enter")
        await seat.until_shown("can be sold")
        await seat.press("escape")
        assert names(seat) == []


async def test_a_file_that_is_no_picture_is_said_and_another_can_be_chosen(tmp_path, photograph):
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "a.png").write_bytes(b"not a picture")
    async with at_the_till(tmp_path, folder) as seat:
        await seat.press("f3", "f3", "enter")
        await seat.until_shown("no picture that can be read")
        assert "Enter reads it" in seat.text


async def test_a_scan_over_the_codes_of_a_picture_is_answered_in_words(tmp_path, photograph):
    async with at_the_till(tmp_path, photograph.parent) as seat:
        await seat.press("f3", "f3", "enter")
        await seat.until_shown("Enter adds the 3")
        await seat.scan(COLA)
        assert names(seat) == []
        assert "not taken" in seat.text
        await seat.press("enter")
        assert len(names(seat)) == 3


async def test_a_scan_while_a_picture_is_chosen_sells_and_goes_back(tmp_path, photograph):
    async with at_the_till(tmp_path, photograph.parent) as seat:
        await seat.press("f3", "f3")
        await seat.scan(COLA)
        assert names(seat) == ["Cola 330 ml"]
        assert "Settlement list" in seat.text


async def test_a_picture_never_takes_the_enter_that_a_warning_waits_for(tmp_path, photograph):
    folder = tmp_path / "pictures"
    folder.mkdir()
    async with at_the_till(tmp_path, folder) as seat:
        await seat.pilot.pause(1.3)
        seat.till_screen.accept_scan(BREAD)
        shutil.copy(photograph, folder / "new.png")
        await seat.pilot.pause(4)
        assert "Codes in" not in seat.text
        await seat.press("enter")
        assert not seat.counter.till.sale.warnings
        seat.hands.at += 10
        await seat.until_shown("Codes in new.png")


async def test_a_new_picture_in_the_folder_opens_by_itself_when_the_hands_are_free(
    tmp_path, photograph
):
    folder = tmp_path / "pictures"
    folder.mkdir()
    async with at_the_till(tmp_path, folder) as seat:
        await seat.pilot.pause(1.3)
        await seat.press("f12")
        seat.till_screen.accept_scan(COLA)
        await seat.press("f2")
        shutil.copy(photograph, folder / "new.png")
        await seat.pilot.pause(3)
        assert "Codes in" not in seat.text
        await seat.press("escape")
        seat.hands.at += 10
        await seat.until_shown("Codes in new.png")
        await seat.until_shown("Enter adds the 3")


def test_scan_picture_prints_what_was_found_and_what_was_not(photograph, tmp_path, capsys):
    (tmp_path / "bad.png").write_bytes(b"x")
    code = cli.run(["scan-picture", "--json", str(photograph), str(tmp_path / "bad.png")])
    out, err = capsys.readouterr()
    found = json.loads(out.splitlines()[0])
    assert code == 2
    assert "bad.png is no picture" in err
    assert len(found["codes"]) == 5
    assert {"kind": "item", "gtin": "05449000000996"}.items() <= found["codes"][0].items()
    assert found["missed"]
    assert cli.run(["scan-picture", str(photograph)]) == 0
    assert "5 found" in capsys.readouterr().out
