"""`pos-tui trace ORDER_NO`: one order's way through till, gateway, log and Redis, in time."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pos_tui.commands.command import Subcommand, complain
from pos_tui.money import Currency, format_amount
from pos_tui.reasons import Reason, because, plain, reason_of
from pos_tui.wording.current import current, in_words, say

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from pos_tui.books.journal.entries import JournalRow, Noted
    from pos_tui.books.sales.order_history import OrderHistory
    from pos_tui.checkout.orders import Order
    from pos_tui.diagnostics.timeline import Note, Point, Source, Timeline, TimelineStep
    from pos_tui.settings import CloudSettings, TillSettings

_UNKNOWN = 3


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "order_no", metavar=say("cmd_trace.order_no"), help=say("cmd_trace.order_no_help")
    )
    parser.add_argument("--json", action="store_true", help=say("cmd_trace.json_help"))
    parser.add_argument(
        "--with",
        dest="others",
        nargs="+",
        type=Path,
        action="extend",
        default=[],
        metavar=say("cmd_trace.file"),
        help=say("cmd_trace.with_help"),
    )
    parser.add_argument("--demo", action="store_true", help=say("cmd_trace.demo_help"))


def _run(options: argparse.Namespace) -> int:
    from pos_tui.commands.timeline_lines import as_lines
    from pos_tui.diagnostics.timeline import join
    from pos_tui.diagnostics.timeline_json import TimelineError, as_json, read_timelines

    parts: list[Timeline] = []
    for path in options.others:
        try:
            parts += read_timelines(path.read_bytes(), options.order_no, _has_words)
        except OSError as error:
            unread = say("cmd_trace.file_unreadable", path=str(path), why=error.strerror or "")
            return complain(unread)
        except TimelineError as error:
            return complain(say("cmd_trace.file_refused", path=str(path), why=error.reason))
    look = _Look(options.order_no)
    places = _places_of(options)
    look.at_the_servers(places)
    look.at_the_till(places)
    look.stream_steps(places, parts)
    found = join([*look.parts, *parts], look.missing)
    for timeline in found:
        print(as_json(timeline, in_words) if options.json else "\n".join(as_lines(timeline)))
    if found:
        return 0
    if look.troubles:
        why = " ".join(in_words(trouble) for trouble in look.troubles)
        return complain(say("cmd_trace.not_known", why=why, order_no=options.order_no))
    if not look.looked:
        kind = "cmd_trace.nothing_here" if places.cloud else "cmd_trace.nothing_here_no_cloud"
        books, orders = str(places.till_data), str(places.cloud_data)
        return complain(say(kind, books=books, orders=orders))
    return complain(say("cmd_trace.unknown", order_no=options.order_no), _UNKNOWN)


def _has_words(reason: Reason) -> bool:
    """Whether what another machine gave can be said here; it may run another version."""
    try:
        in_words(reason)
    except (LookupError, TypeError, ValueError):
        return False
    return current().knows(reason.kind)


# ---- where to look ---------------------------------------------------------------------------


class _Places(NamedTuple):
    """What this machine may have: a till's folder, the servers' folder, and what is set there."""

    till: TillSettings
    till_data: Path
    cloud: CloudSettings | None
    cloud_data: Path


def _places_of(options: argparse.Namespace) -> _Places:
    """`--settings` names a till.toml or a cloud.toml, and `--data` the folder that goes with it;
    of the other side the usual places are looked at. Raises SettingsError.
    """
    from pos_tui.books.books import FILE_NAME
    from pos_tui.cloud.settings_files import load_cloud_settings
    from pos_tui.commands.paths import find_shop
    from pos_tui.settings import data_folder, settings_folder

    settings: Path | None = options.settings
    data: Path | None = options.data
    is_till = _is_of_a_till(settings) if settings else bool(data and (data / FILE_NAME).exists())
    till, till_data = find_shop(
        options.demo,
        settings if is_till else None,
        data if is_till or options.demo else None,
    )
    cloud_data = till_data / "cloud" if options.demo else data_folder() / "cloud"
    cloud_file = (cloud_data if options.demo else settings_folder()) / "cloud.toml"
    if not options.demo and not is_till:
        cloud_data, cloud_file = data or cloud_data, settings or cloud_file
    is_there = cloud_file == settings or cloud_file.exists()
    cloud = load_cloud_settings(cloud_file) if is_there else None
    return _Places(till, till_data, cloud, cloud_data)


def _is_of_a_till(path: Path) -> bool:
    """Whether a settings file is a till.toml, by the tables that only one of the two has."""
    import tomllib

    from pos_tui.settings import CloudSettings, TillSettings

    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return False  # whoever reads it in earnest says what is wrong
    tills = set(TillSettings.__struct_fields__) - set(CloudSettings.__struct_fields__)
    gateway = tables.get("gateway")
    return bool(tables.keys() & tills) or (isinstance(gateway, dict) and "url" in gateway)


# ---- looking ---------------------------------------------------------------------------------


class _Look:
    """What was found on this machine, what was not, and what could not be looked at."""

    def __init__(self, order_no: str) -> None:
        self.order_no = order_no
        self.parts: list[Timeline] = []
        self.missing: list[Note] = []
        self.troubles: list[Reason] = []
        self.looked = False

    def at_the_till(self, places: _Places) -> None:
        """The till's books, if there are any."""
        from pos_tui.books import BooksError
        from pos_tui.books.books import FILE_NAME
        from pos_tui.books.connection import open_connection
        from pos_tui.books.sales.order_history import order_history

        path = places.till_data / FILE_NAME
        try:
            if not path.exists():
                why = because("timeline.no_books", folder=str(places.till_data))
                self._miss("till", why)
                return
            connection = open_connection(path)
            try:
                history = order_history(connection, self.order_no)
            finally:
                connection.close()
        except (BooksError, OSError) as error:
            self._fail("till", _why(error))
            return
        self.looked = True
        if history is None:
            self._miss("till", because("timeline.not_in_books", path=str(path)))
        else:
            self.parts.append(_at_the_till(self.order_no, history, places))

    def at_the_servers(self, places: _Places) -> None:
        """The gateway's orders and the logs, if they are here."""
        if places.cloud is None:
            self._miss("gateway", because("timeline.no_cloud"))
            self._miss("log", because("timeline.no_cloud_for_place"))
            return
        looks: tuple[tuple[Source, Callable[[CloudSettings, Path], None]], ...] = (
            ("gateway", self._at_the_gateway),
            ("log", self._in_the_logs),
        )
        for source, look in looks:
            try:
                look(places.cloud, places.cloud_data)
            except ImportError as error:
                self._fail(source, because("servers.not_installed", module=error.name or ""))
            except OSError as error:
                self._fail(source, _why(error))

    def stream_steps(self, places: _Places, others: list[Timeline]) -> None:
        """The stream of every till whose order was found, here or on another machine."""
        from pos_tui.diagnostics.timeline import Timeline, join

        if places.cloud is None:
            self._miss("Redis", because("timeline.no_cloud_for_place"))
            return
        from pos_tui.cloud.relay.tracing import stream_steps
        from pos_tui.settings.redis_url import redis_address

        relay = places.cloud.relay
        place = redis_address(relay.admin_redis_url or relay.redis_url)
        for known in join([*self.parts, *others]):
            if not known.till or not known.steps:
                continue
            logged = (step for step in known.steps if step.point == "logged")
            about = next(logged, known.steps[0]).at
            steps, why = stream_steps(place, known.merchant, known.till, self.order_no, about)
            self.parts.append(
                Timeline(
                    order_no=self.order_no,
                    merchant=known.merchant,
                    steps=steps,
                    missing=(why,) if why else (),
                )
            )

    def _at_the_gateway(self, settings: CloudSettings, data: Path) -> None:
        import asyncio

        from pos_tui.cloud.gateway.database.interface import DatabaseUnavailable
        from pos_tui.cloud.gateway.database.opening import POSTGRESQL
        from pos_tui.cloud.gateway.orders import open_orders
        from pos_tui.cloud.gateway.tracing import order_timelines

        database = settings.gateway.database
        if not database.startswith(POSTGRESQL) and not (data / database).exists():
            self._miss("gateway", because("timeline.no_orders", folder=str(data)))
            return

        async def look() -> list[Timeline]:
            async with open_orders(settings, data) as orders:
                return await order_timelines(orders, self.order_no)

        try:
            found = asyncio.run(look())
        except DatabaseUnavailable as error:
            self._fail("gateway", because("timeline.orders_away", why=reason_of(error)))
            return
        self.looked = True
        self.parts += found
        if not found:
            self._miss("gateway", because("timeline.not_in_orders"))

    def _in_the_logs(self, settings: CloudSettings, data: Path) -> None:
        from pos_tui.cloud.gateway.tracing import log_timelines

        named = dict.fromkeys([settings.log.directory, *settings.relay.logs])
        folders = [data / folder for folder in named if (data / folder).is_dir()]
        if not folders:
            self._miss("log", because("timeline.no_log", folder=str(data)))
            return
        found = log_timelines(folders, self.order_no)
        self.looked = True
        self.parts += found
        if not found:
            names = say("words.list_separator").join(map(str, folders))
            self._miss("log", because("timeline.not_in_log", folders=names))

    def _miss(self, source: Source, why: Reason) -> None:
        from pos_tui.diagnostics.timeline import Note

        self.missing.append(Note(source, why))

    def _fail(self, source: Source, why: Reason) -> None:
        self._miss(source, why)
        self.troubles.append(why)


