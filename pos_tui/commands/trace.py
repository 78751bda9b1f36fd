"""`pos-tui trace ORDER_NO`: one order's way through till, gateway, log and Redis, in time."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pos_tui.commands.command import Command, complain
from pos_tui.money import Currency, format_amount
from pos_tui.reasons import reason_of
from pos_tui.wording.current import in_words

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from pos_tui.books.journal.entries import JournalRow, Noted
    from pos_tui.books.sales.order_history import OrderHistory
    from pos_tui.checkout.orders import Order
    from pos_tui.diagnostics.timeline import Note, Point, Source, Step, Timeline
    from pos_tui.settings import CloudSettings, TillSettings

_UNKNOWN = 3


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("order_no", metavar="ORDER_NO", help="the order's number")
    parser.add_argument("--json", action="store_true", help="one JSON object for each order")
    parser.add_argument(
        "--with",
        dest="others",
        nargs="+",
        type=Path,
        action="extend",
        default=[],
        metavar="FILE",
        help="join what another machine wrote with --json: the till's and the server's are one way",
    )
    parser.add_argument("--demo", action="store_true", help="an order of the demo shop")


def _run(options: argparse.Namespace) -> int:
    from pos_tui.diagnostics.timeline import TimelineError, as_json, as_lines, join, read_timelines

    parts: list[Timeline] = []
    for path in options.others:
        try:
            parts += read_timelines(path.read_bytes(), options.order_no)
        except OSError as error:
            return complain(f"{path} cannot be read ({error.strerror}).")
        except TimelineError as error:
            return complain(f"{path}: {error}")
    look = _Look(options.order_no)
    places = _places_of(options)
    look.at_the_servers(places)
    look.at_the_till(places)
    look.stream_steps(places, parts)
    found = join([*look.parts, *parts], look.missing)
    for timeline in found:
        print(as_json(timeline) if options.json else "\n".join(as_lines(timeline)))
    if found:
        return 0
    if look.troubles:
        said = " ".join(look.troubles)
        return complain(f"{said} It is not known whether there is an order {options.order_no}.")
    if not look.looked:
        orders = f"in {places.cloud_data}" if places.cloud else "without a cloud.toml"
        return complain(
            f"there are no books in {places.till_data} and no orders {orders};"
            " say where with --settings and --data."
        )
    return complain(f"nobody here has an order {options.order_no}.", _UNKNOWN)


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
    from pos_tui.commands.paths import find_shop
    from pos_tui.settings import data_folder, load_cloud_settings, settings_folder

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
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
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
        self.troubles: list[str] = []
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
                self._miss("till", f"there are none in {places.till_data}.")
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
            self._miss("till", f"{path} does not know the order.")
        else:
            self.parts.append(_at_the_till(self.order_no, history, places))

    def at_the_servers(self, places: _Places) -> None:
        """The gateway's orders and the logs, if they are here."""
        if places.cloud is None:
            self._miss("gateway", "there is no cloud.toml on this machine.")
            self._miss("log", "there is no cloud.toml on this machine that says where it is.")
            return
        looks: tuple[tuple[Source, Callable[[CloudSettings, Path], None]], ...] = (
            ("gateway", self._at_the_gateway),
            ("log", self._in_the_logs),
        )
        for source, look in looks:
            try:
                look(places.cloud, places.cloud_data)
            except ImportError as error:
                missing = (
                    f"the servers are not installed ({error.name}): pip install pos-tui[cloud]"
                )
                self._fail(source, missing)
            except OSError as error:
                self._fail(source, _why(error))

    def stream_steps(self, places: _Places, others: list[Timeline]) -> None:
        """The stream of every till whose order was found, here or on another machine."""
        from pos_tui.diagnostics.timeline import Timeline, join

        if places.cloud is None:
            self._miss("Redis", "there is no cloud.toml on this machine that says where it is.")
            return
        from pos_tui.cloud.relay.tracing import stream_steps
        from pos_tui.settings.redis_url import redis_place

        relay = places.cloud.relay
        place = redis_place(relay.admin_redis_url or relay.redis_url)
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
            self._miss("gateway", f"there are none in {data}.")
            return

        async def look() -> list[Timeline]:
            async with open_orders(settings, data) as orders:
                return await order_timelines(orders, self.order_no)

        try:
            found = asyncio.run(look())
        except DatabaseUnavailable as error:
            self._fail("gateway", f"{str(error).rstrip('.')}. Nothing was changed.")
            return
        self.looked = True
        self.parts += found
        if not found:
            self._miss("gateway", "they have no order of this number.")

    def _in_the_logs(self, settings: CloudSettings, data: Path) -> None:
        from pos_tui.cloud.gateway.tracing import log_timelines

        named = dict.fromkeys([settings.log.directory, *settings.relay.logs])
        folders = [data / folder for folder in named if (data / folder).is_dir()]
        if not folders:
            self._miss("log", f"there is none in {data}.")
            return
        found = log_timelines(folders, self.order_no)
        self.looked = True
        self.parts += found
        if not found:
            self._miss("log", f"no line in {' or '.join(map(str, folders))} is about it.")

    def _miss(self, source: Source, why: str) -> None:
        from pos_tui.diagnostics.timeline import Note

        self.missing.append(Note(source, why))

    def _fail(self, source: Source, why: str) -> None:
        self._miss(source, why)
        self.troubles.append(why)


