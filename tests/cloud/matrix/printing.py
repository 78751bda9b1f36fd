"""The matrix as a page: a row for each account and script, a column for each place to die at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from .cells import BEHAVIOURS, KILL_POINTS, Cell
from .judging import Outcome, totals_of, violations
from .peers import LETTERS, PEERS, PeerOutcome, peer_totals_of

_WIDTH = max(map(len, KILL_POINTS)) + 2


def letter_of(outcome: Outcome) -> str:
    """P paid, D declined, C cancelled; in small where the order never came by the place to die."""
    if violations(outcome):
        return "!"
    letter = outcome.answer[:1]
    return letter.upper() if outcome.cell.is_reached else letter


def own_page(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """The matrix, what is wrong in it, and the count."""
    yield "P paid, D declined, C cancelled; small: the order never comes by there; ! wrong"
    letters = {outcome.cell: letter_of(outcome) for outcome in outcomes}
    yield from _table(letters)
    for outcome in outcomes:
        for wrong in violations(outcome):
            yield f"! {outcome.cell.name}: {wrong}"
    count = totals_of(outcomes)
    yield (
        f"{count.cells} cells: the gateway died in {count.killed}, lived in {count.lived} on"
        f" purpose and in {count.not_reached} because the order never comes by the place;"
        f" wrong: {count.wrong}."
    )


def peers_page(outcomes: Sequence[PeerOutcome]) -> Iterator[str]:
    """What each peer's rules would do, a table for each."""
    for rules in PEERS:
        letters: dict[Cell, str] = {
            each.cell: each.letter for each in outcomes if each.rules == rules.name
        }
        yield f"The rules of {rules.name}: " + "; ".join(
            f"{letter} {says}" for letter, says in LETTERS.items()
        )
        yield from _table(letters)


def comparison(own: Sequence[Outcome], peers: Sequence[PeerOutcome]) -> Iterator[str]:
    """The harm done in the cells that both ours and the peers' rules were run over."""
    both = {each.cell for each in peers}
    ours = [outcome for outcome in own if outcome.cell in both]
    head = ("cells", "lost", "given away", "hanging", "charged twice")
    yield f"{'':12}" + "".join(f"{name:>15}" for name in head)
    told = [(outcome.answer, _net(outcome)) for outcome in ours]
    counts = (
        len(ours),
        sum(answer in ("declined", "cancelled") and net > 0 for answer, net in told),
        sum(answer == "paid" and net <= 0 for answer, net in told),
        sum(not answer for answer, _ in told),
        sum(sum(each.charged for each in outcome.money) > 1 for outcome in ours),
    )
    yield f"{'this gateway':12}" + "".join(f"{count:>15}" for count in counts)
    for rules in PEERS:
        found = peer_totals_of([each for each in peers if each.rules == rules.name])
        counts = (
            found.cells,
            found.lost,
            found.given_away,
            found.hanging,
            found.charged_twice,
        )
        yield f"{rules.name:12}" + "".join(f"{count:>15}" for count in counts)


def _net(outcome: Outcome) -> int:
    return sum(each.charged * each.amount - each.given_back for each in outcome.money)


def _table(letters: Mapping[Cell, str]) -> Iterator[str]:
    accounts = list(dict.fromkeys(cell.account for cell in letters))
    points = [point for point in KILL_POINTS if any(cell.point == point for cell in letters)]
    yield f"{'':54}" + "".join(f"{point:>{_WIDTH}}" for point in points)
    for account in accounts:
        for script, says in BEHAVIOURS.items():
            row = [letters.get(Cell(account, script, point), " ") for point in points]
            name = f"{account.name:13} {script} {says[:34]:35}"
            yield name + "".join(f"{each:>{_WIDTH}}" for each in row)
