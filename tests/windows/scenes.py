"""Scenes of a shop's day on Windows; each takes a machine and an empty folder, and asserts."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.windows.machine import HERE, Console, Ended, WindowsMachine, on_windows

COLA, SPREAD = "5449000000996", "3017620422003"
PAYMENT_CODE = "134857901234567890"
GOODS = f"code,name,price\n{COLA},可乐 330 ml,3.50\n{SPREAD},榛子酱,32.90\n"
SETTINGS = '[shop]\nname = "Corner Market"\n'
ENCODING = {"escpos": "gb18030"}
"""How a printer's bytes are written; everything else is UTF-8."""

Scene = Callable[[WindowsMachine, Path], None]


def _shop(machine: WindowsMachine, folder: Path) -> list[str]:
    """A till with two goods; the options that open it."""
    (folder / "goods.csv").write_text(GOODS, encoding="utf-8")
    (folder / "till.toml").write_text(SETTINGS, encoding="utf-8")
    options = _options(folder)
    done = machine.till("import", *options, on_windows(folder / "goods.csv"))
    assert done.code == 0, done
    return options


def _options(folder: Path) -> list[str]:
    return [
        "--settings", on_windows(folder / "till.toml"),
        "--data", on_windows(folder / "数据 1"),
    ]  # fmt: skip


def _last(done: Ended, event: str) -> dict[str, object]:
    """The last event of this kind; fails with all that was written."""
    found = [each for each in done.events if each["event"] == event]
    assert found, done
    return found[-1]


def cash_sale(machine: WindowsMachine, folder: Path) -> None:
    """Goods come in, a sale is paid in cash, and every command about it answers."""
    options = _shop(machine, folder)
    done = machine.till("sell", *options, "2*", COLA, SPREAD, "cash 50")
    assert done.code == 0, done
    assert _last(done, "total")["total"] == 3990, done
    assert "可乐" in done.out
    piped = machine.till("sell", *options, "-", text=f"{COLA}\ncash 5\n".encode())
    assert piped.code == 0, piped
    for command, words in (
        (("explain", "1"), "榛子酱"),
        (("receipt", "1", "--as", "text"), "可乐"),
        (("receipt", "1", "--as", "escpos"), "可乐"),
        (("journal", "verify"), ""),
        (("offers", "list"), ""),
    ):
        answer = machine.till(*command, *options)
        assert answer.code == 0, answer
        assert words.encode(ENCODING.get(command[-1], "utf-8")) in answer.written, answer
    assert machine.till("sell", *options, COLA).code == 3


def doctor(machine: WindowsMachine, folder: Path) -> None:
    """The technician's look at a till without a gateway."""
    done = machine.till("doctor", *_shop(machine, folder), "--json")
    assert done.code in {0, 1}, done
    assert done.events[0]["checks"], done


def wallet_sale(machine: WindowsMachine, folder: Path) -> None:
    """A sale by wallet through the embedded cloud, told by Redis."""
    data = ["--data", on_windows(folder / "demo")]
    done = machine.till("sell", "--demo", *data, COLA, PAYMENT_CODE)
    assert done.code == 0, done
    assert _last(done, "paid"), done
    assert _last(done, "receipt"), done
    _nothing_left(machine)


def whole_demo(machine: WindowsMachine, folder: Path) -> None:
    """The demo at the screen: a scan, a wallet, told by Redis; leaving ends every server."""
    console = machine.console("demo", "--data", on_windows(folder / "demo"), "--language", "en")
    console.wait_for("Demo: press Space")
    console.type(f"{COLA}\r")
    console.wait_for("Cola 330 ml")
    console.type(f"{PAYMENT_CODE}\r")
    console.wait_for("told by Redis")
    assert console.leave() == 0
    _nothing_left(machine)


def resume_after_a_power_cut(machine: WindowsMachine, folder: Path) -> None:
    """A list that was open when the till was killed is there at the next start."""
    options = [*_shop(machine, folder), "--language", "en"]
    console = machine.console(*options)
    console.wait_for("scan or type a code")
    console.type(f"{COLA}\r")
    console.wait_for("可乐")
    console.type(f"{SPREAD}\r")
    console.wait_for("2 items")
    console.cut_power()
    machine.switch_off()
    console = machine.console(*options)
    console.wait_for("榛子酱")
    console.type("+")
    console.wait_for("36.40")
    console.type("50\r")
    console.wait_for("13.60")
    assert console.leave() == 0


def the_same_picture(machine: WindowsMachine, folder: Path) -> None:
    """A sale in cash looks as it does on this system, row by row, the clock apart."""
    options = _shop(machine, folder)
    here = [option.removeprefix("Z:").replace("\\", "/") for option in options]
    rows = _rows_of_a_sale(machine.console(*options, "--language", "en"))
    there = folder / "数据 1"
    there.rename(folder / "windows")
    command = [sys.executable, "-m", "pos_tui"]
    goods = str(folder / "goods.csv")
    subprocess.run([*command, "import", *here, goods], check=True, capture_output=True)
    console = Console([*command, *here, "--language", "en"], on_terminal=True)
    expected = _rows_of_a_sale(console)
    assert rows[1:] == expected[1:], "\n".join(["Windows:", *rows, "here:", *expected])
    assert rows[0][:60] == expected[0][:60]