def _why(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename} cannot be read ({error.strerror})."
    return in_words(reason_of(error))


# ---- what the till's books say ---------------------------------------------------------------


def _at_the_till(order_no: str, history: OrderHistory, places: _Places) -> Timeline:
    from pos_tui.diagnostics.timeline import Note, Step, Timeline

    identity = places.till.till
    read = tuple(
        Note("till", f"messages of {stream} are taken in up to {last_id}")
        for stream, last_id in history.read_upto.items()
    )
    steps = tuple(_step(row, note, order_no, history.order) for row, note in history.rows)
    order = history.order
    if order is None:
        stands = Note("till", "no sale of this till has the order; a message named it")
        return Timeline(
            order_no=order_no, merchant=identity.merchant, steps=steps, notes=(stands, *read)
        )
    stands = Note("till", f"order {order.state}, sale {order.sale_no:06d}")
    receipt = _receipt(places.till_data, order.sale_no) if order.state == "paid" else None
    return Timeline(
        order_no=order_no,
        merchant=identity.merchant,
        till=identity.number,
        amount=order.amount,
        currency=order.currency,
        platform=order.platform,
        platform_ref=order.platform_ref or None,
        steps=(*steps, receipt) if isinstance(receipt, Step) else steps,
        notes=(stands, receipt, *read) if isinstance(receipt, Note) else (stands, *read),
    )


def _step(row: JournalRow, note: Noted, order_no: str, order: Order | None) -> Step:
    from pos_tui.diagnostics.timeline import Step

    what, point = _told(note, order_no, order)
    return Step(at=row.at, source="till", what=what, point=point)


def _told(note: Noted, order_no: str, order: Order | None) -> tuple[str, Point]:
    """What a note of the journal says to the technician."""
    detail = note.detail.removeprefix(order_no).strip()
    match note.what:
        case "order drafted" if order is not None:
            worth = format_amount(order.amount, Currency.of(order.currency))
            return f"order written: {worth} {order.currency}, {order.masked_code}", "drafted"
        case "order sent":
            return "order sent", ""
        case "order pending":
            return "the customer has to confirm", ""
        case "order unknown":
            return "no clear answer", ""
        case "paid":
            match detail.removeprefix(f"wallet {order_no}").split():
                case ["redis", message]:
                    return f"paid, told by Redis (message {message})", "told"
                case ["gateway"]:
                    return "paid, told by the gateway", "paid"
            return "paid; the journal does not say who told it", "paid"
    return f"{note.what}: {detail}" if detail else note.what, ""


def _receipt(data: Path, sale_no: int) -> Step | Note:
    from pos_tui.diagnostics.timeline import Note, Step

    path = data / "receipts" / f"{sale_no:06d}.json"
    try:
        written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError:
        return Note("till", f"its sale is paid, but the receipt {path} is not there")
    return Step(at=written, source="till", what=f"receipt {path.name} written")


TRACE = Command(
    "trace",
    "One order from the till's journal through gateway and log to Redis, with the milliseconds.",
    "pos-tui trace 26112222461001N3VEYEPH --with till.json",
    _arguments,
    _run,
)
