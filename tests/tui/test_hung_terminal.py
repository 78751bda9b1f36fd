"""A terminal that stops reading, as over a line that hangs: the till goes on, and ends with it."""

import os
import sys
import time

import pytest

from tests.tui.terminal import Terminal

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it has no pseudo-terminals")


@pytest.fixture
def hung(tmp_path):
    """A till whose terminal has not read for more frames than anything keeps."""
    settings = tmp_path / "till.toml"
    settings.write_text('[shop]\nname = "Corner Market"\n')
    terminal = Terminal(["--settings", str(settings), "--data", str(tmp_path / "data")])
    terminal.wait_for("no payment yet")
    for _ in range(60):
        for key in (b"\x1bOP", b"\x1b"):  # the help, some 3,000 characters, and back
            os.write(terminal.child.child_fd, key)
            time.sleep(0.1)
    yield terminal
    terminal.child.close(force=True)


def test_a_terminal_that_reads_again_shows_what_is_so_now(hung):
    os.write(hung.child.child_fd, b"\x1b")
    time.sleep(0.2)
    os.write(hung.child.child_fd, b"4006")
    hung.wait_for("▸ 4006")
    shown = hung.look()
    assert "Corner Market" in shown
    assert "no payment yet" in shown
    assert "F12 Void" in shown
    assert hung.leave() == 0


def test_a_till_ends_with_its_terminal_though_nobody_had_read_for_long(hung):
    hung.child.ptyproc.close(force=False)
    until = time.monotonic() + 30
    while hung.child.ptyproc.isalive() and time.monotonic() < until:
        time.sleep(0.1)
    assert not hung.child.ptyproc.isalive()