def _rows_of_a_sale(console: Console) -> list[str]:
    console.wait_for("scan or type a code")
    for scan in (COLA, SPREAD, "4061458000024"):
        console.type(f"{scan}\r")
        console.wait_for(scan if scan.startswith("40") else {COLA: "可乐", SPREAD: "榛子酱"}[scan])
    rows = console.wait_for("2 items")
    assert console.leave() == 0
    return rows


def set_up_from_a_stick(machine: WindowsMachine, folder: Path) -> None:
    """`setup.cmd` in a folder of any name, without make; then what it made starts the program."""
    stick = _stick(folder)
    done = machine.command_line("setup.cmd nothing", stick, **NO_PIP_SETTINGS)
    assert done.code == 0, done
    decoded = machine.command_line(f"pos_tui.cmd decode {COLA}", stick)
    assert "05449000000996" in decoded.out, decoded
    refused = machine.command_line("setup.cmd rubbish", stick, **NO_PIP_SETTINGS)
    assert refused.code == 2, refused


def set_up_without_a_network(machine: WindowsMachine, folder: Path) -> None:
    """The packages from a folder `wheels`, made as the manual says; and with one of them away."""
    stick = _stick(folder)
    filled = "python -m pip wheel --quiet --wheel-dir wheels .[demo,voice]"
    done = machine.command_line(filled, stick, **NO_PIP_SETTINGS)
    assert done.code == 0, done
    (missing,) = (stick / "wheels").glob("textual-*")
    missing.rename(stick / missing.name)
    alone = {**NO_PIP_SETTINGS, "PIP_INDEX_URL": "http://127.0.0.1:9/simple"}
    done = machine.command_line("setup.cmd nothing", stick, **alone)
    assert (done.code, "Traceback" in done.err) == (2, False), done
    assert "Every package must be in wheels." in done.err, done
    (stick / missing.name).rename(missing)
    done = machine.command_line("setup.cmd nothing", stick, **alone)
    assert done.code == 0, done
    decoded = machine.command_line(f"pos_tui.cmd decode {COLA}", stick)
    assert "05449000000996" in decoded.out, decoded


def set_up_that_cannot_be(machine: WindowsMachine, folder: Path) -> None:
    """`setup.cmd` alone, without a Python, without a network: a sentence and 2 each time."""
    stick = _stick(folder)
    without_python = f"set PATH={WINDOWS}&& setup.cmd nothing"
    done = machine.command_line(without_python, stick, **NO_PIP_SETTINGS)
    assert (done.code, done.err) == (2, ""), done
    assert "needs Python 3.11 or later" in done.out, done
    alone = folder / "下载 1"
    alone.mkdir()
    shutil.copy(stick / "setup.cmd", alone)
    done = machine.command_line("setup.cmd nothing", alone, **NO_PIP_SETTINGS)
    assert (done.code, done.err) == (2, ""), done
    assert "Unpack the whole archive" in done.out, done
    offline = {**NO_PIP_SETTINGS, "PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "0"}
    done = machine.command_line("setup.cmd nothing", stick, **offline)
    assert (done.code, "Traceback" in done.err) == (2, False), done
    assert "It needs a network once." in done.err, done


WINDOWS = r"C:\windows\system32;C:\windows"
NO_PIP_SETTINGS = {
    "PIP_CONFIG_FILE": "nul",
    "PIP_CERT": "",
    "PIP_FIND_LINKS": "",
    "POS_TUI_QUIET": "1",
}


def _stick(folder: Path) -> Path:
    """A folder with what the checkout holds."""
    stick = folder / "店 1"
    left_out = shutil.ignore_patterns(".git", ".venv*", ".*_cache", "__pycache__", ".hypothesis")
    shutil.copytree(HERE, stick, ignore=left_out)
    return stick


def _nothing_left(machine: WindowsMachine) -> None:
    until = time.monotonic() + machine.seconds_left(20)
    while machine.processes() and time.monotonic() < until:
        time.sleep(0.2)
    assert not machine.processes(), "servers are left running"


SHORT_FORM = ("cash sale", "doctor", "wallet sale")
"""The scenes for each change; the others are of the screen, or long."""

FULL_FORM = {
    "set-up from a stick": ("3.11",),
    "set-up without a network": ("3.11",),
    "set-up that cannot be": ("3.11",),
}
"""The Pythons that a scene can be played on, where not on all: a newer one's venv asks Wine 8.0 for
CopyFile2, which it has not."""

SCENES: dict[str, Scene] = {
    "cash sale": cash_sale,
    "doctor": doctor,
    "wallet sale": wallet_sale,
    "whole demo": whole_demo,
    "resume after a power cut": resume_after_a_power_cut,
    "the same picture": the_same_picture,
    "set-up from a stick": set_up_from_a_stick,
    "set-up without a network": set_up_without_a_network,
    "set-up that cannot be": set_up_that_cannot_be,
}
