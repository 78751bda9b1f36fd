"""`pos-tui receipt` without a number: what is not on paper."""

import json

from pos_tui.devices.printers import PrinterError
from tests.command_line import typed
from tests.conftest import COLA, Counter

AWAY = PrinterError("printer.no_answer", host="printer", port=9100)
CUT_SHORT = PrinterError("printer.cut_short", is_unsure=True, why="The paper is out.")


async def sell(counter, trouble):
    counter.printer.trouble = trouble
    counter.scan(COLA)
    counter.till.pay("=")
    await counter.till.until_idle()


async def test_it_lists_what_waits_what_is_unsure_and_why(tmp_path):
    counter = Counter(tmp_path).stock().open()
    for trouble in (None, CUT_SHORT, AWAY):
        await sell(counter, trouble)
    counter.books.wait()
    listed = typed("receipt", "--data", str(tmp_path))
    assert listed.returncode == 0, listed.stderr
    unsure, waiting = listed.stdout.splitlines()
    assert "unsure  receipt of sale 000002  The paper is out." in unsure
    assert "waiting  receipt of sale 000003  The printer printer:9100 does not answer." in waiting
    rows = [
        json.loads(line)
        for line in typed("receipt", "--json", "--data", str(tmp_path)).stdout.splitlines()
    ]
    assert [(row["document"], row["state"], row["by"]) for row in rows] == [
        (2, "unsure", "Ada"), (3, "waiting", "Ada"),
    ]  # fmt: skip
    counter.books.close()


async def test_without_any_it_says_so(tmp_path):
    counter = Counter(tmp_path).stock().open()
    await sell(counter, None)
    assert typed("receipt", "--data", str(tmp_path)).stdout == "Everything is on paper.\n"
    assert typed("receipt", "--json", "--data", str(tmp_path)).stdout == ""
    counter.books.close()
