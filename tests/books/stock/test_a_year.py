"""A shop's year of deliveries, sales, returns, counts: the books agree with cards on paper."""

from __future__ import annotations

import random
import subprocess
import sys
import time

import pytest

from tests.model_stock import year
from tests.stock_keeper import BEGINS, do, done_until, judged, open_shop


@pytest.mark.parametrize("seed", range(4))
def test_the_books_agree_with_the_cards_on_paper(tmp_path, seed):
    books = open_shop(tmp_path, 24)
    acts = list(year(seed, 24, 240, BEGINS))
    for act in acts:
        do(books, act)
    books.close()
    assert not judged(tmp_path, acts)


def test_a_keeper_that_is_killed_goes_on_where_the_books_are(tmp_path):
    """Whatever was acknowledged is there, once; what was not is done by the next one."""
    chance = random.Random(7)
    command = [sys.executable, "-m", "tests.stock_keeper", str(tmp_path), "7", "24", "150"]
    acknowledged, kills = 0, 0
    while True:
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as keeper:
            assert keeper.stdout
            first = keeper.stdout.readline()
            if first and kills < 4:
                time.sleep(chance.random() * 0.02)
                keeper.kill()
                kills += 1
            told = [first.strip(), *(line.strip() for line in keeper.stdout)]
        whole = [int(line) for line in told if line]
        acknowledged = max([acknowledged, *whole])
        books = open_shop(tmp_path, 24)
        done = done_until(books)
        books.close()
        assert done >= acknowledged
        acts = [act for act in year(7, 24, 150, BEGINS) if act.number <= done]
        assert not judged(tmp_path, acts)
        if keeper.returncode == 0:
            break
    assert kills == 4
