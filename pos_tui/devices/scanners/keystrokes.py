"""A scanner that types: keystrokes told from a person's typing by their rhythm."""

from __future__ import annotations

from typing import Generic, TypeVar

from msgspec import Struct

from pos_tui.devices.scanners.scanner import Scanned

Key = TypeVar("Key")

_LINE_FEED_S = 0.5
_SECOND_END_S = 0.7
_FASTER_THAN_HANDS_MS = 15.0
TERMINATORS = frozenset(("enter", "ctrl+j", "ctrl+m", "tab"))


class Rhythm(Struct, frozen=True):
    """What makes keys a scan: how many, how close together (milliseconds), between what.

    Prefix and suffix may hold control characters, which a scanner sends as Ctrl and a letter.
    """

    shortest: int = 4
    mean_gap_ms: float = 50.0
    longest_gap_ms: float = 100.0
    prefix: str = ""
    suffix: str = ""


class KeystrokeScanner(Generic[Key]):
    """Joins quick keys that end with Enter or Tab into one scan; hands all others on unchanged.

    There is no lower limit on a gap: SSH delivers a whole scan at once. Keys are held back until
    they can no longer be a scan, so `release` must be called when `longest_gap_ms` has passed
    without a key. Ends that follow a scan with no other key between them are its own.
    """

    def __init__(self, rhythm: Rhythm) -> None:
        self._rhythm = rhythm
        self._held: list[Key] = []
        self._characters: list[str] = []
        self._first = self._last = 0.0
        self._line_feed_until = self._second_end_until = 0.0
        self._signals = "\x1d" + rhythm.prefix + rhythm.suffix

    @property
    def holds(self) -> bool:
        """Whether keys are held back that may yet become a scan."""
        return bool(self._held)

    @property
    def last_at(self) -> float:
        """When the last held key came, in seconds."""
        return self._last

    def feed(self, key: Key, name: str, character: str | None, at: float) -> list[Key | Scanned]:
        """Take one key (its name, its character if it has one, its time in seconds).

        Returns what can be handed on now: keys as they came, or a scan in their place.
        """
        if name == "ctrl+j" and at <= self._line_feed_until and not self._held:
            return []  # the line feed of a scanner that ends with CR LF
        if name in TERMINATORS and at <= self._second_end_until and not self._held:
            # A scanner's second end, or a key held down. Passed on, it would confirm or answer.
            self._second_end_until = at + _SECOND_END_S
            return []
        self._second_end_until = 0.0
        out: list[Key | Scanned] = []
        if self._held and (at - self._last) * 1000 > self._rhythm.longest_gap_ms:
            out += self.release()
        if name in TERMINATORS:
            scan = self._as_scan(at)
            if name != "ctrl+j":
                self._line_feed_until = at + _LINE_FEED_S
            if scan is None:
                return [*out, *self.release(), key]
            self._forget()
            self._second_end_until = at + _SECOND_END_S
            return [*out, scan]
        if character is None or not (character.isprintable() or character in self._signals):
            return [*out, *self.release(), key]
        if not self._held:
            self._first = at
        self._held.append(key)
        self._characters.append(character)
        self._last = at
        if self._is_typing():
            out += self.release()
        return out

    def release(self) -> list[Key | Scanned]:
        """Hand on what is held: it was typing."""
        held: list[Key | Scanned] = list(self._held)
        self._forget()
        return held

    def _forget(self) -> None:
        self._held.clear()
        self._characters.clear()

    def _mean_gap_ms(self, until: float, keys: int) -> float:
        return (until - self._first) * 1000 / max(keys - 1, 1)

    def _is_typing(self) -> bool:
        count = len(self._held)
        return count >= 3 and self._mean_gap_ms(self._last, count) > self._rhythm.mean_gap_ms

    def _as_scan(self, at: float) -> Scanned | None:
        count = len(self._held)
        gap_ms = self._mean_gap_ms(at, count + 1)
        if count < self._rhythm.shortest and not (count == 3 and gap_ms < _FASTER_THAN_HANDS_MS):
            return None
        if gap_ms > self._rhythm.mean_gap_ms:
            return None
        text = "".join(self._characters)
        if self._rhythm.prefix and text.swapcase().startswith(self._rhythm.prefix):
            text = text.swapcase()  # CapsLock is on, and the prefix shows it
        if not text.startswith(self._rhythm.prefix) or not text.endswith(self._rhythm.suffix):
            return None
        return Scanned(
            text.removeprefix(self._rhythm.prefix).removesuffix(self._rhythm.suffix),
            self._first,
            at,
        )
