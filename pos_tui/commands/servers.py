"""`pos-tui gateway`, `relay`, `simulate`, `enrol`: the servers behind the till."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from pos_tui.commands.command import Command, complain
from pos_tui.settings import CloudSettings, data_place, load_cloud_settings

if TYPE_CHECKING:
    import argparse


def _server_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--follow-stdin",
        action="store_true",
        help="end when standard input is closed, for a program that starts this one",
    )


def _listener_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, help="listen here instead; 0 takes any free port")
    _server_arguments(parser)


def _start(options: argparse.Namespace, serve: Callable[[CloudSettings, Path], None]) -> int:

    settings = load_cloud_settings(options.settings)
    data = options.data or data_place() / "cloud"
    logging.basicConfig(
        stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(name)s %(message)s"
    )
    data.mkdir(parents=True, exist_ok=True)
    try:
        serve(settings, data)
    except ImportError as error:
        return complain(f"the servers are not installed ({error.name}): pip install pos-tui[cloud]")
    except OSError as error:
        return complain(str(error))
    return 0


def _gateway(options: argparse.Namespace) -> int:
    def serve(settings: CloudSettings, data: Path) -> None:
        from pos_tui.cloud import gateway

        gateway.serve(settings, data, port=options.port, follow_stdin=options.follow_stdin)

    return _start(options, serve)


def _relay(options: argparse.Namespace) -> int:
    def serve(settings: CloudSettings, data: Path) -> None:
        from pos_tui.cloud import relay

        relay.run(settings, data, follow_stdin=options.follow_stdin)

    return _start(options, serve)


def _simulate(options: argparse.Namespace) -> int:
    def serve(settings: CloudSettings, data: Path) -> None:
        from pos_tui.cloud import simulators

        simulators.serve(settings, data, port=options.port, follow_stdin=options.follow_stdin)

    return _start(options, serve)


def _enrol_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("merchant", help="the merchant's id in cloud.toml")
    parser.add_argument("till", help="the till's number")


def _enrol(options: argparse.Namespace) -> int:
    from urllib.parse import urlsplit

    from redis import RedisError

    from pos_tui.cloud.merchants import MerchantBook
    from pos_tui.cloud.relay.enrol import EnrolError, enrol_till

    settings = load_cloud_settings(options.settings)
    merchant = MerchantBook(settings, data_place() / "cloud").get(options.merchant)
    if merchant is None:
        return complain(f"there is no merchant “{options.merchant}” in cloud.toml.")
    try:
        password = enrol_till(settings.relay.redis_url, merchant.id, options.till, None)
    except EnrolError as error:
        return complain(str(error))
    except (RedisError, OSError) as error:
        return complain(f"Redis did not take the till's user ({error}). Nothing was changed.")
    redis = urlsplit(settings.relay.redis_url)
    host = f"{redis.hostname}:{redis.port or 6379}"
    user = f"till%3A{merchant.id}%3A{options.till}"
    print(
        f'[till]\nmerchant = "{merchant.id}"\nnumber = "{options.till}"\n\n'
        f'[gateway]\nurl = "http://{settings.gateway.host}:{settings.gateway.port}"\n'
        f'key = "{merchant.key}"\n\n'
        f'[redis]\nurl = "{redis.scheme}://{user}:{password}@{host}{redis.path}"'
    )
    return 0


GATEWAY = Command(
    "gateway",
    "The first cloud server: settles orders with the platforms, writes the transaction log.",
    "pos-tui gateway --settings /etc/pos-tui/cloud.toml",
    _listener_arguments,
    _gateway,
)
RELAY = Command(
    "relay",
    "The second cloud server's hand: watches the transaction log, tells each till through Redis.",
    "pos-tui relay --settings /etc/pos-tui/cloud.toml",
    _server_arguments,
    _relay,
)
SIMULATE = Command(
    "simulate",
    "Stand-ins for the payment platforms, for training and tests.",
    "pos-tui simulate --settings cloud.toml --port 8820",
    _listener_arguments,
    _simulate,
)
ENROL = Command(
    "enrol",
    "Make a till's own user in Redis; prints the till's settings, its secrets among them.",
    "pos-tui enrol M001 01 > till.toml",
    _enrol_arguments,
    _enrol,
)
