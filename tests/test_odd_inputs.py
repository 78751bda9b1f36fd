"""Odd inputs at every door, as `make campaign` tries a million: each has an answer, none steers."""

from __future__ import annotations

import pytest

from pos_tui.reasons import ReasonError
from tests.campaign import inputs
from tests.campaign.inputs import Counted, odd_inputs
from tests.campaign.odd_text import OddText


def test_a_few_thousand_odd_inputs_each_have_an_answer() -> None:
    counted = odd_inputs(4000, seed=7)

    assert counted.inputs >= 4000
    assert counted.tracebacks == counted.steered == 0, "\n".join(counted.examples)


def test_an_exception_that_is_no_answer_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ReasonError("sale.empty")

    monkeypatch.setattr(inputs, "pad", broken)
    counted = Counted()

    inputs._row_door(OddText(1), counted)

    assert counted.tracebacks == 1
    assert "row" in counted.examples[0]


@pytest.mark.parametrize("text", ["a\x1b[2J", "a\x9b", "a\u202eb", "a\ud800", "a\r", "a\x00"])
def test_a_character_that_steers_is_counted(text: str) -> None:
    counted = Counted()

    counted.out("scan", text, "well\tand\ngood", text)

    assert counted.steered == 1


def test_the_same_seed_gives_the_same_texts() -> None:
    first, again, other = ([OddText(seed).words() for _ in range(50)] for seed in (3, 3, 4))

    assert first == again != other
