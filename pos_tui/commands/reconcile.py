"""`pos-tui reconcile DATE`: the platforms' bills of a day against our own orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pos_tui.commands.command import Command, complain

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from pos_tui.cloud.gateway.bills import Bill
    from pos_tui.cloud.gateway.daily_bills import ChannelDay
    from pos_tui.cloud.gateway.reconciliation import PaymentHistory, Total
    from pos_tui.settings import Account, CloudSettings, Merchant

_DIFFERS = 3
_NO_BILL = 1
_CURRENCY = "CNY"


class _WrongInputError(Exception):
    """Its text is the one sentence about what was typed."""


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("date", metavar="DATE", help="the day of China's, like 2026-11-21")
    parser.add_argument("--merchant", metavar="ID", help="only this merchant")
    parser.add_argument("--channel", metavar="NAME", help="only this account, like wechat")
    parser.add_argument("--bill", metavar="FILE", help="this bill (may be zip or gz); none fetched")
    formats = ("wechat", "alipay", "unionpay", "plain")
    say = "how the file is written; plain is kind,order_no,refund_no,platform_ref,amount,time"
    parser.add_argument("--format", choices=formats, help=say)
    parser.add_argument("--json", action="store_true", help="one JSON object")


def _run(options: argparse.Namespace) -> int:
    from pos_tui.settings import data_folder, load_cloud_settings

    settings = load_cloud_settings(options.settings)
    data = options.data or data_folder() / "cloud"
    try:
        day = _day(options.date)
        found = _reconcile(options, settings, data, day)
    except _WrongInputError as error:
        return complain(str(error))
    except ImportError as error:
        return complain(f"the servers are not installed ({error.name}): pip install pos-tui[cloud]")
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
        raise _WrongInputError(f"there are no orders in {data}; say where with --data.")
    merchants = _merchants(MerchantBook(settings, data).all(), options)
    bill = _given_bill(options, merchants, day) if options.bill else None
    if options.format and bill is None:
        raise _WrongInputError("--format says how a file is written; give the file with --bill.")
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
        raise _WrongInputError(f"the orders cannot be read now ({error}).") from error


def _day(text: str) -> date:
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise _WrongInputError(f"“{text}” is not a date; write it like 2026-11-21.") from error


def _must_be_over(day: date) -> None:
    from datetime import datetime

    from pos_tui.cloud.gateway.bills import CHINA

    if day >= datetime.now(CHINA).date():
        raise _WrongInputError(
            f"the platforms write the bill of {day} on the morning after; ask again then."
        )


def _merchants(known: Sequence[Merchant], options: argparse.Namespace) -> list[Merchant]:
    """The merchants that are meant, each with the channel that is meant."""
    if options.merchant and options.merchant not in {merchant.id for merchant in known}:
        raise _WrongInputError(f"there is no merchant “{options.merchant}”.")
    chosen = [m for m in known if options.merchant in (None, m.id)]
    if options.channel:
        names = sorted({name for merchant in chosen for name in merchant.accounts})
        chosen = [merchant for merchant in chosen if options.channel in merchant.accounts]
        if not chosen:
            of = f"merchant {options.merchant} has" if options.merchant else "there are"
            raise _WrongInputError(
                f"there is no channel “{options.channel}”; {of} {', '.join(names) or 'none'}."
            )
    if not chosen:
        raise _WrongInputError("there are no merchants in cloud.toml.")
    return chosen


def _given_bill(
    options: argparse.Namespace, merchants: list[Merchant], day: date
) -> tuple[str, str, Bill]:
    """The merchant, the channel and the content of the file that was given."""
    from pathlib import Path

    from pos_tui.cloud.gateway.bills import BillUnreadable
    from pos_tui.cloud.gateway.bills.files import format_of, read_bill

    if len(merchants) > 1:
        raise _WrongInputError("a file is the bill of one merchant; say whose with --merchant.")
    (merchant,) = merchants
    channels = [options.channel] if options.channel else sorted(merchant.accounts)
    if len(channels) != 1:
        raise _WrongInputError(
            "a file is the bill of one channel; say which with --channel: "
            f"{', '.join(channels) or 'this merchant has none'}."
        )
    written_as = options.format or format_of(channels[0])
    try:
        content = Path(options.bill).read_bytes()
        return merchant.id, channels[0], read_bill(written_as, content, day, _CURRENCY)
    except OSError as error:
        raise _WrongInputError(f"{options.bill}: cannot be read ({error.strerror}).") from error
    except BillUnreadable as error:
        raise _WrongInputError(f"{options.bill}: {error}") from error


async def _fetch_all(
    orders: PaymentHistory, merchants: list[Merchant], only: str | None, day: date
) -> list[ChannelDay]:
    """Every channel whose bill can be fetched, one after the other."""
    from pos_tui.cloud.gateway.bills.files import format_of
    from pos_tui.cloud.gateway.channels import open_platform
    from pos_tui.cloud.gateway.daily_bills import (
        ChannelDay,
        check_day,
        fetch_from,
        keeps_bills,
    )
    from pos_tui.cloud.gateway.platforms import BillError
    from pos_tui.cloud.gateway.platforms.exchange import make_client
    from pos_tui.settings import SettingsError

    async def of_channel(merchant: str, channel: str, account: Account) -> ChannelDay | None:
        async with make_client() as client:
            try:
                platform = open_platform(account, client, None)
                if not keeps_bills(platform):
                    return None
                fetch = fetch_from(platform, format_of(channel), _CURRENCY)
                bill = await fetch(day)
            except (BillError, SettingsError) as error:
                return ChannelDay(merchant=merchant, channel=channel, day=day, problem=str(error))
            return await check_day(orders, merchant, channel, day, bill, fetch)

    found: list[ChannelDay] = []
    for merchant in merchants:
        for channel, account in merchant.accounts.items():
            if only in (None, channel):
                checked = await of_channel(merchant.id, channel, account)
                found += [checked] if checked else []
    if not found:
        bills = f"the bills of {only} cannot" if only else "no bill of these merchants can"
        raise _WrongInputError(f"{bills} be fetched; download one and give it with --bill.")
    return found


def _report(found: list[ChannelDay], day: date, *, as_json: bool) -> int:
    import msgspec

    if as_json:
        print(msgspec.json.encode({"day": day, "channels": found}).decode())
    for channel in found:
        if channel.problem:
            complain(f"{channel.merchant} {channel.channel}: {channel.problem}")
        elif not as_json:
            _print(channel)
    if any(channel.differs for channel in found):
        return _DIFFERS
    return _NO_BILL if any(channel.problem for channel in found) else 0


def _print(channel: ChannelDay) -> None:
    name = f"{channel.merchant} {channel.channel} {channel.day}"
    if not channel.totals:
        print(f"{name}: no payments, there or here.")
    for total in channel.totals:
        print(f"{name}: {_summed(total)}")
    for difference in channel.differences:
        print(f"  ✗ {difference.say}")
    for bad in channel.bad_rows:
        print(f"  ✗ Line {bad.line} of the bill was left out: {bad.why}")
    for difference in channel.beside:
        print(f"  ? {difference.say}")
    if not channel.differs:
        print("  ✓ Nothing differs.")


def _summed(total: Total) -> str:
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
    return (
        f"payments {total.payments}, {paid} in the bill, {paid_here} here; "
        f"refunds {total.refunds}, {back} in the bill, {back_here} here."
    )


RECONCILE = Command(
    "reconcile",
    "The platforms' bills of a day against our own orders: what differs, and what to do.",
    "pos-tui reconcile 2026-11-21 --merchant M001 --channel wechat",
    _arguments,
    _run,
)
