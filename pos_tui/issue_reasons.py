"""Why goods go without being sold: the reasons that a person chooses from."""

from __future__ import annotations

from typing import Literal, get_args

IssueReason = Literal[
    "broken", "expired", "stolen", "own_use", "other", "other_shop", "to_supplier"
]
WhyIssued = Literal[IssueReason, "repacked"]
REASONS: tuple[WhyIssued, ...] = get_args(WhyIssued)
MOVED: frozenset[WhyIssued] = frozenset(("other_shop", "to_supplier"))
"""These go on to somebody else; all others but what is repacked are written off."""
WITH_WORDS: frozenset[WhyIssued] = MOVED | {"other"}
"""These want words beside: why, or where to."""
