"""Printers by model: what is left out in the settings is the model's."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any, get_args

import pytest

from pos_tui.settings import PrinterSettings, TillSettings, load_till_settings
from pos_tui.settings.printer_models import PRINTER_MODELS, ModelName, PrinterModel

OF_ESCPOS = {
    "epson-tm-t20": "TM-T20II",
    "epson-tm-t88": "TM-T88V",
    "epson-tm-t88iii": "TM-T88III",
    "epson-tm-l90": "TM-L90",
    "epson-tm-u220": "TM-U220",
    "citizen-ct-s651": "CT-S651",
    "xprinter-58": "POS-5890",
    "sunmi-58": "Sunmi-V2",
}
"""The same printers in the profiles that come with python-escpos."""


@pytest.fixture(scope="module")
def profiles() -> dict[str, Any]:
    found = importlib.util.find_spec("escpos")
    if found is None or found.origin is None:
        pytest.skip("python-escpos is not installed")
    text = (Path(found.origin).parent / "capabilities.json").read_text(encoding="utf-8")
    profiles: dict[str, Any] = json.loads(text)["profiles"]
    return profiles


def test_each_name_has_its_model() -> None:
    assert set(PRINTER_MODELS) == set(get_args(ModelName))


@pytest.mark.parametrize("name", [name for name in PRINTER_MODELS if name in OF_ESCPOS])
def test_models_are_as_others_know_them(profiles: dict[str, Any], name: ModelName) -> None:
    ours, theirs = PRINTER_MODELS[name], profiles[OF_ESCPOS[name]]
    features = theirs["features"]
    assert ours.columns == theirs["fonts"]["0"]["columns"]
    if features["bitImageRaster"]:
        assert ours.dots == theirs["media"]["width"]["pixels"]
    else:
        assert ours.dots == 0


def test_what_is_not_set_is_the_model_s() -> None:
    settings = PrinterSettings(model="xprinter-58")
    assert (settings.columns, settings.encoding, settings.drawer_pin) == (32, "gb18030", 2)
    settings = PrinterSettings(model="epson-tm-t20", columns=42, encoding="cp858", drawer_pin=5)
    assert (settings.columns, settings.encoding, settings.drawer_pin) == (42, "cp858", 5)
    assert PrinterSettings().of_model == PrinterModel()


def test_without_a_printer_of_their_own_labels_come_from_the_receipt_printer(
    tmp_path: Path,
) -> None:
    assert TillSettings(printer=PrinterSettings(columns=32)).printer_of("labels").columns == 32
    file = tmp_path / "till.toml"
    file.write_text(
        '[[printer_for]]\nrole = "labels"\nkind = "file"\npath = "x"\nmodel = "generic-58"\n',
        encoding="utf-8",
    )
    labels = load_till_settings(file).printer_of("labels")
    assert (labels.kind, labels.path, labels.columns) == ("file", "x", 32)
