"""Checks side by side: one that hangs or fails says so, and keeps nobody else."""

from __future__ import annotations

import threading
from collections.abc import Iterable

import pytest

from pos_tui.diagnostics.checks import Check, diagnosis
from pos_tui.diagnostics.codes import CODES, code_of
from pos_tui.diagnostics.running import Checkup, run_checkups
from pos_tui.reasons import because
from tests.spoken import spoken

WELL = Check("goods", "", "ok", "3", because("shop_check.goods"))


def test_each_is_told_in_its_order_with_how_long_it_took() -> None:
    first_may_end = threading.Event()

    def slow() -> Iterable[Check]:
        assert first_may_end.wait(10)
        return (WELL,)

    def quick() -> Iterable[Check]:
        first_may_end.set()
        return (Check("disk", "", "ok", "", because("shop_check.goods")),)

    found = list(run_checkups((Checkup("goods", slow), Checkup("disk", quick))))

    assert [each.subject for each in found] == ["goods", "disk"]


def test_one_that_hangs_is_told_and_the_others_still_are() -> None:
    hangs, ends = threading.Event(), Checkup("goods", lambda: (WELL,))
    try:
        checkups = (Checkup("disk", lambda: [WELL] * hangs.wait(60), 0.05), ends)
        stuck, well = run_checkups(checkups)
    finally:
        hangs.set()

    assert (stuck.subject, stuck.state, code_of(stuck)) == ("disk", "broken", "C1")
    assert "did not end" in spoken(stuck.say)
    assert well.state == "ok"


@pytest.mark.parametrize(
    ("error", "state", "code"),
    [(PermissionError(13, "Permission denied"), "broken", "C3"), (KeyError("x"), "crashed", "C2")],
)
def test_one_that_fails_is_a_result(error: Exception, state: str, code: str) -> None:
    def fail() -> Iterable[Check]:
        raise error

    (found,) = run_checkups((Checkup("books", fail),))

    assert (found.subject, found.state, code_of(found)) == ("books", state, code)
    assert found.do is not None
    assert diagnosis((WELL, found)).state == state


def test_codes_are_told_apart_and_each_has_one() -> None:
    assert len(set(CODES.values())) == len(CODES)
    assert code_of(WELL) == ""
    assert code_of(Check("redis", "", "broken", "", because("check.no_access", why="x"))) == "C3"
    assert code_of(Check("redis", "", "broken", "", because("redis_check.refused"))) == "R0"
