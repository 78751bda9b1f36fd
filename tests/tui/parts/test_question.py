"""A question on one line."""

import pytest

from pos_tui.tui.parts.columns import Column, Row
from pos_tui.tui.parts.page import PageScreen
from pos_tui.tui.parts.question import AnswerKey
from pos_tui.tui.parts.rows import RowList

LONG = "红烧牛肉面 family pack of the old recipe [b]with[/b] herbs"


class Asking(PageScreen[None]):
    def __init__(self, palette):
        super().__init__(palette, "Goods", "keys")
        self.list: RowList[str] = RowList(palette, (Column("Item", share=1),))
        self.answers: list[str | None] = []

    def body(self):
        yield self.list

    def on_mount(self):
        self.list.show([Row(LONG, (LONG,))])

    def ask_it(self):
        self.ask(
            lambda name: f"Put “{name}” away?",
            LONG,
            (AnswerKey("y", "yes"), AnswerKey("h", "half")),
            self.answers.append,
        )


async def test_the_subject_gives_way_and_the_keys_are_seen(reading, size):
    async with reading(Asking) as at:
        at.page.ask_it()
        await at.pilot.pause()
        row = at.rows[-3]
        assert "”" in row
        assert "away?" in row
        assert "y: yes · h: half, Enter · Esc: no ▸ ▁" in row
        if size[0] == 120:
            assert LONG[:20] in row


@pytest.mark.parametrize(
    ("keys", "answer"),
    [
        (["y", "enter"], "y"),
        (["Y", "enter"], "y"),
        (["h", "enter"], "h"),
        (["y", "h", "enter"], "h"),
        (["y", "backspace", "enter"], ""),
        (["enter"], ""),
        (["x", "enter"], ""),
        (["y", "escape"], ""),
    ],
)
async def test_a_key_and_enter_answer_and_all_else_is_no_answer(reading, keys, answer):
    async with reading(Asking) as at:
        at.page.ask_it()
        await at.pilot.pause()
        await at.press(*keys)
        assert at.page.answers == [answer]
        assert "away?" not in at.text
        assert at.app.result == "open"
        await at.press("r")
        assert at.page.list.words == "r"


async def test_a_scan_is_never_an_answer(reading):
    async with reading(Asking) as at:
        at.page.ask_it()
        await at.pilot.pause()
        await at.scan("y")
        await at.press("enter")
        assert at.page.answers == [""]
