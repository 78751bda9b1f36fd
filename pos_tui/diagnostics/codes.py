"""Short codes of what checks find, to be read over the phone; one that was given out stays."""

from __future__ import annotations

from pos_tui.diagnostics.checks import Check, Subject

CODES = {
    # M: the machine
    "machine_check.no_room": "M1",
    "machine_check.little_room": "M2",
    "machine_check.slow_disk": "M3",
    "machine_check.clock_behind_books": "M4",
    "machine_check.small_terminal": "M5",
    "machine_check.no_utf8": "M6",
    "check.clock_ahead": "M7",
    "check.clock_behind": "M8",
    # B: the books
    "books_check.differs": "B1",
    "books_check.not_printed": "B2",
    "backup.none_yet": "B3",
    "backup.old": "B4",
    "backup.same_disk": "B5",
    "shop_check.open_payments": "B6",
    "shop_check.no_goods": "B7",
    "books.damaged": "B8",
    "books.tables_missing": "B9",
    # G: the gateway
    "till_check.no_gateway": "G1",
    "till_check.no_such_host": "G2",
    "till_check.gateway_away": "G3",
    "till_check.not_secure": "G4",
    "till_check.gateway_refuses": "G5",
    "till_check.not_let_in": "G6",
    "till_check.not_signed": "G7",
    "till_check.certificate_ends": "G8",
    # R: Redis
    "till_check.no_redis": "R1",
    # C: a check itself
    "check.no_end": "C1",
    "check.crashed": "C2",
    "check.no_access": "C3",
}
"""By the kind of what is said."""
_OTHERS: dict[Subject, str] = dict(
    zip(
        (
            "books", "redis", "settings", "gateway", "users file", "version", "journal", "users",
            "aclfile", "functions", "memory",
        ),
        ("B0", "R0", "S0", "G0", "R2", "R3", "R4", "R5", "R6", "R7", "R8"),
        strict=True,
    )
)  # fmt: skip


def code_of(check: Check) -> str:
    """The code of what a check found; "" where all is well or there is nothing to look at."""
    if check.state in {"ok", "skipped"}:
        return ""
    return CODES.get(check.say.kind) or _OTHERS.get(check.subject, "X0")
