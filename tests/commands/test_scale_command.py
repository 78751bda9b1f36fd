"""`pos-tui scale`, as a technician types it, and a sale over goods that are weighed."""

import json

import pytest

from tests.command_line import typed
from tests.conftest import CHICKEN, COLA, Counter
from tests.scale_stand_in import ScaleStandIn

pytestmark = pytest.mark.posix_only("a scale of the tests' is on a pty")


@pytest.fixture
def scale(tmp_path):
    scale = ScaleStandIn(tmp_path / "scale", "toledo_8217")
    yield scale
    scale.switch_off()


@pytest.fixture
def settings(tmp_path):
    file = tmp_path / "till.toml"
    port = tmp_path / "scale"
    file.write_text(f'[scale]\nkind = "toledo_8217"\nport = "{port}"\n', encoding="utf-8")
    return str(file)


def one_reading(settings):
    done = typed("scale", "--json", "--settings", settings)
    return done.returncode, json.loads(done.stdout)


def test_one_reading_is_one_object(scale, settings):
    scale.weigh(842)
    code, read = one_reading(settings)
    assert code == 0
    assert read["line"] == "9600 7E1"
    expected = {"state": "stable", "grams": "842", "net": False, "zero": False}
    assert read.items() >= expected.items()
    scale.weigh(0)
    assert one_reading(settings)[1]["zero"]


def test_what_is_wrong_has_its_name(scale, settings):
    scale.is_silent = True
    code, read = one_reading(settings)
    assert (code, read["state"], read["reason"]) == (1, "no_answer", "scale.silent")
    scale.is_silent, scale.wrong_parity = False, True
    code, read = one_reading(settings)
    assert (code, read["state"], read["reason"]) == (1, "bad_data", "scale.wrong_parity")
    scale.switch_off()
    code, read = one_reading(settings)
    assert (code, read["state"], read["reason"]) == (1, "no_answer", "scale.port_absent")


def test_it_is_watched_as_it_changes(scale, settings):
    scale.weigh(842)
    done = typed("scale", "--seconds", "0.3", "--settings", settings)
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == "842 g: at rest"


def test_without_a_scale_in_the_settings_that_is_said(tmp_path):
    file = tmp_path / "till.toml"
    file.write_text("", encoding="utf-8")
    done = typed("scale", "--settings", str(file))
    assert done.returncode == 2
    assert "[scale]" in done.stderr


def test_a_kind_that_is_none_is_wrong_input(tmp_path):
    file = tmp_path / "till.toml"
    file.write_text('[scale]\nkind = "weighbridge"\n', encoding="utf-8")
    done = typed("scale", "--settings", str(file))
    assert done.returncode == 2
    assert "kind" in done.stderr


def test_a_sale_without_a_screen_waits_for_the_scale(scale, settings, tmp_path):
    Counter(tmp_path / "data").stock().books.close()
    scale.weigh(0)
    scale.answers = [b"\x0200.000\r"]
    scale.weigh(842)  # after it was seen empty once
    done = typed(
        "sell", CHICKEN, "cash", "50", "--settings", settings, "--data", str(tmp_path / "data")
    )
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, done.stderr
    assert next(each["quantity"] for each in told if each["event"] == "line") == "0.842"


def test_what_is_not_weighed_in_time_is_not_left_out_of_a_sale(scale, settings, tmp_path):
    Counter(tmp_path / "data").stock().books.close()
    scale.is_moving = True
    done = typed(
        "sell", COLA, CHICKEN, "cash", "50", "--wait", "0.5",
        "--settings", settings, "--data", str(tmp_path / "data"),
    )  # fmt: skip
    assert done.returncode == 3
    assert "was not weighed" in done.stdout
    assert '"paid"' not in done.stdout
