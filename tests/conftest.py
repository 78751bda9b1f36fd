"""What the tests share: a shop to sell in, a clock that stands still, a printer that remembers."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import functools
import gc
import importlib
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Generator, Iterator
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import Phase
from hypothesis import settings as hypothesis_settings

from pos_tui.books import Books
from pos_tui.books.books import FILE_NAME
from pos_tui.books.catalogue.offers import put_offer
from pos_tui.books.catalogue.product_import import import_products
from pos_tui.books.catalogue.products import ProductRow, find_product
from pos_tui.books.stock.lots import put_lot
from pos_tui.checkout import events
from pos_tui.codes import gtin_of
from pos_tui.devices.printers.printer import Delivery, PrinterStatus
from pos_tui.files.owner import make_private_folder, write_for_owner
from pos_tui.pricing.offers import Gives, NForPrice, Offer, PercentOff
from pos_tui.settings import PrinterSettings, ShopSettings, TillIdentity, TillSettings
from pos_tui.till import Till

hypothesis_settings.register_profile("shop", deadline=None)
# For `make mutants` and Windows: quick, and the same each time.
hypothesis_settings.register_profile(
    "few", deadline=None, derandomize=True, max_examples=10, phases=[Phase.generate]
)
hypothesis_settings.load_profile("shop")

# A module stays with one worker: those that wait long begin first, or the others wait for them.
_LONG = (
    "test_fault_matrix.py",
    "test_every_screen.py",
    "test_page_in_browser.py",
    "test_delivery_campaign.py",
    "test_terminal.py",
    "test_making_offers.py",
    "test_offers_screen.py",
    "test_form.py",
    "test_servers_away.py",
    "test_till_started_again.py",
    "test_not_paid.py",
    "test_worker_processes.py",
    "test_commands.py",
    "test_alipay_sdks.py",
    "test_platform_contract.py",
    "test_pictures.py",
    "test_picture_pieces.py",
    "test_picture_screen.py",
    "test_order_service.py",
    "test_relay_in_trouble.py",
    "test_crashes.py",
    "test_serving_on.py",
    "test_demo_cloud.py",
    "test_end_requests.py",
    "test_payment_machine.py",
    "test_evdev.py",
)


def pytest_configure() -> None:
    """Programs that are started get their signals, also where a shell in the background, or nohup,
    has the tests ignore them.
    """
    _write_to_memory()
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if sys.platform != "win32" and signal.getsignal(signal.SIGHUP) == signal.SIG_IGN:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)


def _write_to_memory() -> None:
    """Temporary files go to a disk in memory where there is room; a TMPDIR that is set is kept.

    Books and logs are brought to the disk as often as a shop's, some ten thousand times: most of
    the suite's time was a wait for that. It makes no difference to what is tried here: a process
    that is killed has written what it has written, and no test cuts a disk's power.
    """
    memory = Path("/dev/shm")  # noqa: S108
    if "TMPDIR" in os.environ or sys.platform != "linux" or not os.access(memory, os.W_OK):
        return
    disk = os.statvfs(memory)
    if disk.f_bavail * disk.f_frsize < 2**30 or disk.f_flag & os.ST_NOEXEC:
        return
    os.environ["TMPDIR"] = str(memory)
    tempfile.tempdir = None


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """Collect without looking for garbage, and never look through what was collected again.

    Seven thousand tests are a million objects: looking through them took each worker as long as
    making them, and again with every test that asks for a full collection.
    """
    gc.disable()
    try:
        _import_in_turn(session.config)
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


def _import_in_turn(config: pytest.Config) -> None:
    """Import the modules, each worker beginning at another one.

    In the same order all workers would compile each module at the same time, and none would find
    it compiled: in a fresh checkout that took six times as long as compiling them once.
    """
    worker, workers = (os.environ.get(f"PYTEST_XDIST_WORKER{part}") for part in ("", "_COUNT"))
    folders = [config.invocation_params.dir / argument for argument in config.args]
    if worker is None or workers is None or sys.dont_write_bytecode:
        return
    paths = sorted(path for folder in folders for path in folder.rglob("test_*.py"))
    begin = len(paths) * int(worker.removeprefix("gw")) // int(workers)
    for path in paths[begin:] + paths[:begin]:
        # What cannot be imported is told when its tests are collected.
        with contextlib.suppress(Exception, pytest.skip.Exception):
            name = ".".join(path.relative_to(config.rootpath).with_suffix("").parts)
            importlib.import_module(name)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Bring the long modules to the front; everything else stays in its order."""
    items.sort(key=lambda item: _LONG.index(name) if (name := item.path.name) in _LONG else 99)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave out what is not for this system, with the reason that the test gives."""
    for name, left_out in (
        ("posix_only", sys.platform == "win32"),
        ("not_under_wine", under_wine()),
    ):
        mark = item.get_closest_marker(name)
        if mark and left_out:
            pytest.skip(f"{name}: {mark.args[0]}")


def under_wine() -> bool:
    """Whether this Windows is Wine's."""
    windows = getattr(ctypes, "windll", None)
    return windows is not None and hasattr(windows.ntdll, "wine_get_version")


NOON = datetime(2026, 11, 22, 12, 0, tzinfo=timezone(timedelta(hours=8)))
COLA, SPREAD, MILK = "5449000000996", "3017620422003", "4061458000024"
BREAD, CHICKEN, UNPRICED = "1001", "1002", "1003"

Event = TypeVar("Event")


def platform_folders(folder: Path) -> dict[str, str]:
    """The variables that make a program find its settings and data in this folder's `pos-tui`."""
    names = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "WIN_PD_OVERRIDE_LOCAL_APPDATA")
    return dict.fromkeys(names, str(folder))


