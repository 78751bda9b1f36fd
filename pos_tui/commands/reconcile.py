"""`pos-tui reconcile DATE`: the platforms' bills of a day against our own orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pos_tui.commands.command import Subcommand, complain
from pos_tui.reasons import ReasonError, reason_of
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from pos_tui.cloud.gateway.daily_bills import ChannelDay
    from pos_tui.cloud.gateway.differences import Difference
    from pos_tui.cloud.gateway.reconciliation import PaymentHistory, Total
    from pos_tui.cloud.platforms.bills import Bill
    from pos_tui.settings import CloudSettings, Merchant, PlatformAccount

_DIFFERS = 3
_NO_BILL = 1
_CURRENCY = "CNY"


class _WrongInputError(ReasonError):
    """What was typed cannot be done."""


def _arguments(parser: argparse.ArgumentParser) -> None:
    date, merchant, channel, file = (
        say(f"cmd_reconcile.{name}") for name in ("date", "merchant", "channel", "file")
    )
    parser.add_argument("date", metavar=date, help=say("cmd_reconcile.date_help"))
    parser.add_argument("--merchant", metavar=merchant, help=say("cmd_reconcile.merchant_help"))
    parser.add_argument("--channel", metavar=channel, help=say("cmd_reconcile.channel_help"))
    parser.add_argument("--bill", metavar=file, help=say("cmd_reconcile.bill_help"))
    parser.add_argument("--format", metavar=channel, help=say("cmd_reconcile.format_help"))
    parser.add_argument("--json", action="store_true", help=say("cmd_reconcile.json_help"))


def _run(options: argparse.Namespace) -> int:
    from pos_tui.cloud.settings_files import load_cloud_settings
    from pos_tui.settings import data_folder

    settings = load_cloud_settings(options.settings)
    data = options.data or data_folder() / "cloud"
    try:
        day = _day(options.date)
        found = _reconcile(options, settings, data, day)
    except _WrongInputError as error:
        return complain(in_words(error.reason))
    except ImportError as error:
        return complain(say("servers.not_installed", module=error.name or ""))
    return _report(found, day, as_json=options.json)


def _reconcile(
    options: argparse.Namespace, settings: CloudSettings, data: Path, day: date
) -> list[ChannelDay]:
    import asyncio

    from pos_tui.cloud.gateway.database.interface import DatabaseUnavailable
    from pos_tui.cloud.gateway.database.opening import POSTGRESQL
    from pos_tui.cloud.gateway.orders import open_orders
    from pos_tui.cloud.merchants import MerchantBook

    database = settings.gateway.database
    if not database.startswith(POSTGRESQL) and not (data / database).exists():
        raise _WrongInputError("cmd_reconcile.no_orders", folder=str(data))
    merchants = _merchants(MerchantBook(settings, data).all(), options)
    bill = _given_bill(options, merchants, day) if options.bill else None
    if options.format and bill is None:
        raise _WrongInputError("cmd_reconcile.format_without_bill")
    if bill is None:
        _must_be_over(day)

    async def compare() -> list[ChannelDay]:
        from pos_tui.cloud.gateway.daily_bills import check_day

        async with open_orders(settings, data) as orders:
            if bill is None:
                return await _fetch_all(orders, merchants, options.channel, day)
            merchant, channel, content = bill
            return [await check_day(orders, merchant, channel, day, content)]

    try:
        return asyncio.run(compare())
    except DatabaseUnavailable as error:
        raise _WrongInputError("cmd_reconcile.orders_away", why=reason_of(error)) from error


def _day(text: str) -> date:
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise _WrongInputError("cmd_reconcile.not_a_date", text=text) from error


def _must_be_over(day: date) -> None:
    from datetime import datetime

    from pos_tui.cloud.platforms.bills import CHINA

    if day >= datetime.now(CHINA).date():
        raise _WrongInputError("cmd_reconcile.not_over", day=day)


def _merchants(known: Sequence[Merchant], options: argparse.Namespace) -> list[Merchant]:
    """The merchants that are meant, each with the channel that is meant."""
    if options.merchant and options.merchant not in {merchant.id for merchant in known}:
        raise _WrongInputError("cmd_reconcile.no_merchant", merchant=options.merchant)
    chosen = [m for m in known if options.merchant in (None, m.id)]
    if options.channel:
        names = sorted({name for merchant in chosen for name in merchant.accounts})
        chosen = [merchant for merchant in chosen if options.channel in merchant.accounts]
        if not chosen:
            kind = "no_channel_of_merchant" if options.merchant else "no_channel"
            raise _WrongInputError(
                f"cmd_reconcile.{kind}" if names else "cmd_reconcile.no_channels",
                channel=options.channel,
                merchant=options.merchant or "",
                channels=tuple(names),
            )
    if not chosen:
        raise _WrongInputError("cmd_reconcile.no_merchants")
    return chosen


def _given_bill(
    options: argparse.Namespace, merchants: list[Merchant], day: date
) -> tuple[str, str, Bill]:
    """The merchant, the channel and the content of the file that was given."""
    from pathlib import Path

    from pos_tui.cloud.platforms.bill_files import bill_formats, format_of, read_bill
    from pos_tui.cloud.platforms.bills import BillUnreadable

    if len(merchants) > 1:
        raise _WrongInputError("cmd_reconcile.whose_bill")
    (merchant,) = merchants
    channels = [options.channel] if options.channel else sorted(merchant.accounts)
    if len(channels) != 1:
        raise _WrongInputError(
            "cmd_reconcile.which_channel"
            if channels
            else "cmd_reconcile.merchant_without_channels",
            channels=tuple(channels),
        )
    written_as = options.format or format_of(channels[0])
    if written_as not in bill_formats():
        raise _WrongInputError(
            "cmd_reconcile.no_format", name=written_as, formats=tuple(bill_formats())
        )
    try:
        content = Path(options.bill).read_bytes()
        return merchant.id, channels[0], read_bill(written_as, content, day, _CURRENCY)
    except OSError as error:
        raise _WrongInputError(
            "cmd_reconcile.bill_unreadable", path=options.bill, why=error.strerror or ""
        ) from error
    except BillUnreadable as error:
        raise _WrongInputError(
            "cmd_reconcile.bill_refused", path=options.bill, why=reason_of(error)
        ) from error


async def _fetch_all(
    orders: PaymentHistory, merchants: list[Merchant], only: str | None, day: date
) -> list[ChannelDay]:
    """Every channel whose bill can be fetched, one after the other."""
    from pos_tui.cloud.gateway.daily_bills import (
        ChannelDay,
        check_day,
        fetch_from,
        keeps_bills,
    )
    from pos_tui.cloud.platforms.bill_files import format_of
    from pos_tui.cloud.platforms.protocol import BillError
    from pos_tui.cloud.platforms.registry import open_client
    from pos_tui.cloud.wire.exchange import make_client
    from pos_tui.settings import SettingsError

    async def of_channel(
        merchant: str, channel: str, account: PlatformAccount
    ) -> ChannelDay | None:
        async with make_client() as client:
            try:
                platform = open_client(account, client, None)
                if not keeps_bills(platform):
                    return None
                fetch = fetch_from(platform, format_of(channel), _CURRENCY)
                bill = await fetch(day)
            except (BillError, SettingsError) as error:
                return ChannelDay(merchant=merchant, channel=channel, day=day, problem=error.reason)
            return await check_day(orders, merchant, channel, day, bill, fetch)

    found: list[ChannelDay] = []
    for merchant in merchants:
        for channel, account in merchant.accounts.items():
            if only in (None, channel):
                checked = await of_channel(merchant.id, channel, account)
                found += [checked] if checked else []
    if not found:
        kind = "bills_not_fetched" if only else "no_bill_fetched"
        raise _WrongInputError(f"cmd_reconcile.{kind}", channel=only or "")
    return found


def _report(found: list[ChannelDay], day: date, *, as_json: bool) -> int:
    if as_json:
        print(_as_json(found, day))
    for channel in found:
        if channel.problem:
            complain(
                say(
                    "cmd_reconcile.problem",
                    merchant=channel.merchant,
                    channel=channel.channel,
                    why=channel.problem,
                )
            )
        elif not as_json:
            _print(channel)
    if any(channel.differs for channel in found):
        return _DIFFERS
    return _NO_BILL if any(channel.problem for channel in found) else 0


def _as_json(found: list[ChannelDay], day: date) -> str:
    import msgspec
    from msgspec.structs import asdict

    def with_words(difference: Difference) -> dict[str, object]:
        why = difference.say
        fields: dict[str, object] = msgspec.to_builtins(difference)
        return {**fields, "say": in_words(why), "reason": why.kind}

    channels = [
        {
            **asdict(channel),
            "problem": in_words(channel.problem) if channel.problem else None,
            "reason": channel.problem.kind if channel.problem else None,
            "bad_rows": [
                {"line": bad.line, "why": in_words(bad.why), "reason": bad.why.kind}
                for bad in channel.bad_rows
            ],
            "differences": [with_words(each) for each in channel.differences],
            "beside": [with_words(each) for each in channel.beside],
        }
        for channel in found
    ]
    return msgspec.json.encode({"day": day, "channels": channels}).decode()


def _print(channel: ChannelDay) -> None:
    name = f"{channel.merchant} {channel.channel} {channel.day}"
    if not channel.totals:
        print(say("cmd_reconcile.no_payments", name=name))
    for total in channel.totals:
        print(_summed(name, total))
    for difference in channel.differences:
        print(f"  ✗ {in_words(difference.say)}")
    for bad in channel.bad_rows:
        print("  ✗ " + say("cmd_reconcile.bad_row", line=bad.line, why=bad.why))
    for difference in channel.beside:
        print(f"  ? {in_words(difference.say)}")
    if not channel.differs:
        print("  ✓ " + say("cmd_reconcile.nothing_differs"))


def _summed(name: str, total: Total) -> str:
    from pos_tui.money import Currency, format_amount

    currency = Currency.of(total.currency)
    paid, paid_here, back, back_here = (
        f"{format_amount(amount, currency)} {total.currency}"
        for amount in (
            total.paid_there,
            total.paid_here,
            total.refunded_there,
            total.refunded_here,
        )
    )
    return say(
        "cmd_reconcile.totals",
        name=name,
        payments=total.payments,
        paid=paid,
        paid_here=paid_here,
        refunds=total.refunds,
        back=back,
        back_here=back_here,
    )


RECONCILE = Subcommand(
    "reconcile",
    "cmd_reconcile.help",
    "pos-tui reconcile 2026-11-21 --merchant M001 --channel wechat",
    _arguments,
    _run,
)
