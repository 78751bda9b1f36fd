"""The customer's page as a program of its own, and a till that shows it something."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

from pos_tui.devices.displays.line_publisher import LinePublisher
from pos_tui.receipts.customer_snapshot import CustomerLine, CustomerSnapshot, encode_snapshot

_SETTINGS = """
[shop]
name = "Corner Market"

[customer]
enabled = true
"""


class ServedPage:
    """A running `pos-tui customer --web` of one data folder."""

    def __init__(
        self, folder: Path, language: str = "en", host: str = "127.0.0.1", port: int = 0
    ) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        settings = folder / "till.toml"
        settings.write_text(_SETTINGS, encoding="utf-8")
        where = ["--settings", str(settings), "--data", str(folder), "--language", language]
        command = [sys.executable, "-m", "pos_tui", "customer", "--web"]
        self.process = subprocess.Popen(
            [*command, "--host", host, "--port", str(port), *where],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        assert self.process.stdout is not None
        self.announced = self.process.stdout.readline().strip()
        self.address = "http://" + self.announced.rpartition("http://")[2]

    @property
    def port(self) -> int:
        port = urlsplit(self.address).port
        assert port is not None
        return port

    def end(self) -> tuple[int, str]:
        """End it as a service manager does: its exit code, and what it complained of."""
        self.process.terminate()
        _, complaints = self.process.communicate(timeout=30)
        return self.process.returncode, complaints


class ShowingTill:
    """What a till's customer is to see, on the till's own way to the screens."""

    def __init__(self, folder: Path) -> None:
        self.now = CustomerSnapshot(seq=0, shop="Corner Market", say="Welcome")
        self._publisher = LinePublisher(folder, lambda: encode_snapshot(self.now))

    async def start(self) -> None:
        await self._publisher.start()

    def show(self, snapshot: CustomerSnapshot) -> None:
        self.now = snapshot
        self._publisher.publish()

    async def close(self) -> None:
        await self._publisher.close()

    async def __aenter__(self) -> ShowingTill:
        await self.start()
        return self

    async def __aexit__(self, *_why: object) -> None:
        await self.close()


def lines(count: int, name: str = "Item {number}") -> tuple[CustomerLine, ...]:
    """So many lines, each with its number in its name."""
    return tuple(
        CustomerLine(name=name.format(number=number), actual=f"{number}.00")
        for number in range(1, count + 1)
    )


async def raw_answer(port: int, sent: bytes) -> bytes:
    """What comes back for these bytes until the server closes; b"" where it only closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(sent)
        return await asyncio.wait_for(reader.read(), 30)
    except ConnectionError:
        return b""
    finally:
        writer.close()
