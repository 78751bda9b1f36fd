"""What must be in the books before anything goes on from it: written again until it is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future

from pos_tui.books.connection import BooksError
from pos_tui.reasons import Reason

_RETRY_S = 2.0


async def written_at_last(
    write: Callable[[], Future[None]], troubled: Callable[[Reason], None]
) -> None:
    """Wait until a change is on disk; `troubled` hears once why it is not yet."""
    is_first = True
    while True:
        try:
            await asyncio.wrap_future(write())
        except BooksError as error:
            if is_first:
                troubled(error.reason)
            is_first = False
            await asyncio.sleep(_RETRY_S)
        else:
            return
