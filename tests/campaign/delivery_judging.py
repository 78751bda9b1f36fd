"""What a campaign is judged by: the platform's charges, the log, the streams, the tills' books."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from pathlib import Path

from msgspec import Struct, field

from pos_tui.books.connection import open_connection
from pos_tui.books.journal.verify import first_broken_row
from pos_tui.books.sales.sales import read_tenders
from pos_tui.checkout.tenders import Tender
from pos_tui.messages import MessageError, stream_name
from pos_tui.receipts.data import decode_receipt
from tests.campaign.delivery_faults import Record
from tests.campaign.delivery_forging import (
    FORGED_REF,
    LOGGED,
    REPLAYED,
    Forged,
    genuine_order,
)
from tests.campaign.delivery_servers import Charge
from tests.campaign.delivery_stage import Stage
from tests.campaign.delivery_till import Said, TillPlan
from tests.cloud.shop import log_entries
from tests.cloud.stream_entries import stream_entries

_MOST_NAMED = 5
_AGAIN = 2


class Sold(Struct, frozen=True):
    """A paid sale in a till's books."""

    till: str
    number: int
    tender: Tender
    has_receipt: bool


class Books(Struct):
    """What one till's books say after all."""

    sold: list[Sold] = field(default_factory=list)
    orders: set[str] = field(default_factory=set)
    unfinished: int = 0
    receipts: int = 0
    receipts_of_others: int = 0
    refused: int = 0
    broken_row: int | None = None


class Streams(Struct):
    """What Redis has at the end: the true messages by till and order, the forged, the others."""

    orders: Counter[tuple[str, str]] = field(default_factory=Counter)
    forged: list[Forged] = field(default_factory=list)
    unknown: int = 0


class Verdict(Struct):
    """The campaign's result. `troubles` are sentences; without any it went well."""

    paid: int = 0
    lost: int = 0
    doubled: int = 0
    accepted: int = 0
    deaf: int = 0
    forged: Counter[str] = field(default_factory=Counter)
    forged_there: int = 0
    forged_unsure: int = 0
    forged_journalled: int = 0
    told_by: Counter[str] = field(default_factory=Counter)
    stream_doubles: int = 0
    taken_back: int = 0
    log_files: int = 0
    calm_s: list[float] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    def find(self, what: str, which: set[str] | list[str]) -> int:
        """Note a trouble where there is any; returns how many there are."""
        if which:
            named = ", ".join(sorted(which)[:_MOST_NAMED])
            self.troubles.append(f"{len(which)} {what}: {named}")
        return len(which)


def logged_orders(stage: Stage) -> list[tuple[str, str]]:
    """The till and the order of each line of the log, but for the forged ones."""
    return [
        (f"{entry.merchant}:{entry.till}", entry.order_no)
        for entry in log_entries(stage.servers.log_folder)
        if not entry.platform_ref.startswith(FORGED_REF)
    ]


def read_streams(stage: Stage) -> Streams:
    """All streams as they are now; Redis must be there."""
    known = {(each.stream, each.id): each for each in stage.forger.forged}
    found = Streams()
    client = stage.redis.admin()
    for till in stage.tills:
        name = stream_name(till.merchant, till.number)
        for entry_id, fields in stream_entries(client.xrange(name)):
            forged = known.get((name, entry_id.decode()))
            if forged is not None:
                found.forged.append(forged)
                continue
            try:
                found.orders[till.name, genuine_order(fields, till.key)] += 1
            except MessageError:
                # A lie in the log is passed on with an id that only the relay knows.
                found.unknown += FORGED_REF.encode() not in fields.get(b"m", b"")
    client.close()
    return found


def read_books(till: TillPlan) -> Books:
    """One till's books; its process must have ended."""
    folder = Path(till.folder)
    connection = open_connection(folder / "books.db")
    found = Books(orders={str(row[0]) for row in connection.execute("SELECT order_no FROM orders")})
    files = {path.stem: path for path in (folder / "receipts").glob("*.json")}
    found.receipts = len(files)
    for number, state, text in connection.execute("SELECT number, state, tender FROM sales"):
        if state == "awaiting":
            found.unfinished += 1
        if state != "paid":
            continue
        (tender,) = read_tenders(str(text))
        path = files.pop(f"{number:06d}", None)
        if path is not None:
            receipt = decode_receipt(path.read_bytes())
            found.receipts_of_others += receipt.tenders != (tender,) or receipt.sale_no != number
        found.sold.append(Sold(till.name, int(str(number)), tender, path is not None))
    found.receipts_of_others += len(files)
    for (body,) in connection.execute("SELECT body FROM journal WHERE kind = 'note'"):
        note = json.loads(bytes(body) if isinstance(body, bytes) else str(body))
        found.refused += note["what"] == "message" and _is_refusal(note["detail"])
    found.broken_row = first_broken_row(connection)
    connection.close()
    return found


def _is_refusal(detail: str) -> bool:
    """Whether a note is about a message that was not believed; one that came twice is true."""
    return detail.startswith("confirmation.refused ")


def judge(stage: Stage, record: Record, streams: Streams, charges: dict[str, Charge]) -> Verdict:
    """Hold all of it against one another; the tills have ended."""
    verdict = Verdict(forged=stage.forger.counts(), taken_back=len(record.taken_back))
    books = {till.name: read_books(till) for till in stage.tills}
    log = logged_orders(stage)
    verdict.log_files = len(list(stage.servers.log_folder.glob("*.log")))
    _judge_money(verdict, books, log, charges)
    _judge_streams(verdict, streams, log)
    _judge_receipts(verdict, books, stage.heard.all("receipt"))
    _judge_forgeries(verdict, books, stage, record, streams.forged)
    _judge_hearing(verdict, stage, record)
    return verdict


