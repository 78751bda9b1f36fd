"""`pos-tui decode` and `pos-tui template`, run as a technician runs them."""

import json
import tomllib
from pathlib import Path

import pytest

from pos_tui import cli
from tests.codes.contexts import TODAY

SETTINGS = '# my shop\n[shop]\nname = "X"  # kept\n\n[codes]\nlayouts = ["21IIIIIPPPPPC"]\n'


class Technician:
    """Runs commands with a settings file of their own."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.file = folder / "till.toml"
        self.file.write_text(SETTINGS)
        self._places = ("--settings", str(self.file), "--data", str(folder / "data"))
        self._capsys = capsys

    def __call__(self, *arguments: str) -> tuple[str | int | None, str, str]:
        """Run one; gives exit code, output and complaints."""
        self._capsys.readouterr()
        code: str | int | None
        try:
            code = cli.run([*self._places, *arguments])
        except SystemExit as end:
            code = end.code
        out, err = self._capsys.readouterr()
        return code, out, err


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Technician:
    """Runs a command with a settings file of its own; gives exit code, output and complaints."""
    return Technician(tmp_path, capsys)


def decoded(run, code):
    exit_code, out, _ = run("decode", "--json", code)
    assert exit_code == 0
    return json.loads(out)


def test_decode_says_what_a_code_carries(run):
    found = decoded(run, r"]C10109501101020917310300084217261231\x1d10A7")
    assert found["kind"] == "item"
    assert (found["gtin"], found["weight_kg"], found["lot"]) == ("09501101020917", 0.842, "A7")
    assert found["expires_on"] == "2026-12-31"
    assert TODAY.year == 2026
    assert "(17) use by" in found["why"]


def test_decode_masks_a_payment_code_and_names_the_platform(run):
    exit_code, out, _ = run("decode", "--json", "134857901234567890")
    found = json.loads(out)
    assert (exit_code, found["kind"], found["platform"]) == (0, "payment", "wechat")
    assert "13485790" not in out
    assert found["code"].endswith("7890")


def test_decode_lists_the_other_readings_in_order(run):
    found = decoded(run, "2112345012346")
    assert (found["house_code"], found["price"]) == ("12345", 1234)
    assert [other["gtin"] for other in found["others"]] == ["02112345012346"]


def test_decode_in_words_has_the_same(run):
    _, out, _ = run("decode", "2112345012346")
    assert "price        1234" in out
    assert "or else:" in out


def test_a_template_is_saved_into_the_settings_and_nothing_else_in_them_changes(run):
    code, out, _ = run("template", "add", "cola", "{name};{price};{shelf_life}",
                       "--example", "Cola;3.50;365")  # fmt: skip
    assert code == 0
    assert "price        350" in out
    text = run.file.read_text()
    assert text.startswith(SETTINGS)
    assert tomllib.loads(text)["codes"]["template"][0]["name"] == "cola"
    assert decoded(run, "Cola;3.50;365")["template"] == "cola"
    assert run("template", "remove", "cola")[0] == 0
    assert "template" not in decoded(run, "Cola;3.50;365")


@pytest.mark.parametrize(
    ("name", "pattern", "said"),
    [
        ("any", r"(?P<code>\d+)", "payment codes"),
        ("cola", "{name};{price}", "already"),
        ("rival", "{name};{count};{price}", "fits both"),
        ("x", "{colour}", "no field"),
        ("y", "({name}", "regular expression"),
    ],
)
def test_a_template_that_cannot_stand_is_refused_and_nothing_is_saved(run, name, pattern, said):
    run("template", "add", "cola", "{name};{price};{shelf_life}")
    before = run.file.read_text()
    code, _, err = run("template", "add", name, pattern)
    assert code == 2
    assert said in err
    assert run.file.read_text() == before


def test_templates_come_and_go_and_come_again(run):
    for name in ("a", "b", "c"):
        assert run("template", "add", name, "{name};{price}")[0] == 0
        assert run("template", "remove", name)[0] == 0
    assert run("decode", "1")[0] == 0


def test_the_settings_file_stays_as_private_as_it_was(run):
    run.file.chmod(0o600)
    assert run("template", "add", "a", "{name};{price}")[0] == 0
    assert run.file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(("name", "pattern"), [("n" * 41, "{name};"), ("x", "{name};" + ";" * 400)])
def test_what_the_till_would_not_load_is_not_saved(run, name, pattern):
    before = run.file.read_text()
    assert run("template", "add", name, pattern)[0] == 2
    assert run.file.read_text() == before
    assert run("decode", "1")[0] == 0


def test_a_template_written_wrongly_by_hand_can_be_taken_out(run):
    run.file.write_text(SETTINGS + "\n[[codes.template]]\nname = 'bad'\npattern = '('\n")
    assert run("decode", "1")[0] == 2
    assert run("template", "list")[0] == 1
    assert run("template", "remove", "bad")[0] == 0
    assert run("decode", "1")[0] == 0


def test_a_code_beside_a_wallets_is_masked_as_a_house_code_too(run):
    _, out, _ = run("decode", "--json", "510000000000001234")
    assert json.loads(out)["kind"] == "refused"
    assert "51000000" not in out
    _, out, _ = run("decode", "--json", "13485790123456789")
    assert "134857" not in out


def test_a_template_that_does_not_read_its_example_is_refused(run):
    code, _, err = run("template", "add", "c", "{name};{price}", "--example", "Cola,3.50")
    assert code == 2
    assert "does not fit" in err


def test_templates_that_somebody_wrote_by_hand_are_looked_at_too(run):
    run.file.write_text(
        SETTINGS + "\n[[codes.template]]\nname = 'bad'\npattern = '(?P<code>\\d{18})'\n"
    )
    code, out, err = run("template", "list")
    assert code == 1
    assert "bad" in out
    assert "payment codes" in err
    assert decoded(run, "911234567890123456")["kind"] == "item"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[codes]\nlayouts = ["21IIPPC"]', "no layout"),
        ('[payments]\nplatforms = ["wechatt"]', "no platform “wechatt”"),
        ('[payments]\nplatforms = ["qq"]', "weak"),
        ('[[codes.template]]\nname = "x"\npattern = "{colour}"', "no field"),
        ('[payments]\nformats_file = "/nowhere/formats.toml"', "cannot be read"),
    ],
)
def test_settings_that_cannot_be_are_told_before_the_first_scan(run, text, said):
    run.file.write_text(text)
    code, _, err = run("decode", "1")
    assert code == 2
    assert said in err
    assert str(run.file) in err


def test_a_layout_is_saved_with_what_it_costs_and_taken_out_again(run):
    layout, label = "26IIIIIPPPPPWWWWWC", "260012301580005120"
    code, out, _ = run("template", "add", layout, "--example", label)
    assert code == 0
    assert "price        1580" in out
    assert "weight kg    0.512" in out
    assert "1 in 10" in out
    assert tomllib.loads(run.file.read_text())["codes"]["layouts"] == ["21IIIIIPPPPPC", layout]
    assert decoded(run, label)["price"] == 1580
    _, listed, _ = run("template", "list")
    assert layout in listed
    assert "Alipay" in listed
    assert "1 in 10" in listed
    assert run("template", "remove", layout)[0] == 0
    assert decoded(run, label)["kind"] == "payment"


@pytest.mark.parametrize(
    ("layout", "example", "said"),
    [
        ("26IIIIIPPPPPWWWWWC", "260012301580005121", "does not fit"),
        ("26IIIIIPPPPPWWWWW", None, "no layout"),
        ("21IIIIIPPPPPC", None, "already"),
        ("21IIIIWWWWWWC", None, "never applies"),
    ],
)
def test_a_layout_that_cannot_stand_is_refused_and_nothing_is_saved(run, layout, example, said):
    before = run.file.read_text()
    code, _, err = run("template", "add", layout, *(("--example", example) if example else ()))
    assert code == 2
    assert said in err
    assert run.file.read_text() == before


def test_a_wrong_platform_is_said_and_everything_else_goes_on(run):
    run.file.write_text('[payments]\nplatforms = ["wechat", "wechatt"]\n')
    code, out, _ = run("sell", "5449000000996", "cash", "5")
    assert code != 2
    assert "no platform “wechatt”" in out
    assert '"event":"unknown"' in out


def test_a_stand_in_for_gs_is_named_in_the_settings(run):
    scan = "0109501101020917" + "10A7|17261231"
    assert "separator = '|'" in decoded(run, scan)["why"]
    run.file.write_text(SETTINGS + "\n[scanner]\nseparator = '|'\n")
    assert decoded(run, scan)["expires_on"] == "2026-12-31"
    run.file.write_text(SETTINGS + "\n[scanner]\nseparator = '7'\n")
    code, _, err = run("decode", scan)
    assert code == 2
    assert "scanner.separator" in err
