"""The key files of the simulated platforms and of a merchant that pays through them."""

from __future__ import annotations

from pathlib import Path

from pos_tui.cloud.platforms.registry import PLATFORMS


def make_keys(folder: Path) -> None:
    """Write fresh keys and certificates for every platform, readable by their owner only."""
    from pos_tui.cloud.platforms.simulation.keys import make_common_keys

    folder.mkdir(parents=True, exist_ok=True)
    for row in PLATFORMS:
        row.make_key_files(folder)
    make_common_keys(folder)


def has_keys(folder: Path) -> bool:
    """Whether every file is there that a merchant's simulated accounts name."""
    names: list[str] = []

    def note(name: str) -> str:
        names.append(name)
        return name

    for row in PLATFORMS:
        row.account.simulated("", note)
    return all((folder / name).exists() for name in names)
