"""Who stands at the till: signing on and off by PIN or badge, without leaving the sale."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from pos_tui.codes import PaymentCode
from pos_tui.reasons import Reason, because
from pos_tui.tui.entry import LONGEST_BURST, ScanEntry
from pos_tui.tui.parts.prompt import Prompt

if TYPE_CHECKING:
    from pos_tui.till import Till

FOR_ALL = frozenset(
    (
        "help", "language", "quit", "sign_on",
        "up", "down", "page_up", "page_down", "first_line", "last_line",
    )
)  # fmt: skip
_SELLING = frozenset(
    ("quantity", "discount", "member", "hold", "recall", "void", "pay", "remove", "undo", "find")
)
_MOST_KEPT = 100
_KEPT_S = 120.0


class SigningOn:
    """Asks who is at the till, on the scan line, and keeps acts from whoever has not signed on.

    While nobody has, items that are scanned are kept, and go on the list once somebody signs on: a
    cashier who scans before looking at the screen loses none of them.
    """

    def __init__(
        self,
        till: Till,
        entry: ScanEntry,
        say: Callable[[Reason, str], None],
        ring: Callable[[], None],
        run: Callable[[Coroutine[Any, Any, None]], object],
        changed: Callable[[], None],
        clock: Callable[[], float],
        idle_s: float,
    ) -> None:
        """`say` says a sentence, `ring` rings the bell, `run` does what must wait; `changed` is
        called when somebody else is at the till. After `idle_s` seconds of `clock` without anything
        done whoever is there has left; 0: never.
        """
        self._till = till
        self._entry = entry
        self._say = say
        self._ring = ring
        self._run = run
        self._changed = changed
        self._clock = clock
        self._idle_s = idle_s
        self._kept: list[tuple[float, str]] = []
        self._prompt: Prompt | None = None

    # ---- the key -----------------------------------------------------------------------------

    def begin(self) -> None:
        """Ask who is there, or say that nobody can be."""
        if self._till.staff.nobody_can:
            self._say(because("staff.nobody_yet"), "warning")
        self.look()

    def ask(self) -> None:
        """Ask for a PIN or badge; the key once more signs off who is there."""
        staff = self._till.staff
        if staff.must_sign_on:
            self._ask(because("prompt.sign_on"), again=False)
        elif staff.signed_on:
            self._ask(because("prompt.sign_on_instead", name=staff.signed_on), again=True)
        else:
            self._ask(because("prompt.sign_on"), again=False)

    def _ask(self, label: Reason, *, again: bool) -> None:
        def answer(pin: str) -> None:
            self._entry.ask(prompt)  # what is typed meanwhile is a PIN too
            self._run(self._check(pin))

        prompt = self._prompt = Prompt(
            label,
            answer,
            command="sign_on",
            again=self._sign_off if again else None,
            secret=True,
        )
        self._entry.ask(prompt)

    def _sign_off(self) -> None:
        self._close()
        name = self._till.staff.sign_off()
        self._changed()
        self._say(because("staff.signed_off", name=name), "info")
        self.look()

    # ---- scans and keys ----------------------------------------------------------------------

    def look(self) -> None:
        """Ask who is there where somebody has to be and nobody is."""
        if self._till.staff.must_sign_on and self._entry.asks != "sign_on":
            self.ask()

    def accept_badge(self, code: str) -> None:
        """A badge signs its holder on; it never answers a question or a warning."""
        staff, sale = self._till.staff, self._till.view
        if self._entry.asks == "sign_on" or staff.must_sign_on:
            self._run(self._check(code))
        elif self._entry.asks or sale.warnings or self._till.sale.age_to_check:
            self._ring()
            self._say(because("staff.badge_is_no_answer"), "warning")
        else:
            self._run(self._check(code))

    def keeps(self, scan: str, began: float | None) -> bool:
        """Whether nobody may sell now: the scan is kept, or refused, and that is said."""
        if not self._till.staff.must_sign_on:
            return False
        self.look()
        if began is not None and len(scan) <= LONGEST_BURST and scan.isdigit():
            return False  # a PIN over a line that bunches keys: the question takes it as typed
        self._ring()
        if isinstance(self._till.codes.read(scan), PaymentCode):
            self._say(because("staff.payment_waits"), "warning")
        elif len(self._kept) < _MOST_KEPT:
            self._kept = [*self._fresh(), (self._clock(), scan)]
            self._say(because("staff.scans_kept", count=len(self._kept)), "warning")
        else:
            self._say(because("staff.sign_on_first"), "warning")
        return True

    def stops(self, command: str) -> bool:
        """Whether who is there may not run this command, which is said."""
        why = self._till.staff.why_not("sell") if command in _SELLING else None
        if why is not None:
            self._say(why, "warning")
        return why is not None

    # ---- idle --------------------------------------------------------------------------------

    def is_idle(self, seconds: float) -> bool:
        """Whether nothing was done for so many seconds that whoever is there may have left."""
        return 0 < self._idle_s <= seconds

    def leave(self) -> None:
        """Whoever was there has left: they are signed off, the sale stays."""
        name = self._till.staff.sign_off("idle")
        if name:
            self._changed()
            self._say(because("staff.signed_off_idle", name=name), "info")
            self.look()

    # ---- inside ------------------------------------------------------------------------------

    async def _check(self, text: str) -> None:
        found = await asyncio.to_thread(self._till.staff.sign_on, text)
        if isinstance(found, Reason):
            self._say(found, "warning")
            return
        self._close()
        self._changed()
        self._say(because("staff.signed_on", name=found), "good")
        kept, self._kept = self._fresh(), []
        for _, scan in kept:
            self._till.scan(scan)

    def _fresh(self) -> list[tuple[float, str]]:
        """What was scanned just now: by whoever signs on next, and not by somebody long before."""
        since = self._clock() - _KEPT_S
        return [each for each in self._kept if each[0] >= since]

    def _close(self) -> None:
        if self._prompt is not None:
            self._entry.close(self._prompt)
            self._prompt = None
