"""Devices that emupos emulates, for as long as a test wants them.

A printer is at a port of the network or on a serial port; a scale would be one more row of
`devices`, with its weight set by `put`.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

_WAIT_S = 30.0


class Emulator:
    """A running emupos, by its control API."""

    def __init__(self, api: str, root: Path) -> None:
        self._client = httpx.Client(base_url=f"{api}/api/v1", timeout=20, trust_env=False)
        self._root = root

    def device(self, name: str) -> dict[str, Any]:
        """What a device is and how it is."""
        found: dict[str, Any] = self._get(f"/devices/{name}").json()
        return found

    def serial_port(self, name: str) -> str:
        """The path of a device's serial port."""
        (connection,) = [
            each for each in self.device(name)["connections"] if each["kind"] == "serial"
        ]
        return str(connection["device_path"] or connection["link_path"])

    def put(self, path: str, body: object = None) -> None:
        """Change something: a fault, a weight."""
        self._client.put(path, json=body if body is not None else {}).raise_for_status()

    @contextlib.contextmanager
    def fault(self, name: str, fault: str) -> Iterator[None]:
        """A printer's fault, until it is seen to."""
        self.put(f"/devices/{name}/faults/{fault}")
        yield
        self._client.delete(f"/devices/{name}/faults/{fault}").raise_for_status()

    def close_drawer(self, name: str) -> None:
        """Push the drawer in."""
        self._client.post(f"/devices/{name}/drawer/close").raise_for_status()

    def receipts(self, name: str, count: int) -> list[str]:
        """The texts of so many receipts, the oldest first, once all are there."""
        end = time.monotonic() + _WAIT_S
        while len(found := self._get(f"/devices/{name}/receipts").json()) < count:
            assert time.monotonic() < end, f"{len(found)} of {count} receipts came"
            time.sleep(0.05)
        ids = [each["id"] for each in reversed(found)]
        return [self._get(f"/devices/{name}/receipts/{each}/text").text for each in ids]

    def picture(self, name: str) -> bytes:
        """The newest receipt as a PNG."""
        return self._get(f"/devices/{name}/receipts/latest/image").content

    def close(self) -> None:
        """Give the connection to it up."""
        self._client.close()

    def _get(self, path: str) -> httpx.Response:
        return self._client.get(path).raise_for_status()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


@contextlib.contextmanager
def emulated(devices: Sequence[Mapping[str, object]]) -> Iterator[Emulator]:
    """These devices, as emupos' configuration has them; skips where emupos is not installed."""
    command = os.environ.get("POS_TUI_EMUPOS", "").split("\n")
    if not command[0]:
        pytest.skip("make hardware runs these, with emupos")
    root = Path(os.environ["POS_TUI_EMUPOS_ROOT"])
    api_port = free_port()
    with tempfile.TemporaryDirectory(dir=root / "tmp") as folder:
        settings = {
            "schema": 1,
            "api": {"host": "127.0.0.1", "port": api_port},
            "devices": list(devices),
        }
        # JSON is YAML, too.
        (Path(folder) / "emupos.yaml").write_text(json.dumps(settings), encoding="utf-8")
        inside = Path("/") / Path(folder).relative_to(root) / "emupos.yaml"
        log = Path(folder) / "log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [*command, "run", "--config", str(inside)], stdout=output, stderr=output
            )
        try:
            emulator = Emulator(f"http://127.0.0.1:{api_port}", root)
            with contextlib.closing(emulator):
                _wait_until_there(emulator, process, log)
                yield emulator
        finally:
            process.terminate()
            process.wait(_WAIT_S)


def _wait_until_there(emulator: Emulator, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + _WAIT_S
    while True:
        with contextlib.suppress(httpx.HTTPError):
            emulator._get("/health")
            return
        assert process.poll() is None, log.read_text(encoding="utf-8", errors="replace")
        assert time.monotonic() < end, "emupos does not answer"
        time.sleep(0.1)
