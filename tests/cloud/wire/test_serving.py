"""How the servers start, say that they are ready, and end."""

from __future__ import annotations

import json
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from pos_tui.cloud.gateway.server import serve_gateway
from pos_tui.cloud.simulators.keys import make_keys
from pos_tui.cloud.wire.serving import AddressUnavailable
from pos_tui.settings import SettingsError
from tests.spoken import raises

from ..shop import free_port, settings_of, write_settings

START = """
import sys
from pathlib import Path
from pos_tui.cloud.settings_files import load_cloud_settings
from pos_tui.cloud import simulators
from tests.spoken import raises
folder = Path(sys.argv[1])
simulators.serve(load_cloud_settings(folder / "cloud.toml"), folder, port=0, follow_stdin=True)
"""


def test_a_server_ends_with_its_standard_input(tmp_path: Path, keys: Path) -> None:
    for path in keys.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    write_settings(tmp_path)
    with subprocess.Popen(
        [sys.executable, "-c", START, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdout and process.stdin
        said = json.loads(process.stdout.readline())
        assert (said["event"], said["what"]) == ("listening", "simulators")
        with socket.create_connection(("127.0.0.1", said["port"]), timeout=60):
            pass
        process.stdin.close()
        assert process.stdout.read() == b""
        assert process.wait(timeout=60) == 0


def test_a_taken_port_is_named(tmp_path: Path, keys: Path) -> None:
    for path in keys.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    write_settings(tmp_path)
    port = free_port()
    with socket.create_server(("127.0.0.1", port)), raises(AddressUnavailable, str(port)):
        serve_gateway(settings_of(tmp_path), tmp_path, [], port=port)


@pytest.mark.parametrize("content", [None, b"", b"not a key"])
def test_a_key_that_cannot_be_used_is_named(
    tmp_path: Path, keys: Path, content: bytes | None
) -> None:
    for path in keys.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    write_settings(tmp_path)
    broken = tmp_path / "merchant-key.pem"
    broken.unlink()
    if content is not None:
        broken.write_bytes(content)
    with raises(SettingsError, r"merchant-key\.pem|M001: wechat\.private_key"):
        serve_gateway(settings_of(tmp_path), tmp_path, [], port=0)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_new_keys_are_for_their_owner_only(tmp_path: Path) -> None:
    make_keys(tmp_path / "keys")
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "keys").iterdir()}
    assert modes == {0o600}