def _why(error: Exception) -> Reason:
    if isinstance(error, OSError) and error.strerror:
        path = str(error.filename)
        return because("timeline.unreadable", path=path, why=error.strerror)
    return reason_of(error)


# ---- what the till's books say ---------------------------------------------------------------


def _at_the_till(order_no: str, history: OrderHistory, places: _Places) -> Timeline:
    from pos_tui.diagnostics.timeline import Note, Timeline, TimelineStep

    identity = places.till.till
    read = tuple(
        Note("till", because("timeline.read_upto", stream=stream, message=last_id))
        for stream, last_id in history.read_upto.items()
    )
    steps = tuple(_step(row, note, order_no, history.order) for row, note in history.rows)
    order = history.order
    if order is None:
        stands = Note("till", because("timeline.not_of_a_sale"))
        return Timeline(
            order_no=order_no, merchant=identity.merchant, steps=steps, notes=(stands, *read)
        )
    state = because(f"timeline.state_{order.state}")
    stands = Note("till", because("timeline.at_the_till", state=state, sale_no=order.sale_no))
    receipt = _receipt(places.till_data, order.sale_no) if order.state == "paid" else None
    return Timeline(
        order_no=order_no,
        merchant=identity.merchant,
        till=identity.number,
        amount=order.amount,
        currency=order.currency,
        platform=order.platform,
        platform_ref=order.platform_ref or None,
        steps=(*steps, receipt) if isinstance(receipt, TimelineStep) else steps,
        notes=(stands, receipt, *read) if isinstance(receipt, Note) else (stands, *read),
    )


