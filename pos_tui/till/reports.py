"""Reports of what happened: those of one act wait until the act is whole."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pos_tui.books import BooksError
from pos_tui.checkout import events


class Reports:
    """Hands events on in their order, none while an act is under way."""

    def __init__(
        self,
        deliver: Callable[[events.TillEvent], None],
        books_failed: Callable[[BooksError], None] | None = None,
    ) -> None:
        """`books_failed` is told of an act that the books would not serve; the act ends there.

        Without it the error goes on to whoever acted.
        """
        self._deliver = deliver
        self._books_failed = books_failed
        self._waiting: deque[events.TillEvent] = deque()
        self._acting = 0

    @contextmanager
    def act(self) -> Iterator[None]:
        """What is emitted inside is delivered when the outermost act is whole."""
        self._acting += 1
        try:
            yield
        except BooksError as error:
            if self._books_failed is None:
                raise
            self._books_failed(error)
        finally:
            self._acting -= 1
            self._deliver_all()

    def emit(self, event: events.TillEvent) -> None:
        """Report an event, now or at the end of the act that is under way."""
        self._waiting.append(event)
        self._deliver_all()

    def _deliver_all(self) -> None:
        while self._waiting and not self._acting:
            self._deliver(self._waiting.popleft())
