"""A merchant's accounts at the simulated platforms, one for each wallet."""

from __future__ import annotations

from pos_tui.cloud.platforms.registry import PLATFORMS
from pos_tui.settings import PlatformAccount


def simulated_accounts(base_url: str) -> dict[str, PlatformAccount]:
    """Accounts below the simulators' address, their keys as `file:`, no wallet at two of them."""
    accounts: dict[str, PlatformAccount] = {}
    accepted: set[str] = set()
    for row in PLATFORMS:
        account = row.account.simulated(base_url, lambda name: f"file:{name}")
        if not accepted.intersection(account.accepts):
            accounts[row.name] = account
            accepted.update(account.accepts)
    return accounts
