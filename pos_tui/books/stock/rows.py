"""Many rows in few statements: beginning and ending one takes as long as writing a row."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import apsw

_MOST = 100  # rows a statement


def insert_rows(
    connection: apsw.Connection,
    insert: str,
    row: str,
    rows: Sequence[Sequence[apsw.SQLiteValue]],
    shared: Sequence[apsw.SQLiteValue] = (),
    end: str = "",
) -> None:
    """Run `insert`, so many times `row`, and `end`, with all rows' values.

    `shared` are the values of ?1, ?2, … in each row; its own stand as ? behind them.
    """
    for first in range(0, len(rows), _MOST):
        some = rows[first : first + _MOST]
        values = ",".join([row] * len(some))
        connection.execute(f"{insert}{values}{end}", (*shared, *chain.from_iterable(some)))
