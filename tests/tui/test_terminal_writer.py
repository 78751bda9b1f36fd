"""The till never waits for a terminal: one that hangs misses frames, one that is gone ends it."""

from __future__ import annotations

import threading
import time

import pytest

from pos_tui.tui.terminal_writer import TerminalWriter


class Terminal:
    """Takes what is written, once it reads; or is gone."""

    def __init__(self):
        self.reads = threading.Event()
        self.is_gone = False
        self.shown: list[str] = []

    def write(self, text):
        assert self.reads.wait(30)
        if self.is_gone:
            raise OSError(5, "Input/output error")
        self.shown.append(text)

    def flush(self):
        pass


@pytest.fixture
def terminal():
    terminal = Terminal()
    yield terminal
    terminal.reads.set()


@pytest.fixture
def writer(terminal):
    writer = TerminalWriter(terminal)
    writer.start()
    yield writer
    terminal.reads.set()
    writer.stop()


def test_a_terminal_that_reads_gets_all(terminal, writer):
    terminal.reads.set()
    for number in range(20):
        writer.write(str(number))
    writer.stop()
    assert terminal.shown == [str(number) for number in range(20)]


def test_a_terminal_that_hangs_is_not_waited_for_and_gets_the_whole_afterwards(terminal, writer):
    caught_up = threading.Event()
    writer.caught_up = caught_up.set
    for number in range(500):
        writer.write(str(number))
    assert not terminal.shown
    assert not caught_up.is_set()
    terminal.reads.set()
    assert caught_up.wait(10)
    assert terminal.shown == [str(number) for number in range(len(terminal.shown))]
    assert len(terminal.shown) < 500


def test_a_terminal_that_is_gone_is_said_once_and_written_to_no_more(terminal, writer):
    gone = []
    writer.gone = lambda: gone.append(1)
    for number in range(500):
        writer.write(str(number))
    terminal.is_gone = True
    terminal.reads.set()
    writer.join(10)
    assert gone == [1]
    for _ in range(500):
        writer.write("more")
    writer.stop()
    assert not terminal.shown


def test_the_end_does_not_wait_for_ever(terminal, monkeypatch):
    monkeypatch.setattr("pos_tui.tui.terminal_writer._LAST_WORDS_S", 0.05)
    writer = TerminalWriter(terminal)
    writer.start()
    for number in range(500):
        writer.write(str(number))
    began = time.monotonic()
    writer.stop()
    assert time.monotonic() - began < 20
    assert writer.is_alive()
