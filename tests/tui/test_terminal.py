"""The whole program on a real terminal: keys and scans as bytes, the screen as it is drawn."""

import os
import re
import select
import shlex
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

pytest.importorskip("pty", reason="there are no pseudo-terminals on Windows")
pexpect = pytest.importorskip("pexpect")
termios = pytest.importorskip("termios")

from pos_tui.books import Books  # noqa: E402
from pos_tui.books.catalogue.product_import import import_products  # noqa: E402
from pos_tui.books.catalogue.products import ProductRow  # noqa: E402
from pos_tui.books.connection import open_connection  # noqa: E402
from tests.campaign.scans import trial  # noqa: E402
from tests.tui.terminal import Terminal  # noqa: E402


@pytest.fixture
def shop(tmp_path):
    """A settings file and a data folder with a hundred products."""
    settings = tmp_path / "till.toml"
    settings.write_text('[shop]\nname = "Pty Shop"\n[till]\nnumber = "07"\n')
    data = tmp_path / "data"
    books = Books(data)
    rows = [ProductRow(f"H{n:05d}", f"Item {n:05d}", 100) for n in range(500)]
    books.write(lambda c: import_products(c, rows)).result()
    books.close()
    return ["--settings", str(settings), "--data", str(data)], data


def journalled(data):
    connection = open_connection(data / "books.db")
    codes = [
        row[0]
        for row in connection.execute(
            "SELECT json_extract(CAST(body AS TEXT), '$.line.item.code') FROM journal"
            " WHERE kind = 'line' ORDER BY seq"
        )
    ]
    connection.close()
    return codes


@pytest.mark.parametrize(("gap_ms", "scans"), [(0, 150), (1, 100), (5, 60), (20, 30)])
def test_every_scan_is_sold_once_and_in_order_at_any_speed_and_between_typing(gap_ms, scans):
    came = trial(gap_ms, scans)
    assert came.sent == scans
    assert (came.lost, came.invented) == (0, 0)
    assert came.in_order


@pytest.mark.parametrize("gap_ms", [0, 5])
def test_no_scan_is_lost_when_the_machine_or_the_line_stands_still(gap_ms):
    came = trial(gap_ms, 30, stalls=True)
    assert (came.sent, came.lost, came.invented) == (30, 0, 0)
    assert came.in_order


def test_a_scan_made_while_the_till_starts_is_kept(shop):
    arguments, data = shop
    terminal = Terminal(arguments)
    terminal.wait_for("starting")
    terminal.send("H00001\rH00002\r")
    terminal.wait_for("2 items")
    terminal.wait_for("Item 00001")
    terminal.wait_for("Item 00002")
    terminal.leave()
    assert journalled(data) == ["H00001", "H00002"]


def test_slow_typing_flows_into_the_scan_line_and_a_paste_is_a_scan(shop):
    arguments, _ = shop
    terminal = Terminal(arguments)
    terminal.wait_for("scan or type a code")
    for typed in ("H", "H0", "H00", "H000", "H0000", "H00003"):
        terminal.send(typed[-1])
        terminal.wait_for(f"▸ {typed}")
    assert "0 items" in terminal.look()
    terminal.send("\r")
    terminal.wait_for("1 item ")
    terminal.send("\x1b[200~H00004\x1b[201~")
    terminal.wait_for("2 items")
    terminal.leave()


def test_escapes_on_a_real_line_are_keys_or_nothing_and_the_scan_behind_one_is_whole(shop):
    arguments, data = shop
    terminal = Terminal(arguments)
    terminal.wait_for("scan or type a code")
    terminal.send("\x1b[99;5u\x1bOz\x1b[<0;9;9M\x1bH00004\r")
    terminal.wait_for("1 item ")
    terminal.send("\x1b[99;")
    terminal.send("5uH00005\r")
    terminal.wait_for("2 items")
    assert "99" not in terminal.look()
    terminal.leave()
    assert journalled(data) == ["H00004", "H00005"]


def test_a_scanner_that_ends_with_cr_lf_sells_once_and_confirms_nothing(shop):
    arguments, data = shop
    terminal = Terminal(arguments)
    terminal.wait_for("scan or type a code")
    terminal.send("H00005\r\nH00006\r\n")
    terminal.wait_for("2 items")
    terminal.leave()
    assert journalled(data) == ["H00005", "H00006"]


ODD_NAMES = [
    "ไทย ที่รัก น้ำ",
    "👨\u200d👩\u200d👧\u200d👦 family pack",
    "👍🏽",
    "हिन्दी काजू",
    "Zero\u200bwidth\u200d\u2060 name",
    "\ufeffBOM",
    "Milk \x1b[2J\x1b]0;owned\x07 \x9b2J",
    "\u202eRTL override txet",
    "Tab\tand\r\nline",
]