def _judge_money(
    verdict: Verdict,
    books: dict[str, Books],
    log: list[tuple[str, str]],
    charges: dict[str, Charge],
) -> None:
    sold: dict[str, list[Sold]] = defaultdict(list)
    for each in books.values():
        for sale in each.sold:
            sold[sale.tender.order_no].append(sale)
    verdict.paid = len(sold)
    ordered = {order for each in books.values() for order in each.orders}
    logged = Counter(order for _, order in log)
    kept = {order for order, charge in charges.items() if charge.is_kept}
    verdict.lost += verdict.find("charged, but not in the log", kept - logged.keys())
    verdict.lost += verdict.find("charged, but not paid in any sale", kept - sold.keys())
    verdict.find("charged, but in no till's books", charges.keys() - ordered)
    verdict.doubled += verdict.find(
        "charged twice", [o for o, charge in charges.items() if charge.charged > 1]
    )
    verdict.doubled += verdict.find("logged twice", [o for o, n in logged.items() if n > 1])
    verdict.doubled += verdict.find(
        "paid in two sales", [order for order, sales in sold.items() if len(sales) > 1]
    )
    accepted = {order for order in sold if order not in kept}
    for order, sales in sold.items():
        tenders = [sale.tender for sale in sales]
        if any(tender.platform_ref.startswith(FORGED_REF) for tender in tenders):
            accepted.add(order)
        if order in charges and any(t.due != charges[order].amount for t in tenders):
            accepted.add(order)
    verdict.accepted = verdict.find("given as paid by a forged message", accepted)
    verdict.find(
        "tills with a sale that is still under way", [n for n, b in books.items() if b.unfinished]
    )
    verdict.find(
        "tills whose journal is not whole",
        [n for n, b in books.items() if b.broken_row is not None],
    )


def _judge_streams(verdict: Verdict, streams: Streams, log: list[tuple[str, str]]) -> None:
    told = {f"{till} {order}" for till, order in streams.orders}
    wanted = {f"{till} {order}" for till, order in log}
    verdict.lost += verdict.find("logged, but not in the till's stream", wanted - told)
    verdict.find("in a stream, but not logged", told - wanted)
    twice = [f"{till} {order}" for (till, order), n in streams.orders.items() if n > 1]
    verdict.stream_doubles = sum(n - 1 for n in streams.orders.values())
    verdict.doubled += verdict.find("twice in the till's stream", twice)
    if streams.unknown:
        verdict.troubles.append(f"{streams.unknown} entries of streams are nobody's")


def _judge_receipts(verdict: Verdict, books: dict[str, Books], made: list[Said]) -> None:
    verdict.lost += verdict.find(
        "paid without a receipt",
        [f"{s.till} {s.number}" for b in books.values() for s in b.sold if not s.has_receipt],
    )
    verdict.find(
        "tills with a receipt that is not its sale's",
        [name for name, each in books.items() if each.receipts_of_others],
    )
    times = Counter(f"{said.till} {said.sale_no}" for said in made)
    verdict.doubled += verdict.find("receipts made twice", [s for s, n in times.items() if n > 1])


def _judge_forgeries(
    verdict: Verdict,
    books: dict[str, Books],
    stage: Stage,
    record: Record,
    there: list[Forged],
) -> None:
    """What is still in a stream must have been journalled, and nothing more often than tried."""
    started = {
        till.name: process.started_ms for process in stage.processes for till in process.plan.tills
    }
    refusable = [each for each in there if each.kind != REPLAYED]
    unsure = [each for each in refusable if record.may_pass_unnoted(each.ms, started[each.till])]
    at_most = Counter(each.till for each in stage.forger.forged if each.kind != REPLAYED)
    # A lie in the log comes again, under another id, whenever Redis has lost its last second.
    at_most.update(
        each.till for each in stage.forger.forged if each.kind == LOGGED for _ in range(_AGAIN)
    )
    at_least = Counter(each.till for each in refusable)
    at_least.subtract(each.till for each in unsure)
    verdict.forged_there = len(refusable)
    verdict.forged_unsure = len(unsure)
    verdict.forged_journalled = sum(each.refused for each in books.values())
    for name, each in books.items():
        if not at_least[name] <= each.refused <= at_most[name]:
            verdict.troubles.append(
                f"till {name} journalled {each.refused} forged messages; its stream has"
                f" {at_least[name]} that it must have seen, {at_most[name]} were tried"
            )


def _judge_hearing(verdict: Verdict, stage: Stage, record: Record) -> None:
    paid = stage.heard.all("paid")
    verdict.told_by = Counter(said.channel for said in paid)
    verdict.calm_s = sorted(
        said.took_s
        for said in paid
        if said.script == "1234" and said.took_s and record.is_calm(said.at - said.took_s, said.at)
    )
    last = {(said.till, said.sale_no) for said in stage.heard.all("last")}
    heard = {s.till for s in paid if (s.till, s.sale_no) in last and s.channel == "redis"}
    deaf = {till.name for till in stage.tills} - heard
    verdict.deaf = verdict.find("tills that Redis does not reach any more", deaf)
    verdict.lost += verdict.deaf
