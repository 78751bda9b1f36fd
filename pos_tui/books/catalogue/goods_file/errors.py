"""What is wrong with a file of goods: the whole file, or one row of it."""

from __future__ import annotations

from pos_tui.reasons import ReasonError


class GoodsFileError(ReasonError):
    """A file that cannot be imported at all; its reason says what to do."""


class RowError(ReasonError):
    """A row that cannot be imported."""
