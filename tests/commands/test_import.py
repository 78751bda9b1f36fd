"""`pos-tui import`: whole files of other tills, and what is said about them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import pytest

from pos_tui.books.catalogue.products import find_product
from pos_tui.books.connection import open_connection
from tests.command_line import Finished, typed

GTIN = "05449000000996"


class Shop(NamedTuple):
    """A shop in a folder of its own: its settings, its data."""

    settings: Path
    data: Path

    def types(self, command: str, *words: str) -> Finished:
        """Type a command of this shop."""
        return typed("--settings", str(self.settings), "--data", str(self.data), command, *words)

    def imports(self, file: Path, *words: str) -> tuple[dict[str, object], Finished]:
        """Import a file: the last line, and all that was said."""
        done = self.types("import", str(file), "--json", *words)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1]), done

    def price_of(self, code: str) -> tuple[str, int] | None:
        """Name and price of a product in the books."""
        connection = open_connection(self.data / "books.db")
        product = find_product(connection, code)
        connection.close()
        return None if product is None else (product.name, product.price)

    def sells(self, *scans: str) -> list[dict[str, object]]:
        """The lines of a sale in cash."""
        done = self.types("sell", *scans, "cash", "1000")
        told = [json.loads(line) for line in done.stdout.splitlines()]
        assert done.returncode == 0, (done.stdout, done.stderr)
        return [each for each in told if each["event"] == "line"]


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    settings = tmp_path / "till.toml"
    settings.write_text('[shop]\nname = "B"\ncurrency = "EUR"\n')
    return Shop(settings, tmp_path / "data")


@pytest.fixture
def field(shared: Path) -> Callable[[int, str], Path]:
    """The file of a field case, by the number of the case."""

    def file(number: int, name: str) -> Path:
        (folder,) = (shared / "data" / "field").glob(f"{number:02}-*")
        return folder / name

    return file


def test_element_strings_in_the_code_column_name_their_gtin(shop, field):
    result, _ = shop.imports(field(2, "gs.csv"))
    assert (result["accepted"], result["refused"]) == (1, 0)
    assert shop.price_of("09506000134352") == ("Juice", 250)
    assert shop.price_of("10ABC") is None


def test_prices_with_a_decimal_comma_are_never_a_thousand_times_too_high(shop, field):
    result, done = shop.imports(field(4, "prices.csv"))
    prices = {code: shop.price_of(code) for code in ("A00", "A02", "A03", "A04", "A05")}
    assert prices == {
        "A00": ("Butter", 250),
        "A02": ("Oven", 123400),
        "A03": ("Saffron per gram", 50),
        "A04": ("Cheese per kilo", 125),
        "A05": None,
    }
    assert result["refused"] == 1
    assert "12,345 has more decimals than EUR has" in done.stderr


def test_offers_in_a_goods_file_pass_the_check_that_every_offer_passes(shop, field):
    result, done = shop.imports(field(5, "offers.csv"))
    assert (result["accepted"], result["refused"]) == (0, 5)
    for line, why in ((2, "at least 2"), (4, "saves nothing"), (6, "takes nothing off")):
        (said,) = [each for each in done.stderr.splitlines() if each.startswith(f"line {line}:")]
        assert why in said


def test_what_excel_did_to_codes_is_undone_or_refused_and_said(shop, field):
    result, done = shop.imports(field(8, "codes.csv"))
    assert (result["accepted"], result["refused"]) == (3, 5)
    lines = shop.sells("049000042566", "5449000000996", "84107")
    assert [line["name"] for line in lines] == [
        "Can (UPC-A that lost its zero)", "Cola (a float)", "EAN-8 that lost its zeros",
    ]  # fmt: skip
    for word in ("first digits only", "lost zeros", "formula", "apostrophe", "made a number"):
        assert word in done.stderr


def test_codes_without_check_digits_are_noticed_and_mended_where_told(shop, field):
    file = field(9, "corepos.csv")
    result, done = shop.imports(file, "--map", "price=normal_price")
    assert (result["accepted"], result["refused"]) == (0, 3)
    assert "check digit" in done.stderr
    assert "--codes without-check-digit" in done.stderr
    result, _ = shop.imports(file, "--codes", "without-check-digit")
    assert (result["accepted"], result["refused"]) == (3, 0)
    assert len(shop.sells("5449000131805", "049000042566", "4011")) == 3
    result, _ = shop.imports(file)  # it is remembered
    assert (result["unchanged"], result["refused"]) == (3, 0)


def test_another_tills_stock_refuses_no_product(shop, field):
    result, done = shop.imports(field(11, "stock.csv"))
    assert (result["accepted"], result["refused"]) == (4, 0)
    assert "-3" in done.stderr
    connection = open_connection(shop.data / "books.db")
    found = connection.execute("SELECT quantity FROM movements ORDER BY seq").fetchall()
    assert found == [(12000,), (1500,), (1000000,)]
    connection.close()


def test_cells_that_excel_left_out_at_the_end_are_empty(shop, field):
    result, _ = shop.imports(field(12, "short.csv"))
    assert (result["accepted"], result["refused"]) == (3, 0)


def test_a_scale_lists_number_that_ends_in_0_is_its_labels_item(field, tmp_path):
    shop = Shop(field(17, "till.toml"), tmp_path)
    shop.imports(field(17, "goods.csv"))
    (line,) = shop.sells("2200043027509")
    assert (line["name"], line["quantity"]) == ("Apples", "2.75")


def test_offers_are_read_with_the_decimal_comma_of_their_file(shop, field):
    result, done = shop.imports(field(18, "offers.csv"))
    assert result["accepted"] == 4
    assert "now 2,99" in done.stderr  # how to write what a spreadsheet made of =2,99
    lines = shop.sells("O1", "O2", "2*O3", "O5")
    assert [line["actual"] for line in lines] == [299, 300, 600, 315]


def test_a_second_code_column_counts_where_the_first_is_empty(shop, field):
    result, _ = shop.imports(field(20, "both.csv"))
    assert (result["accepted"], result["refused"]) == (2, 0)
    lines = shop.sells("SKU-78", "5449000131805", "SKU-77")
    assert [line["name"] for line in lines] == ["Own cake", "Cola Zero", "Cola Zero"]


def test_a_stock_beyond_all_bounds_is_a_sentence_with_its_column(shop, field):
    result, done = shop.imports(field(26, "onhand.csv"))
    assert (result["accepted"], result["refused"]) == (1, 0)
    assert "“on_hand” (99999999999999999999)" in done.stderr


def test_a_sale_price_is_an_offer_and_a_gtin_the_code(shop, field):
    result, _ = shop.imports(field(28, "woo.csv"))
    assert (result["accepted"], result["refused"]) == (2, 0)
    assert shop.price_of(GTIN) == ("Mug", 900)
    assert shop.price_of("03017620422003") == ("Plate", 600)
    (mug,) = shop.sells("5449000000996")
    assert (mug["unit_price"], mug["actual"]) == (900, 750)


def test_a_price_in_another_currency_is_refused_and_said(shop, tmp_path):
    file = tmp_path / "prices.csv"
    file.write_text("code,name,price\nA1,Tea,$3.50\nA2,Jam,2.50 EUR\nA3,Rye,€2\n", "utf-8")
    result, done = shop.imports(file)
    assert (result["accepted"], result["refused"]) == (2, 1)
    assert "in another currency than the shop's, EUR" in done.stderr


def test_three_for_two_in_a_column_is_asked_about_and_not_sold_for_two(shop, tmp_path):
    file = tmp_path / "offers.csv"
    file.write_text("code,name,price,offer\nA1,Tea,3.50,3 for 2\nA2,Jam,3.50,3 for 9\n", "utf-8")
    result, done = shop.imports(file)
    assert (result["accepted"], result["refused"]) == (1, 1)
    assert "may mean pieces or a price" in done.stderr


def test_a_workbook_is_imported_like_any_other_file(shop):
    file = Path(__file__).resolve().parents[1] / "tables" / "goods.xls"
    result, done = shop.imports(file, "--sheet", "Goods")
    assert (result["accepted"], result["refused"]) == (1, 1)
    assert shop.price_of(GTIN) == ("Cola", 350)
    assert "Sheet “Goods”" in done.stderr


# ---- what is shown -------------------------------------------------------------------------------


GOODS = "Barcode;Item;Retail price;Colour\n5449000000996;Cola;3.50;red\n2;Bread;;\n3;;1;\n"


def written(tmp_path: Path, text: str = GOODS) -> Path:
    file = tmp_path / "goods.csv"
    file.write_text(text)
    return file


def test_a_dry_run_shows_columns_goods_and_doubts_and_changes_nothing(shop, tmp_path):
    done = shop.types("import", str(written(tmp_path)), "--map", "name=Item", "--dry-run")
    assert done.returncode == 0
    for shown in (
        "code from “Barcode”", "name from “Item”", "price from “Retail price”",
        "Not used: Colour.", "5449000000996  Cola", "3.50",
        "2 products would be imported, 1 rows refused",
    ):  # fmt: skip
        assert shown in done.stdout
    assert "line 3: it has no price" in done.stderr
    assert "line 4: it has no name" in done.stderr
    assert not (shop.data / "books.db").exists()


def test_the_first_file_of_a_layout_is_shown_and_its_columns_are_remembered(shop, tmp_path):
    file = written(tmp_path)
    first = shop.types("import", str(file), "--map", "name=Item")
    assert "name from “Item”" in first.stdout
    again = shop.types("import", str(file))
    assert again.returncode == 0
    assert "from “" not in again.stdout
    assert "0 products imported, 2 unchanged, 1 rows refused" in again.stdout


def test_with_json_the_last_line_is_the_result_and_the_rest_is_on_stderr(shop, tmp_path):
    result, done = shop.imports(written(tmp_path), "--map", "name=Item")
    assert done.stdout.count("\n") == 1
    assert result.keys() == {"accepted", "refused", "unchanged", "stock", "rejects"}
    assert "name from “Item”" in done.stderr


@pytest.mark.parametrize(
    ("wrong", "named"),
    [("price", "price=SALEPRICE"), ("nothing=Item", "nothing"), ("name=Nowhere", "Nowhere")],
)
def test_a_wrong_map_is_exit_2_and_one_sentence(shop, tmp_path, wrong, named):
    done = shop.types("import", str(written(tmp_path)), "--map", wrong)
    assert done.returncode == 2
    assert done.stdout == ""
    assert named in done.stderr
    assert "Traceback" not in done.stderr


def test_what_cannot_be_remembered_is_imported_all_the_same(shop, tmp_path):
    (shop.data / "import-layouts.new").mkdir(parents=True)
    done = shop.types("import", str(written(tmp_path)), "--map", "name=Item")
    assert done.returncode == 0
    assert "not remembered" in done.stderr


def test_a_terminal_sees_how_far_a_long_file_is(shop, tmp_path, capsys):
    from pos_tui.commands.goods import _show_progress

    rows = "".join(f"{n},Thing {n},1\n" for n in range(1, 2501))
    file = written(tmp_path, f"code,name,price\n{rows}")
    with mock.patch("sys.stderr.isatty", lambda: True):
        _show_progress(2000, 2500)
        _show_progress(2500, 2500)
    bar = f"[{'#' * 19}{'.' * 5}]"
    assert capsys.readouterr().err == f"\r{bar} 2000 of 2500 rows\x1b[K\r\x1b[K"
    assert "\r" not in shop.types("import", str(file)).stderr


def test_the_first_goods_are_shown_with_all_that_is_known_of_them(shop, tmp_path):
    file = written(
        tmp_path,
        "barcode,sku,name,price,sale price,unit,quantity,expires\n"
        "5449000000996,C1,Cola,3.50,3,can,24,\n2,,Ham,9,,kg,1.5,2026-12-24\n",
    )
    shown = shop.types("import", str(file), "--dry-run").stdout.splitlines()
    (cola,) = [line for line in shown if "Cola" in line]
    assert cola.split() == [
        "5449000000996", "Cola", "3.50", "can", "now", "3", "=", "C1", "24", "in", "stock",
    ]  # fmt: skip
    (ham,) = [line for line in shown if "Ham" in line]
    assert "good until 24 Dec 2026" in ham


def test_a_refused_rows_file_lists_it_with_its_reason(shop, tmp_path):
    result, _ = shop.imports(written(tmp_path), "--map", "name=Item")
    listed = Path(str(result["rejects"])).read_text()
    assert listed.splitlines()[1].replace('"', "").startswith("4,it has no name")


def test_names_with_control_characters_are_cleaned_and_counted(shop, field):
    result, done = shop.imports(field(6, "names.csv"))
    assert (result["accepted"], result["refused"]) == (4, 0)
    assert shop.price_of("Z3") == ("[2J[HOwned", 100)
    assert shop.price_of("Z2") == ("nulhere", 100)
    assert "\x1b" not in done.stdout + done.stderr
    assert "control characters in the column “name”" in done.stderr


def test_what_a_file_changes_of_a_product_is_in_its_history_and_what_it_brings_is_not(
    shop, tmp_path
):
    header = "code,name,price,unit,shelf_life,category,changedate\n"
    was = f"{GTIN},Cola,3.50,can,30,,2026-01-01\n1028,Tea,2,,,,2026-01-01\n"
    is_now = f"{GTIN},Cola,3.60,,6m,Drinks,2026-02-01\n1028,Tea,2,,,,2026-01-01\n"
    shop.imports(written(tmp_path, header + was))
    assert shop.types("product", "history", GTIN, "--json").stdout == ""
    shop.imports(written(tmp_path, header + is_now))
    shop.imports(written(tmp_path, header + is_now))
    history = shop.types("product", "history", GTIN).stdout.splitlines()
    assert sorted(line.split("  ", 1)[1] for line in history) == [
        "goods.csv  category: - → Drinks",
        "goods.csv  price: 3.50 → 3.60",
        "goods.csv  shelf life: 30 → 6m",
        "goods.csv  unit: can → -",
    ]
    assert shop.types("product", "history", "1028", "--json").stdout == ""
