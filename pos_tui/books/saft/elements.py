"""Writing XML element by element, so that a year of transactions needs no more memory than one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO
from xml.sax.saxutils import escape

from pos_tui.plain_text import plain_text


class ElementWriter:
    """Writes elements to a file, each on a line of its own, indented."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._depth = 0
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n')

    @contextmanager
    def inside(self, name: str, attributes: str = "") -> Iterator[None]:
        """What is written meanwhile stands inside an element."""
        self._file.write(f"{'  ' * self._depth}<{name}{attributes}>\n")
        self._depth += 1
        yield
        self._depth -= 1
        self._file.write(f"{'  ' * self._depth}</{name}>\n")

    def put(self, name: str, text: str | int, longest: int = 9999) -> None:
        """Write an element with a text, cut where a schema allows no more characters."""
        content = escape(plain_text(str(text))[:longest])
        self._file.write(f"{'  ' * self._depth}<{name}>{content}</{name}>\n")
