"""Books with a damaged page: the till says so and goes on, and never sells at a wrong price."""

import shutil

import pytest

from tests.books.damage import make_shop, sell_with


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shop")
    make_shop(folder)
    return folder


@pytest.mark.parametrize("whole_page", [False, True], ids=["a byte", "a page"])
@pytest.mark.parametrize("seed", range(8))
def test_a_till_survives_damage_anywhere_in_its_books(shop, tmp_path, seed, whole_page):
    folder = tmp_path / "till"
    shutil.copytree(shop, folder)
    trial = sell_with(folder, seed, whole_page=whole_page)
    assert trial.sold or trial.said