@pytest.fixture(autouse=True, scope="session")
def machine_without_a_till(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test sees the settings of the machine that it runs on."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in platform_folders(tmp_path_factory.mktemp("machine")).items():
            patch.setenv(name, value)
        yield


@pytest.fixture
def shared() -> Path:
    """The folder of shared data beside the checkout."""
    folder = Path(__file__).resolve().parents[2] / "shared"
    if not folder.is_dir():
        pytest.skip("the shared data folder is not beside this checkout")
    return folder


class MemoryPrinter:
    """Keeps what was printed; `trouble` makes it refuse."""

    def __init__(self) -> None:
        self.jobs: list[bytes] = []
        self.trouble: Exception | None = None

    def print(self, job: bytes, number: int = 0) -> Delivery:
        if self.trouble is not None:
            raise self.trouble
        self.jobs.append(job)
        return "confirmed"

    def pulse(self, commands: bytes) -> None:
        self.print(commands)

    def status(self) -> PrinterStatus:
        return PrinterStatus(True, "there")


@functools.cache
def _blank_books() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        Books(Path(folder)).close()
        return (Path(folder) / FILE_NAME).read_bytes()


def put_blank_books(data: Path) -> None:
    """Put books without a line into a folder that is new or empty, as Books makes them.

    They are a copy: making all their tables takes longer than most tests.
    """
    if not data.exists() or not any(data.iterdir()):
        make_private_folder(data)
        write_for_owner(data / FILE_NAME, _blank_books(), sync=False)


class Counter:
    """A till without a screen, its books, and everything that it has told."""

    def __init__(
        self, data: Path, settings: TillSettings | None = None, *, has_printer: bool = True
    ) -> None:
        """`printer` keeps what is printed; without one the till shows its receipts."""
        self.data = data
        self.settings = settings or TillSettings(
            shop=ShopSettings(name="Corner Market"),
            till=TillIdentity(cashier="Ada"),
            printer=PrinterSettings(columns=32),
        )
        self.now = NOON
        self.clock: Callable[[], datetime] = lambda: self.now
        self.printer = MemoryPrinter()
        self._has_printer = has_printer
        self.told: list[events.TillEvent] = []
        put_blank_books(data)
        self.books = Books(data)
        self.till: Till

    def stock(self) -> Counter:
        """Put a few goods on the shelves."""
        rows = (
            ProductRow("0" + COLA, "Cola 330 ml", 350, "can"),
            ProductRow("0" + SPREAD, "Hazelnut spread", 3290, "jar"),
            ProductRow("0" + MILK, "Milk 1 l", 1290),
            ProductRow(BREAD, "French bread", 1250),
            ProductRow(CHICKEN, "Roast chicken", 3800, "kg"),
            ProductRow(UNPRICED, "Odd cup", 0),
        )
        self.books.write(lambda c: import_products(c, rows)).result()
        self.offer(COLA, "2 for 6", NForPrice(2, 600))
        self.offer(CHICKEN, "−10 %", PercentOff(Decimal(10)))
        self.lot(BREAD, "B-1", date(2026, 11, 20))
        return self

    def offer(self, code: str, name: str, gives: Gives, limit_total: int | None = None) -> None:
        """Set an offer on one product."""
        term = f"product:{gtin_of(code) or code}"
        self.set_offer(Offer(name=name, gives=gives, on=(term,), limit_total=limit_total))

    def set_offer(self, offer: Offer) -> None:
        self.books.write(lambda c: put_offer(c, offer, self.now)).result()

    def lot(self, code: str, lot: str, expires_on: date) -> None:
        def job(connection):
            product = find_product(connection, gtin_of(code) or code)
            assert product
            put_lot(connection, product.id, lot, expires_on)

        self.books.write(job).result()

    def open(self) -> Counter:
        """Open the till, or open it again after it was stopped."""
        self.make_till(self.told.append).open()
        return self

    def make_till(self, emit: Callable[[events.TillEvent], None]) -> Till:
        """The till of these books, not yet open, for whoever wants its events."""
        self.till = Till(
            self.settings,
            self.data,
            self.books,
            emit,
            lambda: self.clock(),  # noqa: PLW0108 - a test may set another one
            self.printer if self._has_printer else None,
        )
        return self.till

    def power_cut(self) -> None:
        """Stop without a word, then start again on the same folder."""
        self.books.write(lambda _: None).result()
        self.books.close()
        self.told.clear()
        self.books = Books(self.data)
        self.open()

    def remove(self, index: int) -> None:
        """Take the line at this place off the list."""
        self.till.remove_line(self.till.sale.list.lines[index].number)

    def set_quantity(self, index: int, text: str) -> None:
        """Give the line at this place another quantity."""
        self.till.set_quantity(self.till.sale.list.lines[index].number, text)

    def scan(self, *codes: str) -> None:
        for code in codes:
            self.till.scan(code)

    @property
    def total(self) -> int:
        return self.till.sale.list.totals.total

    def all(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.told if isinstance(event, kind)]

    def last(self, kind: type[Event]) -> Event:
        return self.all(kind)[-1]

    async def until(self, kind: type[Event], seconds: float = 60) -> Event:
        """Wait until the till tells an event of this kind."""
        return (await self.until_true(lambda: self.all(kind), seconds))[-1]

    async def until_true(self, condition: Callable[[], Event], seconds: float = 60) -> Event:
        for _ in range(int(seconds * 50)):
            found = condition()
            if found:
                return found
            await asyncio.sleep(0.02)
        raise AssertionError(f"it never came; told: {self.told[-6:]}")


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    """A stocked shop with its till open; cash only."""
    counter = Counter(tmp_path / "till").stock().open()
    yield counter
    counter.books.close()
