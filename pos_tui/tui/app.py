"""The Textual program: one screen, the theme, and the one place where keys and scans come in."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from textual import events as textual_events
from textual._compositor import LayoutUpdate
from textual.app import App
from textual.driver import Driver
from textual.screen import Screen

from pos_tui.checkout import events
from pos_tui.devices.scanners.double_reads import DoubleReads
from pos_tui.devices.scanners.keystrokes import Rhythm
from pos_tui.devices.scanners.scanned_text import pasted_codes
from pos_tui.devices.scanners.scanner import Scanned, Scanner, ScannerState
from pos_tui.reasons import Reason, because
from pos_tui.settings import TillSettings
from pos_tui.standard_streams import is_terminal
from pos_tui.terminal_marks import marks_of, writes_all
from pos_tui.tui.color_depth import depth_of, has_no_colors
from pos_tui.tui.scan_driver import Scan, scanning_driver
from pos_tui.tui.theme import Palette, ThemeError, load_palette
from pos_tui.tui.till_screen import TillScreen
from pos_tui.tui.typed_ahead import TypedAhead, may_open
from pos_tui.wording.current import current, say, use
from pos_tui.wording.keymap import DEFAULT_KEYS, command_of_key, key_labels
from pos_tui.wording.language import SOURCE_LANGUAGE, languages

if TYPE_CHECKING:
    from rich.console import RenderableType

    from pos_tui.terminal_marks import Marks
    from pos_tui.till import Till
    from pos_tui.tui.hints import Hints


@runtime_checkable
class AcceptsScans(Protocol):
    """A screen that is given scans. Keys go to its widgets, which never get a scan."""

    def accept_scan(self, text: str, began: float | None = None) -> None:
        """A whole scanned code; `began` (time.monotonic) where it is known."""


@runtime_checkable
class AcceptsKeys(AcceptsScans, Protocol):
    """A screen that is given keys and scans; no widget ever is."""

    def accept_key(self, event: textual_events.Key) -> None:
        """One key pressed by a person."""


@runtime_checkable
class AcceptsBadges(Protocol):
    """A screen that knows what to do with a badge of the staff, or says why it does nothing."""

    def accept_badge(self, code: str) -> None:
        """A badge was scanned."""


class PosApp(App[None], inherit_bindings=False):
    """The till in a terminal."""

    ENABLE_COMMAND_PALETTE = False
    TITLE = "pos_tui"
    CSS = """
    TillScreen {
        layout: grid; grid-size: 2 4; grid-gutter: 0;
        grid-columns: 1fr 26; grid-rows: 1 7 1fr auto;
    }
    TillScreen.-cramped { grid-rows: 1 3 1fr auto; }
    TillScreen.-roomy { grid-columns: 2fr 1fr; grid-rows: 1 10 1fr auto; }
    HeaderBar, ScanLine { column-span: 2; }
    SettlementPane { row-span: 2; }
    """

    def __init__(
        self,
        settings: TillSettings,
        clock: Callable[[], datetime],
        make_till: Callable[[Callable[[events.TillEvent], None]], Till],
        hints: Hints | None = None,
        await_trouble: Callable[[], Reason | None] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`await_trouble` blocks until something behind the till is wrong, and says what; it is
        called in a thread of its own. `monotonic` gives the seconds by which keys are timed."""
        self._settings = settings
        self._clock = clock
        self._make_till = make_till
        self._hints = hints
        self._monotonic = monotonic
        self._await_trouble = await_trouble
        self._trouble: Reason | None = None
        self._marks = self._find_marks()
        self._double_reads = DoubleReads(settings.scanner.double_read_ms)
        self._scanners: list[Scanner] = []
        self._running_in: asyncio.AbstractEventLoop | None = None
        self._is_to_end = False
        self._typed_ahead = TypedAhead(lambda: self.screen)
        self.has_failed = False
        self._till_screen: TillScreen
        if has_no_colors():
            os.environ["NO_COLOR"] = "1"  # where Textual looks, for what it draws by itself
        # Themes may be of the terminal's own colours; Textual must know before it looks at
        # NO_COLOR, or it makes greys of them, black on black.
        super().__init__(ansi_color=True)
        self._command_of_key = self._load_keys()
        palette = self._load_palette(settings.screen.theme)
        self.palette = palette
        theme = palette.as_theme()
        self.register_theme(theme)
        # Nothing is drawn yet. As a change of the theme it would have all styles read twice.
        self.set_reactive(App.theme, theme.name)
        self.stylesheet.set_variables(self.get_css_variables())

    def get_driver_class(self) -> type[Driver]:
        """The platform's driver, with scans joined in its input thread."""
        scanner = self._settings.scanner
        rhythm = Rhythm(
            scanner.shortest,
            scanner.mean_gap_ms,
            scanner.longest_gap_ms,
            scanner.prefix,
            scanner.suffix,
        )
        return scanning_driver(
            super().get_driver_class(),
            rhythm,
            lambda key: key in self._command_of_key,
            self._marks,
        )

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        """Textual's, which sends all that is shown when the terminal may show something else."""
        forget = getattr(self._driver, "forget_screen", None)
        if forget is not None and isinstance(renderable, LayoutUpdate):
            forget()
        super()._display(screen, renderable)

    def get_default_screen(self) -> Screen[None]:
        """The till's screen."""
        self.call_later(self.set_keymap, _keymap_of(self._command_of_key))
        screen = TillScreen(
            self._settings,
            self.palette,
            self._clock,
            self._make_till,
            self._hints,
            self._command_of_key,
            self.next_language,
            self._monotonic,
        )
        if self._trouble is not None:
            self.call_after_refresh(screen.show, events.Notice(self._trouble, "warning"))
        self._till_screen = screen
        return screen

    async def on_event(self, event: textual_events.Event) -> None:
        """Keys and pastes go to the screen that is up, before any widget could have them."""
        if isinstance(event, textual_events.Key | textual_events.Paste):
            screen: object = self.screen
            self._till_screen.note_activity()
            if isinstance(event, textual_events.Paste) and isinstance(screen, AcceptsScans):
                for code in pasted_codes(event.text):
                    self._guarded(partial(self._give_scan, code))
                return
            if isinstance(event, textual_events.Key) and not event.is_forwarded:
                give = partial(self._give_key, event)
                if not self._typed_ahead.keeps(give, leaves=event.key == "escape"):
                    await give()
                return
        await super().on_event(event)

    async def _give_key(self, event: textual_events.Key) -> None:
        """Give a key to the screen that is up; what comes after one that opens a page waits."""
        screen: Screen[object] = self.screen
        path = (screen.focused or screen).ancestors_with_self
        if isinstance(screen, AcceptsKeys):
            self._guarded(partial(screen.accept_key, event))
        else:
            await super().on_event(event)
        if self.screen is not screen or may_open(screen, event.key):
            self._typed_ahead.wait(path)

    def on_scan(self, message: Scan) -> None:
        """A scanner's code, whole; one that a scanner gave twice at once counts once."""
        self._till_screen.note_activity()
        scanned = message.scanned
        if message.way != "paste" and self._double_reads.is_repeat(scanned):
            self._till_screen.show(events.Notice(because("till.read_twice")))
        else:
            began = scanned.began if message.way == "keys" else None
            self._guarded(partial(self._give_scan, scanned.text, began))

    def _give_scan(self, text: str, began: float | None = None) -> None:
        """Give a scan to the screen that is up. A badge is no scan of goods, wherever it comes."""
        screen: object = self.screen

        async def give() -> None:
            self._guarded(partial(self._give_scan, text, began))

        if self._typed_ahead.keeps(give):
            return
        if self._till_screen.till.staff.holder_of(text):
            if isinstance(screen, AcceptsBadges):
                screen.accept_badge(text)
            else:
                self._till_screen.refuse_badge()
        elif isinstance(screen, AcceptsScans):
            screen.accept_scan(text, began)

    def _guarded(self, act: Callable[[], object]) -> None:
        """Do what a key or a scan asks for; whatever goes wrong with it, sale and screen stay."""
        try:
            act()
        except Exception as error:
            while self.screen is not self._till_screen and len(self.screen_stack) > 1:
                self.pop_screen()
            self._till_screen.report_fault(error)

    def _fatal_error(self) -> None:
        """The screen cannot go on. What happened is kept in a file, never put on the terminal."""
        error = self._exception
        if error is not None:
            with contextlib.suppress(Exception):
                self._till_screen.till.report_fault(error)
        self.has_failed = True
        self._close_messages_no_wait()

    def next_language(self) -> None:
        """Show everything in the next of the languages there are, also what is asked or said."""
        known = languages()
        use(known[(known.index(current().language) + 1) % len(known)], self._labels)
        self._till_screen.redraw()

    def end_soon(self) -> None:
        """Leave as the cashier would; what is under way goes on at the next start.

        From any thread, and from a signal.
        """
        self._is_to_end = True
        if self._running_in is not None:
            self._running_in.call_soon_threadsafe(self.exit)

    def on_mount(self) -> None:
        """Listen to the scanners that have a device of their own, each in a thread."""
        self._running_in = asyncio.get_running_loop()
        if self._is_to_end:
            self.exit()
        if self._settings.scanner.device:
            self.call_after_refresh(self._listen)
        if self._await_trouble is not None:
            await_trouble = self._await_trouble

            def show_trouble() -> None:
                why = await_trouble()
                if why is not None:
                    notice = events.Notice(why, "error")
                    with contextlib.suppress(RuntimeError):  # the till has been left meanwhile
                        self.call_from_thread(self._till_screen.show, notice)

            self.call_after_refresh(
                threading.Thread(target=show_trouble, name="trouble", daemon=True).start
            )

    def on_unmount(self) -> None:
        """Give the scanners back."""
        for scanner in self._scanners:
            scanner.close()

    def _listen(self) -> None:
        from pos_tui.devices.scanners import make_scanner

        def give(scanned: Scanned) -> None:
            self.post_message(Scan(scanned, "device"))

        def show(state: ScannerState) -> None:
            self.call_from_thread(self._till_screen.show_scanner, state)

        for device in self._settings.scanner.device:
            scanner = make_scanner(device)
            self._scanners.append(scanner)
            threading.Thread(
                target=scanner.listen, args=(give, show), name=scanner.name, daemon=True
            ).start()

    def _find_marks(self) -> Marks:
        """What the terminal can draw. One that cannot write the words either is spoken English."""
        asked = self._settings.screen.marks
        stream = sys.__stdout__ if sys.platform == "win32" else sys.__stderr__  # Textual's choice
        encoding = "utf-8" if stream is None or not is_terminal(stream) else stream.encoding
        found = marks_of(encoding)
        if found == "ascii":
            self._trouble = because("screen.not_utf8", encoding=encoding)
            if not writes_all(encoding, say("screen.title_list")):
                use(SOURCE_LANGUAGE)
        return found if asked == "auto" else asked

    def _load_keys(self) -> dict[str, str]:
        """The commands of the keys as this till binds them; from now on words call them so too."""
        changes = self._settings.screen.keys
        try:
            commands = command_of_key(changes)
        except LookupError as error:
            name, names = str(error.args[0]), tuple(DEFAULT_KEYS)
            self._trouble = because("screen.no_command", name=name, names=names)
            changes = {}
            commands = command_of_key(changes)
        self._labels = key_labels(changes)
        use(current().language, self._labels)
        return commands

    def _load_palette(self, name: str) -> Palette:
        depth = "none" if self.no_color else depth_of(self.console.color_system)
        try:
            return load_palette(name, depth)
        except ThemeError as error:
            self._trouble = because("theme.dark_instead", why=error.reason)
            return load_palette("dark", depth)


def _keymap_of(commands: Mapping[str, str]) -> dict[str, str]:
    """Command id → its keys, for those widgets whose bindings have the command's id."""
    keys: dict[str, list[str]] = {}
    for key, command in commands.items():
        keys.setdefault(command, []).append(key)
    return {command: ",".join(each) for command, each in keys.items()}
