"""What the registry's rows load, and when: a gateway no simulator, settings neither."""

from __future__ import annotations

import subprocess
import sys

import pytest

LISTED = "import sys; print(*(n for n in sys.modules if n.startswith('pos_tui.cloud')))"


def loaded_by(module: str) -> set[str]:
    """The cloud's modules that a fresh process has after importing this one."""
    ended = subprocess.run(
        [sys.executable, "-c", f"import {module}; {LISTED}"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return set(ended.stdout.split())


@pytest.mark.parametrize(
    ("module", "parts"),
    [
        ("pos_tui.cloud.gateway.app", ("simul",)),
        ("pos_tui.cloud.relay.file_watcher", ("simul", ".client", ".mapping", ".bill")),
        ("pos_tui.cloud.settings_files", ("simul", ".client", ".mapping", ".bill", ".wire")),
        ("pos_tui.settings", ("pos_tui.cloud",)),
    ],
)
def test_nothing_is_loaded_that_is_not_used(module: str, parts: tuple[str, ...]) -> None:
    loaded = loaded_by(module)
    assert not [name for name in loaded if any(part in name for part in parts)]


def test_a_gateway_that_opens_an_account_loads_its_client_only() -> None:
    opened = (
        "pos_tui.cloud.gateway.app, httpx; from pos_tui.cloud.platforms.registry import PLATFORMS;"
        " [row] = [r for r in PLATFORMS if r.name == 'qra'];"
        " row.open_client(row.account.simulated('http://x', str), httpx.AsyncClient(), None)"
    )
    loaded = loaded_by(opened)
    assert "pos_tui.cloud.platforms.qra.client" in loaded
    assert "pos_tui.cloud.platforms.antom.client" not in loaded
    assert not [name for name in loaded if "simul" in name]
