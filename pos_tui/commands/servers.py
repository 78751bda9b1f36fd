"""`pos-tui gateway`, `relay`, `simulate`: the servers behind the till."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from pos_tui.commands.command import Command, complain
from pos_tui.settings import CloudSettings, data_folder, load_cloud_settings

if TYPE_CHECKING:
    import argparse


_BROKEN = 1


def _server_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--follow-stdin",
        action="store_true",
        help="end when standard input is closed, for a program that starts this one",
    )


def _listener_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, help="listen here instead; 0 takes any free port")
    _server_arguments(parser)


def _gateway_arguments(parser: argparse.ArgumentParser) -> None:
    from argparse import SUPPRESS

    # How a gateway of several workers starts one of them.
    parser.add_argument("--worker", help=SUPPRESS)
    parser.add_argument("--listener", type=int, help=SUPPRESS)
    _listener_arguments(parser)


def _start(options: argparse.Namespace, serve: Callable[[CloudSettings, Path], None]) -> int:

    settings = load_cloud_settings(options.settings)
    data = options.data or data_folder() / "cloud"
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
        from pos_tui.cloud.gateway.server import serve_gateway

        again = [sys.executable, "-m", "pos_tui", "gateway", "--data", str(data)]
        if options.settings:
            again += ["--settings", str(options.settings)]
        serve_gateway(
            settings,
            data,
            again,
            port=options.port,
            follow_stdin=options.follow_stdin,
            worker=options.worker,
            listener=options.listener,
        )

    return _start(options, serve)


def _relay_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--status", action="store_true", help="say how far each log is published, and end"
    )
    parser.add_argument("--json", action="store_true", help="the status as one JSON object")
    _server_arguments(parser)


def _relay(options: argparse.Namespace) -> int:
    if options.status or options.json:
        return _relay_status(options)

    def serve(settings: CloudSettings, data: Path) -> None:
        from pos_tui.cloud.relay.server import run_relay

        run_relay(settings, data, follow_stdin=options.follow_stdin)

    return _start(options, serve)


def _relay_status(options: argparse.Namespace) -> int:
    import msgspec

    settings = load_cloud_settings(options.settings)
    try:
        from pos_tui.cloud.relay.status import relay_status
    except ImportError as error:
        return complain(f"the servers are not installed ({error.name}): pip install pos-tui[cloud]")
    status = relay_status(settings, options.data or data_folder() / "cloud")
    if options.json:
        print(msgspec.json.encode(status).decode())
    else:
        print("\n".join(status.lines()))
    return _BROKEN if status.state == "broken" else 0


def _simulate(options: argparse.Namespace) -> int:
    def serve(settings: CloudSettings, data: Path) -> None:
        from pos_tui.cloud import simulators

        simulators.serve(settings, data, port=options.port, follow_stdin=options.follow_stdin)

    return _start(options, serve)


GATEWAY = Command(
    "gateway",
    "The first cloud server: settles orders with the platforms, writes the transaction log.",
    "pos-tui gateway --settings /etc/pos-tui/cloud.toml",
    _gateway_arguments,
    _gateway,
)
RELAY = Command(
    "relay",
    "The second cloud server's hand: watches the transaction log, tells each till through Redis.",
    "pos-tui relay --settings /etc/pos-tui/cloud.toml; pos-tui relay --status",
    _relay_arguments,
    _relay,
)
SIMULATE = Command(
    "simulate",
    "Stand-ins for the payment platforms, for training and tests.",
    "pos-tui simulate --settings cloud.toml --port 8820",
    _listener_arguments,
    _simulate,
)
