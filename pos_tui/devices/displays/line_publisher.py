"""The till's side of the way to the customer's screens: whoever listens gets the newest line."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable
from pathlib import Path

from pos_tui.devices.displays.customer_link import (
    HEARTBEAT_S,
    LinkAddress,
    LinkRefused,
    new_secret,
    prove_as_till,
    remove_address,
    write_address,
)

_MOST_LISTENERS = 16
_UNSENT_BYTES = 4096  # what the system keeps for one that does not read: a line or two


class LinePublisher:
    """Serves the newest line to the screens of this machine that listen, on the event loop.

    `compose` makes the line (without its line feed), and is asked only when somebody listens and
    something has changed. Who reads slowly misses lines and gets the newest; nothing is queued.
    """

    def __init__(
        self,
        folder: Path,
        compose: Callable[[], bytes],
        port: int = 0,
        every_s: float = HEARTBEAT_S,
    ) -> None:
        """`folder` is the till's data folder; port 0 is whichever is free."""
        self._folder = folder
        self._compose = compose
        self._port = port
        self._every_s = every_s
        self._address: LinkAddress | None = None
        self._server: asyncio.Server | None = None
        self._listeners: set[asyncio.Task[None]] = set()
        self._listening = 0
        self._changed = asyncio.Event()
        self._version = 1
        self._line_version = 0
        self._line = b""

    @property
    def has_listeners(self) -> bool:
        """Whether anybody gets what is published."""
        return self._listening > 0

    async def start(self) -> None:
        """Listen, and write down where. Raises OSError."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self._port)
        port: int = self._server.sockets[0].getsockname()[1]
        self._address = LinkAddress(port, new_secret())
        try:
            write_address(self._folder, self._address)
        except OSError:
            self._server.close()
            raise

    def publish(self) -> None:
        """What is to be seen is another now; costs nothing where nobody listens."""
        self._version += 1
        if self._listening:
            self._changed.set()
            self._changed = asyncio.Event()

    async def close(self) -> None:
        """Send what there is to be seen at last, and listen no more."""
        if self._server is None:
            return
        self._server.close()
        if self._address is not None:
            remove_address(self._folder, self._address)
        listeners = set(self._listeners)
        if self._listening:
            self.publish()
            await asyncio.sleep(0)  # each writes it at its next turn
            await asyncio.wait(listeners, timeout=0.05)
        for task in listeners:
            task.cancel()
        await asyncio.gather(*listeners, return_exceptions=True)

    # ---- inside ------------------------------------------------------------------------------

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._listeners) >= _MOST_LISTENERS:
            writer.close()
            return
        task = asyncio.ensure_future(self._serve(reader, writer))
        self._listeners.add(task)
        task.add_done_callback(self._listeners.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            assert self._address is not None
            await prove_as_till(reader, writer, self._address.secret)
            writer.transport.set_write_buffer_limits(0)
            connection: socket.socket = writer.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _UNSENT_BYTES)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._listening += 1
            try:
                await self._send_newest(writer)
            finally:
                self._listening -= 1
        except (LinkRefused, OSError):
            pass  # it has gone, or it may not listen
        finally:
            writer.close()

    async def _send_newest(self, writer: asyncio.StreamWriter) -> None:
        sent = 0
        while True:
            changed, version = self._changed, self._version
            if version != sent:
                writer.write(self._newest() + b"\n")
                sent = version
            else:
                writer.write(b"\n")
            await writer.drain()
            if self._version == sent:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(changed.wait(), self._every_s)

    def _newest(self) -> bytes:
        if self._line_version != self._version:
            self._line = self._compose()
            self._line_version = self._version
        return self._line
