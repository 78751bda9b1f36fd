"""Receipts again, samples of them, and whether one is genuine, as a technician types it."""

import io
import json
import os
import random
from unittest import mock

import pytest
from PIL import Image, ImageFilter

from pos_tui.codes.receipt_code import receipt_code
from pos_tui.devices.printers.paper_png import paper_png
from pos_tui.devices.scanners.picture import read_picture
from pos_tui.receipts.data import decode_receipt
from pos_tui.settings import PrinterSettings, ReceiptSettings, ShopSettings, TillSettings
from tests.command_line import typed
from tests.conftest import COLA, SPREAD, Counter, platform_folders

PROVING = '[shop]\nname = "Corner Market"\n[receipt]\nqr = "self"\n'


class Shop:
    """A till's folders with one sale in them, in which commands are typed."""

    def __init__(self, folder):
        self.data, self.home = folder / "data", folder / "home"
        self.settings = folder / "till.toml"
        self.settings.write_text(PROVING)
        self.data.mkdir()

    async def sell(self):
        settings = TillSettings(
            shop=ShopSettings(name="Corner Market"),
            printer=PrinterSettings(columns=32),
            receipt=ReceiptSettings(qr="self"),
        )
        counter = Counter(self.data, settings).stock().open()
        self.number = counter.till.sale.number
        counter.scan(f"2*{COLA}")
        counter.scan(SPREAD)
        counter.till.pay("100")
        await counter.till.until_idle()
        counter.books.close()
        return self

    def run(self, *words, text=""):
        with mock.patch.dict(os.environ, platform_folders(self.home)):
            return typed(
                *map(str, words), "--data", str(self.data), "--settings", str(self.settings),
                text=text,
            )  # fmt: skip

    def receipt(self, form, *more):
        file = self.data.parent / f"receipt.{form}"
        done = self.run("receipt", self.number, "--as", form, "--out", file, *more)
        assert (done.returncode, done.stderr) == (0, "")
        return file

    def sealed(self):
        """The text of the QR code on the paper."""
        picture = read_picture(self.receipt("png").read_bytes())
        (text,) = (code.text[3:] for code in picture.codes if ":" in code.text)
        return text


@pytest.fixture
async def shop(tmp_path):
    return await Shop(tmp_path).sell()


@pytest.fixture
async def other(tmp_path):
    folder = tmp_path / "other"
    folder.mkdir()
    return await Shop(folder).sell()


async def test_a_receipt_comes_in_every_form(shop):
    text = shop.run("receipt", shop.number).stdout
    assert "Cola 330 ml" in text
    assert decode_receipt(shop.receipt("json").read_bytes()).sale_no == shop.number
    assert shop.receipt("escpos").read_bytes().startswith(b"\x1b@")
    assert shop.receipt("svg").read_text().startswith("<svg ")
    assert "thirty-eight yuan ninety" in shop.receipt("speech").read_text()
    assert "|Cola 330 ml" in shop.receipt("receiptline").read_text()
    assert shop.receipt("png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("words", [("receipt", "soon"), ("receipt", "-1")])
async def test_what_is_no_sale_is_asked_for_again(shop, words):
    done = shop.run(*words)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def photographed(content, angle, seed=1):
    """The paper as a telephone sees it: turned, on a grey table, a little blurred, with noise."""
    paper = Image.open(io.BytesIO(content)).convert("L")
    table = Image.new("L", (paper.width + 300, paper.height + 300), 150)
    table.paste(paper, (150, 150))
    turned = table.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=150)
    blurred = turned.filter(ImageFilter.GaussianBlur(0.8))
    chance = random.Random(seed)
    noise = Image.frombytes("L", blurred.size, chance.randbytes(blurred.width * blurred.height))
    photo = Image.blend(blurred, noise, 0.12)
    file = io.BytesIO()
    photo.save(file, "JPEG", quality=70)
    return file.getvalue()


@pytest.mark.parametrize("angle", [0, 7, -12, 90, 180])
async def test_a_photo_of_a_genuine_receipt_proves_it(shop, tmp_path, angle):
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(photographed(shop.receipt("png").read_bytes(), angle))
    done = shop.run("receipt", "verify", photo)
    assert done.returncode == 0
    assert "GENUINE" in done.stdout
    assert "Hazelnut spread" in done.stdout
    assert "38.90 CNY" in done.stdout


