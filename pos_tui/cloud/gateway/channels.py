"""Which account takes which wallet's codes: every merchant's accounts, opened as platforms."""

from __future__ import annotations

import logging
from collections.abc import Iterable

import httpx
from msgspec import Struct

from pos_tui.cloud.gateway.order_records import OrderRow
from pos_tui.cloud.platforms.protocol import PlatformClient
from pos_tui.cloud.platforms.registry import open_client
from pos_tui.cloud.wire.exchange import make_client
from pos_tui.settings import Merchant, SettingsError

_log = logging.getLogger(__name__)


class Channel(Struct, frozen=True):
    """One account of a merchant at one platform, and the wallets whose codes it takes."""

    merchant: str
    name: str
    account: str
    wallets: tuple[str, ...]
    platform: PlatformClient


class Channels:
    """The channels of all merchants; a merchant's are replaced when its accounts change.

    All accounts at one platform share its connections.
    """

    def __init__(self, merchants: Iterable[Merchant], public_url: str | None) -> None:
        """Raises SettingsError for a key that cannot be used."""
        self._public_url = public_url
        self._clients: dict[str, httpx.AsyncClient] = {}
        self._channels = {merchant.id: self._open(merchant) for merchant in merchants}
        self._former: dict[tuple[str, str, str], Channel] = {}

    def get(self, merchant: str, name: str | None) -> Channel | None:
        """A merchant's channel by its name."""
        return self._channels.get(merchant, {}).get(name or "")

    def of_order(self, row: OrderRow) -> Channel | None:
        """The channel that an order went through; None when its account is gone.

        Another account knows nothing of the order, and what it says is worth nothing.
        """
        channel = self.get(row.merchant, row.channel)
        if channel and row.account in (None, channel.account):
            return channel
        channel = self._former.get((row.merchant, row.channel or "", row.account or ""))
        if channel is None:
            _log.error("%s %s: its account is gone from the settings", *row.key)
        return channel

    def wallets(self, merchant: str) -> set[str]:
        """The wallets whose codes a merchant takes."""
        channels = self._channels.get(merchant, {}).values()
        return {wallet for channel in channels for wallet in channel.wallets}

    def taking(self, merchant: str, wallet: str) -> Channel | None:
        """The channel for a wallet's codes: the platform's own account before an acquirer's."""
        channels = self._channels.get(merchant, {}).values()
        return next((channel for channel in channels if wallet in channel.wallets), None)

    def replace(self, name: str, merchant: Merchant | None) -> None:
        """Take in a merchant that has changed or gone.

        Raises SettingsError, and then nothing has changed.
        """
        fresh = self._open(merchant) if merchant else {}
        for channel in self._channels.get(name, {}).values():
            # Orders that began with this account are brought to their end with it.
            self._former[name, channel.name, channel.account] = channel
        self._channels[name] = fresh

    async def close(self) -> None:
        """Close every connection."""
        for client in self._clients.values():
            await client.aclose()

    def _open(self, merchant: Merchant) -> dict[str, Channel]:
        opened: dict[str, Channel] = {}
        for name, account in merchant.accounts.items():
            notify_url = None
            if self._public_url:
                notify_url = f"{self._public_url.rstrip('/')}/v1/notices/{merchant.id}/{name}"
            client = self._clients.get(name) or make_client()
            self._clients[name] = client
            try:
                platform = open_client(account, client, notify_url)
            except SettingsError as error:
                raise SettingsError(
                    "gateway_settings.of_merchant", merchant=merchant.id, why=error.reason
                ) from error
            opened[name] = Channel(merchant.id, name, account.number, account.accepts, platform)
        return opened
