"""Running a server process: its one line of readiness, its log, its application on a port."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import socket
import sys
from collections.abc import Iterator

import uvicorn
from starlette.types import ASGIApp

from pos_tui.cloud.wire.ending import ending_signals, when_stdin_ends
from pos_tui.cloud.wire.http_limits import HttpLimits, limited_http
from pos_tui.plain_text import escaped_lines, escaped_text
from pos_tui.reasons import ReasonError, plain

_GRACE_S = 5


class PlainLogFormatter(logging.Formatter):
    """One line a message, whatever stands in it: control characters are escaped."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        """The line of a record."""
        return escaped_text(super().formatMessage(record))

    def formatException(self, ei: object) -> str:  # noqa: N802
        """The lines of a traceback, which keep their ends."""
        return escaped_lines(super().formatException(ei))  # type: ignore[arg-type]


class AddressUnavailable(ReasonError):
    """An address that cannot be listened on: it is taken, or not this machine's."""


def serve_app(
    app: ASGIApp,
    what: str,
    host: str,
    port: int,
    *,
    follow_stdin: bool = False,
    http: type[asyncio.Protocol] | None = None,
    limits: HttpLimits | None = None,
    listener: socket.socket | None = None,
) -> None:
    """Serve an application until a signal (or the end of standard input) asks for the end.

    Port 0 takes a free one, `listener` is a socket that listens already; the line on standard
    output says which port it is. `http` is another protocol than the one that keeps to `limits`.
    Raises AddressUnavailable.
    """
    log_to_stderr()
    listener = listener or listen(host, port)
    config = uvicorn.Config(
        app,
        http=http or limited_http(limits or HttpLimits()),
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_S,
    )
    server = _Server(config, what)
    if follow_stdin:
        when_stdin_ends(server.finish)
    server.run(sockets=[listener])


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens; port 0 takes a free one. Raises AddressUnavailable."""
    # A socket that says it is TCP gets TCP_NODELAY from asyncio; without, every answer would wait
    # some 40 ms for the other side's delayed acknowledgement.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform != "win32":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(512)
    except OSError as error:
        listener.close()
        raise AddressUnavailable(
            "gateway_settings.cannot_listen",
            host=host,
            port=port,
            why=plain(error.strerror or str(error)),
        ) from error
    return listener


def announce(event: str, what: str, **details: object) -> None:
    """The one line on standard output by which whoever started this process knows it is ready."""
    sys.stdout.write(json.dumps({"event": event, "what": what, **details}) + "\n")
    sys.stdout.flush()


def log_to_stderr() -> None:
    """Send the program's log to standard error, unless somebody has already placed it."""
    handler = logging.StreamHandler()
    handler.setFormatter(PlainLogFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    for chatty in ("httpx", "uvicorn.error"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, what: str) -> None:
        super().__init__(config)
        self._what = what

    def finish(self) -> None:
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if sockets and not self.should_exit:  # older uvicorns come here after a failed start too
            announce("listening", self._what, port=sockets[0].getsockname()[1])

    # uvicorn's own version raises the signal again after a graceful end, which makes that end
    # look like a violent one to whoever started the process.
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        with ending_signals(self.finish):
            yield
