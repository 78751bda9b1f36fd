"""Every wallet, every way a payment can go, the gateway killed wherever it matters: no money lost.

A third of the cells is run here, always the same. `python -m tests.campaign --matrix` runs and
prints them all, and the rules of other gateways over all of theirs.
"""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from pathlib import Path

import pytest
from msgspec import Struct

from .matrix.accounts import ACCOUNTS
from .matrix.cells import BEHAVIOURS, KILL_POINTS, PAYING, Cell, cells_of, third_of
from .matrix.judging import Money, Outcome, totals_of, violations
from .matrix.peers import DAX_PAY, JEEPAY, PeerOutcome, peer_totals_of, run_peers
from .matrix.printing import letter_of
from .matrix.running import open_street, run_cells
from .postgres import Postgres

pytest.importorskip("fcntl", reason="servers are forked here, which Windows cannot")

SAMPLE = "alipay"
PAID = Money(order_no="T1", amount=4770, charged=1, given_back=0)


class Run(Struct, frozen=True):
    """What the matrix gave: one gateway, two over PostgreSQL, the rules of others."""

    outcomes: list[Outcome]
    absent: dict[str, str]
    pairs: list[Outcome]
    peers: list[PeerOutcome]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, postgres: Postgres) -> Run:
    lock = threading.Lock()

    def database() -> str:
        with lock:
            return postgres.new_database()

    async def everything(folder: Path) -> Run:
        async with open_street(folder) as street:
            cells = cells_of(street.opened.accounts)
            sample = [cell for cell in cells if cell.account.name == SAMPLE]
            killed_once = [cell for cell in sample if cell.point in ("none", "after send")]
            return Run(
                await run_cells(street, third_of(cells)),
                street.opened.absent,
                await run_cells(street, third_of(sample), database=database),
                [
                    outcome
                    for rules in (JEEPAY, DAX_PAY)
                    for outcome in await run_peers(street, rules, killed_once)
                ],
            )

    return asyncio.run(everything(tmp_path_factory.mktemp("matrix")))


def wrong_cells(outcomes: list[Outcome]) -> list[str]:
    return [f"{each.cell.name}: {wrong}" for each in outcomes for wrong in violations(each)]


def test_whatever_breaks_every_customer_is_charged_once_or_not_at_all(run: Run) -> None:
    assert wrong_cells(run.outcomes) == []


def test_every_account_every_script_and_every_place_to_die_has_its_cell(run: Run) -> None:
    assert run.absent == {}
    cells = [outcome.cell for outcome in run.outcomes]
    assert {(cell.account.name, cell.script) for cell in cells} == {
        (account.name, script) for account in ACCOUNTS for script in BEHAVIOURS
    }
    assert {(cell.account.name, cell.point) for cell in cells} == {
        (account.name, point) for account in ACCOUNTS for point in KILL_POINTS
    }
    every = cells_of(ACCOUNTS)
    assert len(every) == len(ACCOUNTS) * len(BEHAVIOURS) * len(KILL_POINTS) >= 300
    assert len(cells) == len(every) // 3


def test_the_gateway_really_died_in_every_cell_that_says_so(run: Run) -> None:
    count = totals_of(run.outcomes)
    cells = [outcome.cell for outcome in run.outcomes]
    assert count.not_reached == sum(not cell.is_reached for cell in cells)
    assert count.lived == sum(cell.point == "none" for cell in cells)
    assert count.killed == count.cells - count.lived - count.not_reached > 100


def test_whoever_pays_gets_the_goods_unless_the_code_died_unsent(run: Run) -> None:
    lost = [
        outcome.cell.name
        for outcome in run.outcomes
        if outcome.cell.script in PAYING
        and (outcome.answer == "paid") != (outcome.cell.point != "before send")
    ]
    assert lost == []


def test_a_second_gateway_takes_the_orders_of_one_that_never_comes_back(run: Run) -> None:
    assert wrong_cells(run.pairs) == []
    count = totals_of(run.pairs)
    assert count.cells == len(BEHAVIOURS) * len(KILL_POINTS) // 3
    assert count.killed == count.cells - count.lived - count.not_reached > 0


def test_the_same_cells_find_the_money_that_other_rules_lose(run: Run) -> None:
    """A matrix that finds nothing wrong with us must be able to find something."""
    peers = run.peers
    for rules in (JEEPAY, DAX_PAY):
        count = peer_totals_of([each for each in peers if each.rules == rules.name])
        assert count.lost and count.hanging and count.charged_twice
    letters = {(p.rules, p.cell.script): p.letter for p in peers if p.cell.point == "none"}
    assert letters["jeepay", "1234"] == letters["dax-pay", "1234"] == "."
    assert letters["jeepay", "9005"] == letters["dax-pay", "9005"] == "L"
    assert letters["jeepay", "9006"] == "L"


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"answers": ()}, "no clear answer"),
        ({"answers": ("paid", "cancelled")}, "a clear answer changed"),
        ({"answers": ("declined",), "lines": 0}, "4770 of the customer's are gone"),
        ({"money": ()}, "nobody was charged"),
        ({"money": (PAID, PAID)}, "charged 2 times"),
        ({"money": (Money("T1", 4770, 1, 4770),)}, "money went back"),
        (
            {"answers": ("cancelled",), "lines": 0, "money": (Money("T1", 4770, 0, 0, True),)},
            "the customer can still pay",
        ),
        ({"lines": 0}, "0 lines in the log"),
        ({"lines": 2}, "2 lines in the log"),
        ({"is_killed": True}, "died where it should not"),
        ({"fault": "the gateway did not start"}, "the gateway did not start"),
    ],
)
def test_the_judge_sees_each_kind_of_harm(change: dict[str, object], wrong: str) -> None:
    cell = Cell(ACCOUNTS[0], "1234", "none")
    right: dict[str, object] = {"cell": cell, "answers": ("paid",), "money": (PAID,), "lines": 1}
    assert violations(Outcome(**right)) == []  # type: ignore[arg-type]
    harmed = Outcome(**{**right, **change})  # type: ignore[arg-type]
    assert any(wrong in each for each in violations(harmed))
    assert letter_of(harmed) == "!"


def test_a_gateway_that_was_to_die_and_lived_is_a_wrong_cell() -> None:
    cell = Cell(ACCOUNTS[0], "1234", "after log")
    lived = Outcome(cell=cell, answers=("paid",), money=(PAID,), lines=1)
    assert violations(lived) == ["the gateway was to die and did not"]


def test_no_two_accounts_of_the_matrix_share_a_merchant() -> None:
    assert set(Counter(account.merchant for account in ACCOUNTS).values()) == {1}
