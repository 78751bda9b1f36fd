"""How much a till takes on a small machine's disk."""

from __future__ import annotations

import tomllib
from pathlib import Path

from tests.bench.install import MOST_MB, required, sizes_mb


def test_a_till_with_all_that_it_requires_fits_on_a_small_disk() -> None:
    sizes = sizes_mb()

    assert all(sizes.values())
    assert sum(sizes.values()) <= MOST_MB, sizes


def test_a_till_brings_no_libraries_for_pictures_and_no_second_printer() -> None:
    assert required().isdisjoint({"pillow", "python-escpos", "pyyaml", "setuptools", "babel"})


def test_what_has_to_be_compiled_stands_in_an_extra_of_its_own() -> None:
    project = tomllib.loads(
        (Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8")
    )["project"]
    compiled = {
        extra
        for extra, wanted in project["optional-dependencies"].items()
        if any(each.startswith("evdev>") for each in wanted)
    }

    assert compiled == {"scanner-compiled"}
    assert "pos-tui[scanner]" in project["optional-dependencies"]["scanner-compiled"]
