"""Codes in pictures: what is believed, what is doubted, and what is no picture at all."""

import io
import os
import random

import pytest

pytest.importorskip("zxingcpp", reason="the packages for pictures are not installed")
pytest.importorskip("zint", reason="the package that prints codes for the tests is not installed")

from PIL import Image

from pos_tui.devices.scanners import picture as pictures
from pos_tui.devices.scanners.picture import PictureError, read_picture
from pos_tui.devices.scanners.picture_bars import place_of
from pos_tui.devices.scanners.picture_belief import DISAGREE, ONCE, TWICE
from pos_tui.devices.scanners.picture_folder import PictureFolder
from pos_tui.devices.scanners.picture_search import Read
from pos_tui.wording.current import in_words
from tests.tui.scene_parts import NO_CODES
from tests.tui.scenes import scene

SMALL = (900, 700)
PLAIN = scene("plain", size=SMALL, goods=(2, 3))
COLA, SPREAD = "]E05449000000996", "]E03017620422003"


def middle(corners):
    return sum(x for x, _ in corners) / 4, sum(y for _, y in corners) / 4


def wrong(found, goods):
    """The codes that are none of the goods at their place."""
    left, bad = list(goods), []
    for code in found.codes:
        good = next((g for g in left if g.text == code.text and g.has(middle(code.corners))), None)
        left.remove(good) if good else bad.append(code)
    return bad


@pytest.mark.parametrize("kind", ["plain", "crowded", "squeezed", "twins"])
def test_upright_goods_are_all_found_and_in_reading_order(kind):
    one = scene(kind, size=SMALL, goods=(2, 4))
    found = read_picture(one.picture)
    assert not wrong(found, one.goods)
    assert len(found.codes) == len(one.goods)
    rows = [middle(code.corners)[1] for code in found.codes]
    assert rows[0] <= max(rows[-1], rows[0])


@pytest.mark.parametrize("kind", ["tilted", "perspective", "blurred", "noisy", "pale"])
def test_most_goods_are_found_however_the_picture_was_taken_and_none_wrongly(kind):
    one = scene(kind, size=SMALL, goods=(2, 4))
    found = read_picture(one.picture)
    assert not wrong(found, one.goods)
    assert len(found.codes) >= len(one.goods) / 2


@pytest.mark.parametrize("kind", ["cut", "covered", "very blurred", "moved", "all at once"])
def test_what_is_half_hidden_or_hardly_there_is_missed_and_never_guessed(kind):
    one = scene(kind, size=SMALL, goods=(2, 4))
    assert not wrong(read_picture(one.picture), one.goods)


def test_a_picture_without_codes_has_none():
    for draw in list(NO_CODES.values())[:3]:
        assert read_picture(in_format(draw((480, 360), random.Random(1)), "PNG")).codes == ()


def read_of(text, way, x=100.0, y=100.0, width=300.0):
    corners = ((x, y), (x + width, y), (x + width, y + 80), (x, y + 80))
    return Read(text, "EAN-13", True, place_of(corners), corners, way)


def believed(monkeypatch, *reads):
    monkeypatch.setattr(pictures, "_all_reads", lambda grey: list(reads))
    file = io.BytesIO()
    Image.new("L", (640, 480), 255).save(file, "PNG")
    found = read_picture(file.getvalue())
    return [code.text for code in found.codes], [each.why for each in found.doubtful]


def test_one_read_is_not_believed_and_two_of_different_ways_are(monkeypatch):
    assert believed(monkeypatch, read_of(COLA, "whole")) == ([], [ONCE])
    assert believed(monkeypatch, read_of(COLA, "whole"), read_of(COLA, "turned")) == ([COLA], [])


def test_the_same_way_twice_is_one_read(monkeypatch):
    assert believed(monkeypatch, read_of(COLA, "whole"), read_of(COLA, "whole")) == ([], [ONCE])


def test_reads_that_disagree_about_one_place_are_doubted_and_neither_is_sold(monkeypatch):
    reads = [read_of(text, way) for text in (COLA, SPREAD) for way in ("whole", "turned")]
    assert believed(monkeypatch, *reads) == ([], [DISAGREE])


def test_two_cans_side_by_side_are_two_and_one_can_read_twice_is_one(monkeypatch):
    apart = [read_of(COLA, way, x=x) for x in (20.0, 330.0) for way in ("whole", "turned")]
    assert believed(monkeypatch, *apart) == ([COLA, COLA], [])
    above = [read_of(COLA, way, y=y) for y in (50.0, 190.0) for way in ("whole", "turned")]
    codes, doubts = believed(monkeypatch, *above)
    assert codes == [COLA]
    assert doubts == [TWICE]


