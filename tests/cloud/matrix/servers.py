"""The hands on the matrix's servers: asking for one, hearing that it is up, and that it is gone."""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec

from .nursery import Wish

_ROOT = Path(__file__).resolve().parents[3]
_UP_WITHIN_S = 300.0  # one that fails says so at once: its lifeline ends


class Server:
    """One server on its lifeline."""

    def __init__(self, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
        self.port = port
        self.is_killed = False
        self._writer = writer
        self.ended = asyncio.create_task(self._follow(reader))

    async def _follow(self, reader: asyncio.StreamReader) -> None:
        with contextlib.suppress(OSError):
            while line := await reader.readline():
                self.is_killed = self.is_killed or b'"killed"' in line

    async def end(self) -> None:
        """At once, and without any grace."""
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()
        await self.ended


class Nursery:
    """The process that forks servers."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self._process = process
        self._port = port

    async def serve(self, wish: Wish) -> Server:
        """A server, once it listens. Raises RuntimeError with its complaint when it does not."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(msgspec.json.encode(wish) + b"\n")
        try:
            async with asyncio.timeout(_UP_WITHIN_S):
                line = await reader.readline()
        except (TimeoutError, OSError):
            line = b""
        if b'"listening"' not in line:
            writer.close()
            place = Path(wish.folder or wish.run) / "server.stderr"
            said = place.read_text("utf-8")[-1000:] if place.exists() else ""
            raise RuntimeError(f"a server did not start: {line!r} {said}")
        return Server(json.loads(line)["port"], reader, writer)


@contextlib.asynccontextmanager
async def open_nursery(run: Path) -> AsyncIterator[Nursery]:
    """A nursery for the accounts in a folder; its servers end with it."""
    process = await asyncio.to_thread(
        subprocess.Popen,
        [sys.executable, "-m", "tests.cloud.matrix.nursery", str(run)],
        cwd=_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin and process.stdout
    try:
        line = await asyncio.to_thread(process.stdout.readline)
        yield Nursery(process, json.loads(line)["port"])
    finally:
        process.stdin.close()
        await asyncio.to_thread(process.wait, 15)
        process.stdout.close()
