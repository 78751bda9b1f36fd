"""Text as nobody should send it: control characters, wrong numbers, halves, floods; from a seed."""

from __future__ import annotations

import random
from collections.abc import Sequence

ODD = (
    "\x00", "\x07", "\x1b[2J", "\x1bp\x00\x19\xfa", "\x1b]0;owned\x07", "\x1d", "\x7f", "\x85",
    "\x9b31m", "\u061c", "\u200b", "\u200d", "\u200e", "\u2028", "\u2029", "\u202e", "\u2066",
    "\ufeff", "\ufffe", "\ue000", "\U0001ffff", "\r", "\n", "\t", "\v", '"', "'", ",", ";", "\\",
    "[", "]", "{", "}", "=", "&", "<", "%", "*", "¥", "ß", "ñ", "中", "👨\u200d👩\u200d👧", "हि",
    "น้ำ", "e\u0301", "٣", "²", "½", "１", "−",
)  # fmt: skip
NUMBERS = (
    "0", "-0", "-1", "1e3", "1E400", "nan", "inf", "-inf", "0x10", "1_000", "9" * 30, "9" * 5000,
    "9223372036854775807", "9223372036854775808", "1.234", "1,234", "0.005", "1.", ".5", "+3",
    "2026-02-30", "9999-12-31", "0000-00-00", "2026-11-22T25:61:61Z", "true", "null", "[]", "{}",
)  # fmt: skip


class OddText:
    """Odd texts, one after another, always the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)

    def word(self) -> str:
        """A word, a number or an odd piece; now and then a flood of one."""
        kind = self.rng.randrange(12)
        if kind < 4:
            return self.rng.choice(ODD)
        if kind < 8:
            return self.rng.choice(NUMBERS)
        if kind < 11:
            letters = "abcXYZ 0123456789-_.:/"
            return "".join(self.rng.choices(letters, k=self.rng.randrange(12)))
        return self.rng.choice(ODD) * self.rng.choice((2, 9, 300))

    def words(self, most: int = 4) -> str:
        """Some words together."""
        return "".join(self.word() for _ in range(self.rng.randrange(1, most + 1)))

    def changed(self, text: str) -> str:
        """A good text with something in it exchanged, doubled, cut or put in."""
        for _ in range(self.rng.randrange(1, 4)):
            start = self.rng.randrange(len(text) + 1)
            end = min(len(text), start + self.rng.randrange(9))
            kind = self.rng.randrange(6)
            if kind == 0:
                text = text[:start] + text[end:]
            elif kind == 1:
                text = text[:end] + text[start:]
            elif kind == 2:
                text = text[:start]
            else:
                text = text[:start] + self.word() + text[end if kind == 3 else start :]
        return text

    def value_changed(self, text: str, mark: str) -> str:
        """A good text of lines `key MARK value`, one of whose values is another."""
        lines = text.split("\n")
        places = [place for place, line in enumerate(lines) if mark in line]
        place = self.rng.choice(places)
        key, _, _ = lines[place].partition(mark)
        value = self.word()
        quoted = f'"{value}"' if self.rng.randrange(2) else value
        lines[place] = f"{key}{mark} {quoted}"
        return "\n".join(lines)

    def bytes_of(self, text: str) -> bytes:
        """The text in some encoding, sometimes with bytes that are none."""
        encoding = self.rng.choice(("utf-8", "utf-8", "utf-8", "utf-8-sig", "gb18030", "utf-16"))
        data = text.encode(encoding, "replace")
        if not self.rng.randrange(6):
            at = self.rng.randrange(len(data) + 1)
            data = data[:at] + self.rng.randbytes(self.rng.randrange(4)) + data[at:]
        return data

    def pick(self, texts: Sequence[str]) -> str:
        """One of these."""
        return self.rng.choice(texts)