@pytest.mark.parametrize("columns", [80, 120])
def test_no_name_moves_the_frame_or_steers_the_terminal(shop, columns):
    arguments, data = shop
    books = Books(data)
    rows = [ProductRow(f"Z{n}", name, 100) for n, name in enumerate(ODD_NAMES)]
    books.write(lambda c: import_products(c, rows)).result()
    books.close()
    terminal = Terminal(arguments, columns=columns)
    terminal.wait_for("scan or type a code")
    for n, _ in enumerate(ODD_NAMES):
        terminal.send(f"Z{n}\r")
        terminal.wait_for(f"{n + 1} item")

    lines = [terminal.screen.buffer[y] for y in range(2, 3 + len(ODD_NAMES))]
    cells = [[line[x].data for x in range(columns)] for line in lines]
    edges = [[x for x, cell in enumerate(row) if cell == "│"][:2] for row in cells]
    right = [[x for x, cell in enumerate(row) if cell and cell in "│╮╯"][-1] for row in cells]

    assert all(edge == edges[0] for edge in edges), terminal.look()
    assert set(right) == {columns - 1}, terminal.look()
    assert "Milk [2J" in terminal.look()
    assert "\x1b]0;owned" not in terminal.written
    assert not re.search("[\x80-\x9f\u200b\u202e\ufeff]", terminal.written)
    assert terminal.leave() == 0


def test_a_killed_till_gives_its_list_back(shop):
    arguments, data = shop
    terminal = Terminal(arguments)
    terminal.wait_for("scan or type a code")
    terminal.send("H00007\rH00008\r")
    terminal.wait_for("2 items")
    until = time.monotonic() + 60
    while journalled(data) != ["H00007", "H00008"]:  # the books are written after the screen
        assert time.monotonic() < until
        time.sleep(0.1)
    os.kill(terminal.child.pid, signal.SIGKILL)
    terminal.child.wait()
    again = Terminal(arguments)
    again.wait_for("goes on where it was")
    assert "2 items" in again.look()
    again.leave()


def test_a_till_that_was_stopped_and_goes_on_reads_every_key_once_and_can_be_left(shop):
    arguments, data = shop
    terminal = Terminal(arguments)
    terminal.wait_for("scan or type a code")
    os.kill(terminal.child.pid, signal.SIGSTOP)
    os.kill(terminal.child.pid, signal.SIGCONT)
    for number in range(100, 120):
        terminal.send(f"H00{number}\r")
        terminal.wait_for(f"Item 00{number}")
    assert terminal.leave() == 0
    assert journalled(data) == [f"H00{number}" for number in range(100, 120)]


def test_a_second_start_of_the_same_till_says_that_it_runs(shop):
    arguments, _ = shop
    first = Terminal(arguments)
    first.wait_for("scan or type a code")
    second = Terminal(arguments)
    second.wait_for("This till already runs")
    second.child.wait()
    assert second.child.exitstatus == 2
    first.leave()


def test_the_terminal_is_handed_back_as_it_was(shop):
    arguments, data = shop
    till = shlex.join([sys.executable, "-m", "pos_tui", *arguments])
    script = f"cd {data}; stty -a > before; {till}; stty -a > after"
    terminal = Terminal([], command=("/bin/sh", ["-c", script]))
    terminal.wait_for("scan or type a code")
    assert terminal.leave() == 0
    assert (data / "before").read_text() == (data / "after").read_text()


def test_the_demo_is_one_key_away_from_a_sale_and_leaving_ends_all_that_it_started(tmp_path):
    terminal = Terminal(["demo", "--data", str(tmp_path / "demo")])
    terminal.wait_for("press Space")
    terminal.wait_for("pay ● push ●")
    for _ in range(5):
        terminal.send(" ")
        time.sleep(0.2)
    terminal.wait_for("French bread")
    while "nothing expired" not in terminal.look():
        time.sleep(1)  # an Enter too soon after the warning confirms nothing
        terminal.send("\r")
    for _ in range(3):
        terminal.send(" ")
        time.sleep(0.2)
    terminal.wait_for("Sale 000001 is paid")
    terminal.wait_for("● receipt")
    started = children_of(terminal.child.pid)
    assert len(started) >= 5
    assert terminal.leave() == 0
    assert not [pid for pid in started if alive(pid)]


def test_a_killed_demo_leaves_no_server_behind(tmp_path):
    terminal = Terminal(["demo", "--data", str(tmp_path / "demo")])
    terminal.wait_for("pay ● push ●")
    started = children_of(terminal.child.pid)
    os.kill(terminal.child.pid, signal.SIGKILL)
    terminal.child.wait()
    until = time.monotonic() + 60
    while time.monotonic() < until and any(map(alive, started)):
        time.sleep(0.1)
    assert not [pid for pid in started if alive(pid)]


