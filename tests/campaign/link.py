"""A TCP link on loopback that can be cut, frozen half-open, and healed."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable


class Link:
    """Passes bytes from its own `port` to another one, for as long as it is whole.

    Cut: what is connected is reset, and so is whoever comes. Frozen: everything stays connected,
    newcomers too, and nothing passes; what was sent meanwhile arrives when the link is healed.
    """

    def __init__(self, target_port: int) -> None:
        self.port = 0
        self._target_port = target_port
        self._is_cut = False
        self._writers: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._flowing = asyncio.Event()
        self._flowing.set()
        opened = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(opened.set,), daemon=True)
        self._thread.start()
        opened.wait(10)

    def cut(self) -> None:
        """Reset all connections, and refuse new ones."""
        self._do(self._cut)

    def freeze(self) -> None:
        """Let nothing pass any more, without anybody being told."""
        self._do(self._flowing.clear)

    def heal(self, *, keep: bool = True) -> None:
        """Whole again; what was connected goes on, or is reset with what was on its way."""
        self._do(lambda: self._heal(keep))

    def close(self) -> None:
        """Cut it for good."""
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    # ---- on the link's own thread ------------------------------------------------------------

    def _run(self, opened: Callable[[], None]) -> None:
        asyncio.set_event_loop(self._loop)
        serving = asyncio.start_server(self._pass, "127.0.0.1", self.port, backlog=512)
        server = self._loop.run_until_complete(serving)
        self.port = int(server.sockets[0].getsockname()[1])
        opened()
        self._loop.run_forever()
        server.close()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.close()

    def _do(self, act: Callable[[], object]) -> None:
        done = threading.Event()

        def run() -> None:
            act()
            done.set()

        self._loop.call_soon_threadsafe(run)
        done.wait(5)

    def _cut(self) -> None:
        self._is_cut = True
        for writer in self._writers:
            writer.transport.abort()

    def _heal(self, keep: bool) -> None:
        if not keep:
            for writer in self._writers:
                writer.transport.abort()
        self._is_cut = False
        self._flowing.set()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        there: asyncio.StreamWriter | None = None
        try:
            if self._is_cut:
                return
            await self._flowing.wait()
            answers, there = await asyncio.open_connection("127.0.0.1", self._target_port)
            self._writers.add(there)
            ways = {
                asyncio.ensure_future(self._pump(reader, there)),
                asyncio.ensure_future(self._pump(answers, writer)),
            }
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()
        except OSError:
            pass  # there is nobody behind the link; whoever came is sent away
        finally:
            for each in (writer, there):
                if each is not None:
                    self._writers.discard(each)
                    each.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                await self._flowing.wait()
                writer.write(data)
                await writer.drain()
            await self._flowing.wait()
            # What was written last leaves before the connection is taken down.
            writer.close()
            await writer.wait_closed()