async def test_one_changed_letter_is_told(shop):
    text = shop.sealed()
    at = len(text) - 30
    changed = text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]
    done = shop.run("receipt", "verify", changed)
    assert done.returncode == 3
    assert "CHANGED" in done.stdout
    assert "GENUINE" not in done.stdout


async def test_another_till_s_receipt_is_foreign_until_its_key_is_named(shop, other, tmp_path):
    text = other.sealed()
    done = shop.run("receipt", "verify", "-", text=text)
    assert done.returncode == 3
    assert "FOREIGN" in done.stdout
    key = other.run("receipt", "key")
    assert "secret" in key.stderr
    keys = tmp_path / "keys"
    keys.write_text(key.stdout)
    said = json.loads(shop.run("receipt", "verify", text, "--key", keys, "--json").stdout)
    assert (said["verdict"], said["total"]) == ("genuine", 3890)
    assert [line["amount"] for line in said["lines"]] == [700, 3290]


async def test_it_is_proved_without_the_books(shop, tmp_path):
    keys, empty = tmp_path / "keys", tmp_path / "empty"
    keys.write_text(shop.run("receipt", "key").stdout)
    text = shop.sealed()
    empty.mkdir()
    shop.data = empty
    assert shop.run("receipt", "verify", text).returncode == 2
    done = shop.run("receipt", "verify", text, "--key", keys)
    assert (done.returncode, "GENUINE" in done.stdout) == (0, True)


async def test_bars_of_another_sale_beside_the_code_are_told(shop, tmp_path):
    picture = Image.open(io.BytesIO(shop.receipt("png").read_bytes())).convert("L")
    label = tmp_path / "label.png"
    label.write_bytes(
        paper_png(
            [("RC01-000149GFA", "plain"), (shop_code(shop, 1), "barcode")],
            PrinterSettings(columns=32),
        )
    )
    forged = Image.new("L", (picture.width, picture.height + 200), 255)
    forged.paste(picture, (0, 0))
    forged.paste(Image.open(label), (0, picture.height))
    forged.save(tmp_path / "forged.png")
    done = shop.run("receipt", "verify", tmp_path / "forged.png")
    assert done.returncode == 3
    assert shop_code(shop, 1) in done.stdout


def shop_code(shop, more):
    return receipt_code("M001", "01", shop.number + more)


@pytest.mark.parametrize("text", ["hello:world", "RC01-000148GFZ:123", "https://example.com"])
async def test_other_texts_are_no_receipts(shop, text):
    done = shop.run("receipt", "verify", text)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


async def test_what_is_no_picture_is_told(shop, tmp_path):
    (tmp_path / "note.txt").write_text("no picture")
    for name in ("note.txt", "gone.png"):
        done = shop.run("receipt", "verify", tmp_path / name)
        assert done.returncode == 2
        assert name in done.stderr


# ---- layouts and samples -------------------------------------------------------------------------

MINE = """\
[[block]]
shows = "shop"

[[block]]
shows = "text"
text = "Tax no. 1234"

[[block]]
shows = "lines"

[[block]]
shows = "discounts"

[[block]]
shows = "returns"

[[block]]
shows = "totals"

[[block]]
shows = "tenders"
"""


async def test_a_layout_of_the_shop_s_own_is_checked_with_a_sample(shop, tmp_path):
    mine = tmp_path / "mine.toml"
    mine.write_text(MINE)
    done = shop.run("layout", "check", mine, "--columns", 32)
    assert done.returncode == 0
    rows = done.stdout.splitlines()
    assert all(len(row) == 36 for row in rows[:-1])
    assert any("Tax no. 1234" in row for row in rows)
    shop.settings.write_text(PROVING + f"layout = {json.dumps(str(mine))}\n")
    text = shop.run("receipt", shop.number).stdout
    assert "Tax no. 1234" in text
    assert "RC01" not in text