def children_of(pid):
    """Every process that this one has started, and that those have started."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(folder.name)] = int(fields[1])
    found = [child for child, parent in parents.items() if parent == pid]
    return found + [grand for child in found for grand in children_of(child)]


def alive(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_a_damaged_page_is_said_on_the_screen_and_the_till_sells_on(shop):
    arguments, data = shop
    with closing(open_connection(data / "books.db")) as connection:
        pages = [
            int(str(number))
            for (number,) in connection.execute(
                "SELECT pageno FROM dbstat WHERE name = 'products' AND pagetype = 'leaf'"
                " ORDER BY pageno"
            )
        ]
    content = bytearray((data / "books.db").read_bytes())
    content[(pages[-1] - 1) * 4096 + 2000] ^= 1
    (data / "books.db").write_bytes(content)
    terminal = Terminal(arguments)
    terminal.wait_for("scan or type a code")
    terminal.send("H00001\r")
    terminal.wait_for("1 item ")
    terminal.send("H00499\r")
    terminal.wait_for("are damaged")
    terminal.send("H00002\r")
    terminal.wait_for("2 items")
    assert terminal.leave() == 0
    assert journalled(data) == ["H00001", "H00002"]


_DRAWS_NO_MORE = """
from pos_tui.__main__ import main
from pos_tui.tui.panes.settlement import SettlementPane

def show_change(self, *_):
    self.render_line = lambda y: 1 / 0
    self.refresh()

SettlementPane.show_change = show_change
raise SystemExit(main({arguments}))
"""


def test_a_screen_that_cannot_be_drawn_lets_no_scan_into_the_shell(shop):
    arguments, data = shop
    program = _DRAWS_NO_MORE.format(arguments=arguments)
    terminal = Terminal(arguments, command=(sys.executable, ["-c", program]))
    terminal.wait_for("scan or type a code")
    terminal.send("H00001\r")
    terminal.wait_for("The screen had to stop")
    terminal.send("H00002\r")
    time.sleep(0.3)
    shown = terminal.look()
    assert "H00002" not in shown
    assert "Traceback" not in shown
    assert terminal.child.isalive()
    terminal.send("\x03")
    terminal.child.expect(pexpect.EOF, timeout=60)
    terminal.child.wait()
    assert terminal.child.exitstatus == 1
    assert "ZeroDivisionError" in (data / "faults.log").read_text()


@pytest.mark.parametrize("how", [signal.SIGHUP, signal.SIGTERM])
def test_a_signal_in_the_first_moments_gives_the_terminal_back(shop, how):
    first, second = os.openpty()
    before = termios.tcgetattr(second)
    arguments = [sys.executable, "-m", "pos_tui", *shop[0]]
    till = subprocess.Popen(arguments, stdin=second, stdout=second, stderr=second)
    written = b""
    while b"starting" not in written:
        written += os.read(first, 4096)
    till.send_signal(how)
    until = time.monotonic() + 30
    while till.poll() is None and time.monotonic() < until:
        if select.select([first], [], [], 0.1)[0]:
            written += os.read(first, 65536)
    till.wait(10)
    while select.select([first], [], [], 0.1)[0]:
        written += os.read(first, 65536)
    assert termios.tcgetattr(second) == before
    assert b"\x1b[?1049l\x1b[?25h" in written
    assert b"Traceback" not in written
    os.close(second)
    os.close(first)


@pytest.mark.parametrize("how", [signal.SIGHUP, signal.SIGTERM])
def test_a_till_that_is_asked_to_end_gives_the_terminal_back_and_keeps_its_list(shop, how):
    arguments, _ = shop
    terminal = Terminal(arguments)
    terminal.wait_for("scan or type a code")
    terminal.send("H00001\rH00002\r")
    terminal.wait_for("2 items")
    os.kill(terminal.child.pid, how)
    terminal.child.expect(pexpect.EOF, timeout=20)
    terminal.child.wait()
    assert terminal.child.exitstatus == 0
    assert "Traceback" not in terminal.written + terminal.child.before
    assert "\x1b[?1049l" in terminal.child.before
    again = Terminal(arguments)
    again.wait_for("2 items")
    assert again.leave() == 0


def test_a_till_whose_window_is_closed_ends_by_itself_and_keeps_its_list(shop):
    arguments, _ = shop
    terminal = Terminal(arguments)
    terminal.wait_for("scan or type a code")
    terminal.send("H00003\r")
    terminal.wait_for("1 item ")
    terminal.child.ptyproc.fileobj.close()
    _, status = os.waitpid(terminal.child.pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    again = Terminal(arguments)
    again.wait_for("1 item ")
    assert again.leave() == 0


def test_a_payment_under_way_is_asked_for_after_a_shutdown(tmp_path):
    arguments = ["demo", "--data", str(tmp_path / "demo")]
    terminal = Terminal(arguments)
    terminal.wait_for("pay ● push ●")
    terminal.send(" ")
    terminal.wait_for("1 item ")
    terminal.send(f"13{time.time_ns() % 10**12:012d}9003\r")
    terminal.wait_for("The customer is")
    os.kill(terminal.child.pid, signal.SIGTERM)
    terminal.child.expect(pexpect.EOF, timeout=20)
    terminal.child.wait()
    assert terminal.child.exitstatus == 0
    assert "Traceback" not in terminal.written + terminal.child.before
    again = Terminal(arguments)
    again.wait_for("Paid", seconds=30)
    again.leave()
