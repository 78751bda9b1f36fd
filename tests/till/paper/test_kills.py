"""A till that is killed while it prints, at a printer that misbehaves: nothing lost, none twice."""

import pytest

from tests.paper_trial import paper_trial


@pytest.mark.posix_only("nothing is killed like that on Windows")
def test_no_receipt_is_lost_and_none_printed_twice_unasked(tmp_path):
    trial = paper_trial(tmp_path / "till", 25, 4)
    assert trial.kills >= 2
    assert trial.is_well, trial