def _step(row: JournalRow, note: Noted, order_no: str, order: Order | None) -> TimelineStep:
    from pos_tui.diagnostics.timeline import TimelineStep

    what, point = _told(note, order_no, order)
    return TimelineStep(at=row.at, source="till", what=what, point=point)


def _told(note: Noted, order_no: str, order: Order | None) -> tuple[Reason, Point]:
    """What a note of the journal says to the technician."""
    detail = note.detail.removeprefix(order_no).strip()
    match note.what:
        case "order drafted" if order is not None:
            amount = format_amount(order.amount, Currency.of(order.currency))
            worth, code = f"{amount} {order.currency}", order.masked_code
            return because("timeline.drafted", worth=worth, code=code), "drafted"
        case "order sent":
            return because("timeline.sent"), ""
        case "order pending":
            return because("timeline.pending"), ""
        case "order unknown":
            return because("timeline.unknown"), ""
        case "paid":
            match detail.removeprefix(f"wallet {order_no}").split():
                case ["redis", message, *_]:
                    return because("timeline.paid_by_message", message=message), "told"
                case ["gateway", *_]:
                    return because("timeline.paid_by_gateway"), "paid"
            return because("timeline.paid"), "paid"
    return plain(f"{note.what}: {detail}" if detail else note.what), ""


def _receipt(data: Path, sale_no: int) -> TimelineStep | Note:
    from pos_tui.diagnostics.timeline import Note, TimelineStep

    path = data / "receipts" / f"{sale_no:06d}.json"
    try:
        written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError:
        return Note("till", because("timeline.receipt_missing", path=str(path)))
    return TimelineStep(
        at=written, source="till", what=because("timeline.receipt_written", file=path.name)
    )


TRACE = Subcommand(
    "trace",
    "cmd_trace.help",
    "pos-tui trace 26112222461001N3VEYEPH --with till.json",
    _arguments,
    _run,
)
