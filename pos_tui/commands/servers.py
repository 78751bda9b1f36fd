"""`pos-tui gateway`, `relay`, `simulate`: the servers behind the till."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from pos_tui.cloud.settings_files import load_cloud_settings
from pos_tui.commands.command import Subcommand, complain
from pos_tui.reasons import ReasonError, reason_of
from pos_tui.settings import CloudSettings, data_folder
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from msgspec import Struct

    from pos_tui.cloud.relay.status import RelayStatus


_BROKEN = 1
_MARKS = {"ok": "✓", "warning": "!", "broken": "✗"}


def _server_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--follow-stdin",
        action="store_true",
        help=say("servers.follow_stdin_help"),
    )


def _listener_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, help=say("servers.port_help"))
    _server_arguments(parser)


def _gateway_arguments(parser: argparse.ArgumentParser) -> None:
    from argparse import SUPPRESS

    # How a gateway of several workers starts one of them.
    parser.add_argument("--worker", help=SUPPRESS)
    parser.add_argument("--listener", type=int, help=SUPPRESS)
    _listener_arguments(parser)


def _start(options: argparse.Namespace, serve: Callable[[CloudSettings, Path], None]) -> int:
    from pos_tui.files.owner import make_private_folder

    settings = load_cloud_settings(options.settings)
    data = options.data or data_folder() / "cloud"
    logging.basicConfig(
        stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(name)s %(message)s"
    )
    try:
        make_private_folder(data)
        serve(settings, data)
    except ImportError as error:
        return complain(say("servers.not_installed", module=error.name or ""))
    except (OSError, ReasonError) as error:
        return complain(in_words(reason_of(error)))
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
    parser.add_argument("--status", action="store_true", help=say("cmd_relay.status_help"))
    parser.add_argument("--json", action="store_true", help=say("cmd_relay.json_help"))
    _server_arguments(parser)


def _relay(options: argparse.Namespace) -> int:
    if options.status or options.json:
        return _relay_status(options)

    def serve(settings: CloudSettings, data: Path) -> None:
        from pos_tui.cloud.relay.server import run_relay

        run_relay(settings, data, follow_stdin=options.follow_stdin)

    return _start(options, serve)


def _relay_status(options: argparse.Namespace) -> int:
    settings = load_cloud_settings(options.settings)
    try:
        from pos_tui.cloud.relay.status import relay_status
    except ImportError as error:
        return complain(say("servers.not_installed", module=error.name or ""))
    status = relay_status(settings, options.data or data_folder() / "cloud")
    if options.json:
        print(_as_json(status))
    else:
        print("\n".join(_lines(status)))
    return _BROKEN if status.state == "broken" else 0


def _as_json(status: RelayStatus) -> str:
    import msgspec

    def with_words(part: Struct) -> dict[str, object]:
        fields = msgspec.structs.asdict(part)
        reason = fields["say"]
        return {**fields, "say": in_words(reason), "reason": reason.kind}

    logs = [with_words(log) for log in status.logs]
    return msgspec.json.encode({**with_words(status), "logs": logs}).decode()


def _lines(status: RelayStatus) -> Iterator[str]:
    """For the technician, a line or a few for each log."""
    yield f"{_MARKS[status.state]} {say('cmd_relay.redis', redis=status.redis, why=status.say)}"
    for log in status.logs:
        line = say("cmd_relay.log", log=log.log, folder=log.folder, why=log.say)
        yield f"{_MARKS[log.state]} {line}"
        yield "    " + say(
            "cmd_relay.figures",
            waiting=log.waiting,
            oldest_ms=log.oldest_ms,
            lag_bytes=log.lag_bytes,
            per_s=f"{log.per_s:.1f}",
            set_aside=log.set_aside,
        )
        if log.holder:
            yield "    " + say("cmd_relay.published_by", relay=log.holder)
        else:
            yield "    " + say("cmd_relay.published_by_nobody")
        if log.last_set_aside:
            yield "    " + say("cmd_relay.last_set_aside", why=log.last_set_aside)


def _simulate(options: argparse.Namespace) -> int:
    def serve(settings: CloudSettings, data: Path) -> None:
        from pos_tui.cloud import simulators

        simulators.serve(settings, data, port=options.port, follow_stdin=options.follow_stdin)

    return _start(options, serve)


GATEWAY = Subcommand(
    "gateway",
    "cmd_gateway.help",
    "pos-tui gateway --settings /etc/pos-tui/cloud.toml",
    _gateway_arguments,
    _gateway,
)
RELAY = Subcommand(
    "relay",
    "cmd_relay.help",
    "pos-tui relay --settings /etc/pos-tui/cloud.toml; pos-tui relay --status",
    _relay_arguments,
    _relay,
)
SIMULATE = Subcommand(
    "simulate",
    "cmd_simulate.help",
    "pos-tui simulate --settings cloud.toml --port 8820",
    _listener_arguments,
    _simulate,
)