@pytest.mark.parametrize(
    ("wrong", "line", "says"),
    [
        (MINE.replace('"lines"', '"goods"'), 9, "goods"),
        (MINE.replace("text =", "txt ="), 6, "txt"),
        (MINE.replace("1234", "{tax}"), 6, "{tax}"),
        (MINE.replace('"shop"', '"shop"\nalign = "middle"'), 3, "middle"),
        (MINE.replace('shows = "totals"', 'shows = "rule"'), 1, "totals"),
        (MINE.replace('"Tax no. 1234"', "12"), 6, "block.text"),
        (MINE.replace('"shop"', '"logo"\nfile = "gone.png"'), 3, "gone.png"),
        ("block = 3\n", 1, "block"),
        (MINE + "[[block]\n", None, "mine.toml"),
        ("", None, "mine.toml"),
    ],
)  # fmt: skip
async def test_a_wrong_layout_is_told_with_its_line_and_the_usual_one_is_used(
    shop, tmp_path, wrong, line, says
):
    mine = tmp_path / "mine.toml"
    mine.write_text(wrong)
    done = shop.run("layout", "check", mine)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    if line is not None:
        assert f"line {line}" in done.stderr
    shop.settings.write_text(PROVING + f"layout = {json.dumps(str(mine))}\n")
    done = shop.run("receipt", shop.number)
    assert done.returncode == 0
    assert "TOTAL" in done.stdout
    assert says in done.stderr


async def test_a_layout_that_is_not_there_is_told(shop):
    shop.settings.write_text(PROVING + 'layout = "gone.toml"\n')
    done = shop.run("receipt", shop.number)
    assert "gone.toml" in done.stderr
    assert "TOTAL" in done.stdout


async def test_a_layout_stands_beside_the_settings_file_wherever_that_is(shop):
    for layout in ("58mm", "mine.toml"):
        shop.settings.write_text(PROVING + f'layout = "{layout}"\n')
        text = shop.run("layout", "show", "58mm").stdout + '[[block]]\nshows = "space"\n'
        (shop.settings.parent / "mine.toml").write_text(text)
        done = shop.run("layout", "check")
        assert done.returncode == 0, done.stderr


async def test_the_layouts_that_come_with_the_till_are_a_beginning(shop, tmp_path):
    for name in shop.run("layout", "list").stdout.split():
        copy = tmp_path / f"{name}.toml"
        copy.write_text(shop.run("layout", "show", name).stdout)
        assert shop.run("layout", "check", copy).returncode == 0
    assert shop.run("layout", "show", "90mm").returncode == 2
    assert "58mm" in shop.run("layout", "show").stderr


async def test_a_layout_stands_beside_the_settings_file_that_names_it(shop):
    (shop.settings.parent / "mine.toml").write_text(MINE)
    shop.settings.write_text(PROVING + 'layout = "mine.toml"\n')
    assert "Tax no. 1234" in shop.run("receipt", "--preview").stdout


@pytest.mark.parametrize("columns", [20, 32, 48, 96])
async def test_a_sample_is_shown_as_wide_as_the_paper(shop, columns):
    shop.settings.write_text(PROVING + f"[printer]\ncolumns = {columns}\n")
    done = shop.run("receipt", "--preview")
    assert done.returncode == 0
    assert {len(row) for row in done.stdout.splitlines()} == {columns + 4}
    assert "Roast chicken" in done.stdout
    assert shop.run("receipt", "--preview", "--as", "svg").stdout.startswith("<svg")


@pytest.mark.parametrize(
    ("qr", "says"), [("selbst", "self"), ("https://x.example/{vat}", "{vat}"), ("ftp://x", "self")]
)
async def test_a_wrong_text_for_the_code_is_told_with_its_line(shop, qr, says):
    shop.settings.write_text(f'[receipt]\nqr = "{qr}"\n')
    done = shop.run("receipt", shop.number)
    assert done.returncode == 2
    assert "line 2" in done.stderr
    assert says in done.stderr


async def test_a_logo_stands_beside_its_layout(shop, tmp_path):
    mine = tmp_path / "mine.toml"
    mine.write_text(MINE.replace('"shop"', '"logo"\nfile = "logo.png"', 1))
    Image.new("L", (100, 60), 0).save(tmp_path / "logo.png")
    shop.settings.write_text(PROVING + f"layout = {json.dumps(str(mine))}\n")
    assert "logo.png" in shop.run("layout", "check", mine, "--columns", 90).stdout
    drawn = Image.open(io.BytesIO(shop.receipt("png").read_bytes())).convert("L")
    assert drawn.crop((0, 0, drawn.width, 80)).getextrema() == (0, 255)
    assert shop.receipt("escpos").read_bytes().count(b"\x1dv0") == 1
