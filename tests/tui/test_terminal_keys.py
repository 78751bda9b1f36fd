"""What a terminal sends: no key and no scan is lost, nothing is typed that was not typed."""

from itertools import pairwise

import pytest
import textual.constants
from hypothesis import given
from hypothesis import strategies as st
from textual import events

from pos_tui.devices.scanners.keystrokes import KeystrokeScanner, Rhythm
from pos_tui.devices.scanners.scanner import Scanned
from pos_tui.tui.terminal_keys import TerminalParser

CODE = "5449000000996"
UNKNOWN = (
    "\x1b[99;5u", "\x1b[57441;1:3u", "\x1b[1114999999u", "\x1b[?1;2c", "\x1b[>0;276;0c",
    "\x1b[27;5;13~", "\x1b[201~", "\x1bOz", "\x1bO5z", "\x1b[I", "\x1b[O", "\x1b[<0;12;7M",
    "\x1b[<35;1;1m", "\x1b[M !!", "\x1b[12;40R", "\x1b[?2026;2$y", "\x1bP>|a term 1\x1b\\",
    "\x1b]10;rgb:ffff/ffff/ffff\x07", "\x1b]11;rgb:0/0/0\x1b\\", "\x1b_Gi=31;OK\x1b\\",
)  # fmt: skip
KNOWN = {
    "\x1b[A": "<up>", "\x1bOB": "<down>", "\x1bOP": "<f1>", "\x1bOx": "8", "\x1b[[A": "<f1>",
    "\x1b[3~": "<delete>", "\x1b[3$": "<shift+delete>", "\x1bh": "<alt+h>", "\x1bf": "<alt+f>",
    "\x1bk": "<escape>k", "\x1b5": "<escape>5", "\x1b+": "<escape>+", "\x1bK": "<escape>K",
    "\x1b\x1b[A": "<escape><up>", f"\x1b{CODE}\r": f"<escape>[{CODE}]",
    f"\x1b]C1{CODE}\r": f"<escape>[]C1{CODE}]", f"\x1b[200~{CODE}\r\x1b[201~": f"paste:{CODE}\r",
    f"\x1b[200~\x1b[31m{CODE}\x1b[201~": f"paste:\x1b[31m{CODE}",
}  # fmt: skip


@pytest.fixture(autouse=True, scope="module")
def a_till_asks_no_terminal_for_kitty_keys():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(textual.constants, "DISABLE_KITTY_KEY", True)
        yield


class Line:
    """A line to a terminal; what comes of it is text, with keys in angle brackets and scans in
    square ones.
    """

    def __init__(self):
        self.parser = TerminalParser({"alt+h", "alt+f"}.__contains__)
        self.scanner: KeystrokeScanner[events.Key] = KeystrokeScanner(Rhythm())
        self.at = 100.0
        self.came = self.typed = ""

    def send(self, *pieces):
        for piece in filter(None, pieces):
            self._take(self.parser.feed(piece))
        return self

    def rest(self):
        """Nothing comes for a while, which the driver notices."""
        self.at += 5
        if self.parser._timeout_time is not None:
            self.parser._timeout_time = 0.0
            self._take(self.parser.tick())
        self._show(self.scanner.release())
        return self

    def _take(self, messages):
        for message in messages:
            if isinstance(message, events.Key):
                fed = self.scanner.feed(message, message.key, message.character, self.at)
                self._show(fed)
            elif isinstance(message, events.Paste):
                self.came += f"paste:{message.text}"

    def _show(self, out):
        for each in out:
            if isinstance(each, Scanned):
                self.came += f"[{each.text}]"
                self.typed += each.text
            elif each.character and each.character.isprintable() and "+" not in each.key:
                self.came += each.character
                self.typed += each.character
            else:
                self.came += f"<{each.key}>"


@pytest.mark.parametrize("sequence", UNKNOWN)
def test_a_sequence_that_nobody_knows_is_left_out_whole_wherever_it_is_cut(sequence):
    for cut in range(len(sequence) + 1):
        assert Line().send("7", sequence[:cut], sequence[cut:], "8").rest().came == "78"


@pytest.mark.parametrize(("sent", "came"), KNOWN.items())
def test_a_key_is_a_key_wherever_it_is_cut(sent, came):
    for cut in range(len(sent) + 1):
        assert Line().send(sent[:cut], sent[cut:]).rest().came == came


def test_esc_alone_is_esc_and_what_is_typed_later_is_typed():
    assert Line().send("\x1b").rest().send("[").rest().send("\x1bO").rest().came == (
        "<escape>[<escape>O"
    )


def test_half_a_sequence_is_no_text_and_the_scan_after_it_is_whole():
    for half in ("\x1b[99;", "\x1b[<0;1", "\x1b[?"):
        assert Line().send(half).rest().send(f"{CODE}\r").came == f"[{CODE}]"
        assert Line().send(f"{half}\r", f"{CODE}\r").rest().came == f"<enter>[{CODE}]"


def test_a_paste_without_its_end_does_not_swallow_the_scans_after_it():
    line = Line().send(f"\x1b[200~{CODE}").rest().send(f"{CODE}\r")
    assert line.came == f"paste:{CODE}[{CODE}]"


typed = st.text("0123456789*+.xyzOM~u", min_size=1, max_size=3)
pieces = st.one_of(
    typed.map(lambda text: (text, text)),
    st.text("0123456789ABC-.", min_size=6, max_size=20).map(
        lambda text: (f"{text}\r", f"[{text}]")
    ),
    st.sampled_from(UNKNOWN).map(lambda sequence: (sequence, "")),
    st.sampled_from(sorted(KNOWN)).map(lambda sent: (sent, KNOWN[sent])),
    st.just(("\r", "<enter>")),
)


@given(st.lists(st.tuples(pieces, st.lists(st.integers(0, 40), max_size=3)), max_size=12))
def test_no_key_and_no_scan_is_lost_and_nothing_is_typed_that_was_not(sent):
    line = Line()
    for (text, _), cuts in sent:
        edges = sorted({0, len(text), *(min(cut, len(text)) for cut in cuts)})
        line.send(*(text[a:b] for a, b in pairwise(edges))).rest()
    assert line.came == "".join(came for (_, came), _ in sent)


@given(st.lists(st.text("\x1b[]O?<;:0159AMP~$\\\x07\r\t\x1dé_", max_size=12), max_size=8))
def test_whatever_comes_nothing_is_invented_and_the_next_scan_is_whole(noise):
    line = Line().send(*noise).rest().rest()
    left = iter("".join(noise))
    assert all(character in left for character in line.typed), line.typed
    assert line.send(f"{CODE}\r").rest().came.endswith(f"[{CODE}]")
