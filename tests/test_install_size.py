"""How much a till takes on a small machine's disk."""

from __future__ import annotations

from tests.bench.install import MOST_MB, required, sizes_mb


def test_a_till_with_all_that_it_requires_fits_on_a_small_disk() -> None:
    sizes = sizes_mb()

    assert all(sizes.values())
    assert sum(sizes.values()) <= MOST_MB, sizes


def test_a_till_brings_no_libraries_for_pictures_and_no_second_printer() -> None:
    assert required().isdisjoint({"pillow", "python-escpos", "pyyaml", "setuptools", "babel"})