def in_format(image, format_, **options):
    file = io.BytesIO()
    image.save(file, format_, **options)
    return file.getvalue()


@pytest.fixture(scope="module")
def counter_picture():
    return Image.open(io.BytesIO(PLAIN.picture)).convert("RGB")


@pytest.mark.parametrize(
    ("mode", "format_"),
    [
        ("RGB", "PNG"),
        ("RGBA", "PNG"),
        ("P", "GIF"),
        ("CMYK", "TIFF"),
        ("L", "BMP"),
        ("RGB", "WEBP"),
    ],
)
def test_pictures_of_every_usual_make_are_read(counter_picture, mode, format_):
    raw = in_format(counter_picture.convert(mode), format_)
    assert len(read_picture(raw).codes) == len(PLAIN.goods)


def test_a_phone_held_sideways_is_turned_upright(counter_picture):
    turned = counter_picture.rotate(90, expand=True)
    exif = Image.Exif()
    exif[0x0112] = 6
    found = read_picture(in_format(turned, "JPEG", exif=exif, quality=92))
    assert (found.width, found.height) == counter_picture.size
    assert len(found.codes) == len(PLAIN.goods)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"GIF89a",
        b"not a picture at all",
        b"\x89PNG\r\n\x1a\n" + bytes(40),
        b"\xff\xd8\xff\xe0",
    ],
)
def test_what_is_no_picture_is_said_in_a_sentence(raw, tmp_path):
    file = tmp_path / "shelf.jpg"
    file.write_bytes(raw)
    with pytest.raises(PictureError, match=r"picture\.no_picture name=shelf\.jpg"):
        read_picture(file)


def test_half_a_file_is_refused_or_read_without_a_wrong_code(counter_picture):
    raw = in_format(counter_picture, "JPEG", quality=90)
    for share in (0.2, 0.5, 0.9):
        try:
            found = read_picture(raw[: int(len(raw) * share)])
        except PictureError:
            continue
        assert not wrong(found, PLAIN.goods)


@pytest.mark.parametrize("side", [9_000, 14_000])  # the till's own limit, and the library's
def test_a_picture_that_would_fill_the_memory_is_refused(side):
    bomb = in_format(Image.new("1", (side, side)), "PNG")
    with pytest.raises(PictureError, match=r"picture\.too_large"):
        read_picture(bomb)


def test_a_folder_or_a_missing_file_is_said(tmp_path):
    with pytest.raises(PictureError, match=r"picture\.no_file"):
        read_picture(tmp_path)
    with pytest.raises(PictureError, match=r"picture\.not_there"):
        read_picture(tmp_path / "gone.png")


# ---- the watched folder ----------------------------------------------------------------------


def test_a_picture_that_was_there_before_is_not_new_and_each_new_one_comes_once(tmp_path):
    (tmp_path / "old.jpg").write_bytes(b"x")
    folder = PictureFolder(tmp_path)
    assert folder.look() == []
    (tmp_path / "new.jpg").write_bytes(b"x")
    (tmp_path / "notes.txt").write_bytes(b"x")
    assert folder.look() == []
    assert folder.look() == [tmp_path / "new.jpg"]
    assert folder.look() == []


def test_a_picture_that_is_still_being_written_waits_until_it_is_whole(tmp_path):
    folder = PictureFolder(tmp_path)
    folder.look()
    file = tmp_path / "slow.jpg"
    for size in (1, 2, 3):
        file.write_bytes(b"x" * size)
        os.utime(file, (size, size))
        assert folder.look() == []
    assert folder.look() == [file]


def test_a_picture_deleted_and_made_again_is_new_again(tmp_path):
    folder = PictureFolder(tmp_path)
    folder.look()
    file = tmp_path / "a.png"
    for _ in range(2):
        file.write_bytes(b"x")
        folder.look()
        assert folder.look() == [file]
        file.unlink()
        folder.look()


def test_a_folder_that_goes_is_told_and_comes_back(tmp_path):
    path = tmp_path / "pictures"
    path.mkdir()
    folder = PictureFolder(path)
    folder.look()
    path.rmdir()
    assert folder.look() == []
    assert folder.trouble
    assert str(path) in in_words(folder.trouble)
    path.mkdir()
    (path / "a.png").write_bytes(b"x")
    folder.look()
    assert folder.look() == [path / "a.png"]
    assert folder.trouble is None
