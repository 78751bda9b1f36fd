"""Commands on books that are damaged, cut off or not to be written: a sentence, an exit code."""

import json
import os
import stat

import pytest

from tests.books.damage import PAGE, code_of, damage, make_shop
from tests.command_line import typed
from tests.conftest import COLA, Counter


def pages_of(folder, table):
    from contextlib import closing

    from pos_tui.books.connection import open_connection

    with closing(open_connection(folder / "books.db")) as connection:
        rows = connection.execute(
            "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY pageno",
            (table,),
        )
        return [(int(number) - 1) * PAGE for (number,) in rows]


@pytest.fixture
def shop(tmp_path):
    folder = tmp_path / "till"
    make_shop(folder)
    return folder


def shut(folder, table):
    for page in pages_of(folder, table):
        damage(folder / "books.db", page + 100, whole_page=True)


def run(folder, *arguments):
    done = typed(*arguments, "--data", str(folder))
    assert "Traceback" not in done.stderr + done.stdout
    return done


def test_a_damaged_page_of_goods_stops_a_sale_before_its_payment(shop):
    run(shop, "sell", "cash", "100")
    shut(shop, "products")
    done = run(shop, "sell", code_of(3), "cash", "50")
    assert done.returncode == 3
    assert "pos-tui rescue" in done.stderr
    assert all(json.loads(line)["event"] != "paid" for line in done.stdout.splitlines())


def test_a_sale_that_cannot_be_written_down_says_so_at_once_and_is_left(shop):
    run(shop, "sell", "cash", "100")
    shut(shop, "paper")
    shut(shop, "sales")
    done = run(shop, "sell", "--wait", "0.5", code_of(3), "cash", "50")
    assert done.returncode in {2, 4}
    assert "damaged" in done.stdout + done.stderr


@pytest.mark.parametrize(
    "command",
    [
        ("journal", "verify"),
        ("sell", code_of(3), "cash", "50"),
        ("explain", "1"),
        ("staff", "list"),
        ("member", "list"),
        ("offers", "list"),
    ],
)
@pytest.mark.parametrize("how", ["no books at all", "half", "first page", "journal", "no tables"])
def test_no_command_meets_damaged_books_with_a_traceback(shop, how, command):
    path = shop / "books.db"
    match how:
        case "no books at all":
            path.write_bytes(b"not a database, but a text" * 400)
        case "half":
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        case "first page":
            damage(path, 200, whole_page=True)
        case "journal":
            shut(shop, "journal")
        case "no tables":
            path.unlink()
            path.touch()
    done = run(shop, *command)
    assert done.returncode in {0, 1, 2, 3}
    assert done.returncode == 0 or done.stderr.startswith("pos-tui: ") or done.stderr


def test_doctor_reads_the_books_and_rescue_mends_them(shop, tmp_path):
    settings = tmp_path / "till.toml"
    settings.write_text("")
    checks = run(shop, "doctor", "--json", "--settings", str(settings))
    assert state_of(checks, "books") == "ok"
    assert run(shop, "rescue").stdout.startswith("Nothing is wrong")
    shut(shop, "products")
    checks = run(shop, "doctor", "--json", "--settings", str(settings))
    assert (checks.returncode, state_of(checks, "books")) == (1, "broken")
    mended = run(shop, "rescue")
    assert mended.returncode == 1
    assert "they are not sold until they are imported again" in mended.stdout
    checks = run(shop, "doctor", "--json", "--settings", str(settings))
    assert state_of(checks, "books") == "ok"
    assert [path.name for path in shop.glob("books.damaged-*.db")]
    assert run(shop, "journal", "verify").returncode == 0  # of the journal nothing was lost


@pytest.mark.parametrize("how", ["empty", "missing"])
def test_books_that_are_gone_beside_receipts_are_rescued(shop, how):
    path = shop / "books.db"
    path.unlink()
    if how == "empty":
        path.touch()
    mended = run(shop, "rescue")
    assert mended.returncode == 1
    assert "8 sales were made again" in mended.stdout
    verified = run(shop, "journal", "verify")
    assert verified.returncode == 1
    assert verified.stderr.count("were lost in the rescue of") == 1
    assert verified.stderr.count("\n") == 2
    assert run(shop, "rescue").stdout.startswith("Nothing is wrong")


def test_a_folder_without_books_and_receipts_has_nothing_to_rescue(tmp_path):
    done = run(tmp_path / "nowhere", "rescue")
    assert done.returncode == 2
    assert not (tmp_path / "nowhere" / "books.db").exists()


def state_of(checks, name):
    return next(c["state"] for c in json.loads(checks.stdout)["checks"] if c["name"] == name)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path):
    Counter(tmp_path / "till").stock().books.close()
    (tmp_path / "till").chmod(stat.S_IRUSR | stat.S_IXUSR)
    done = run(tmp_path / "till", "sell", COLA, "cash", "5")
    (tmp_path / "till").chmod(0o700)
    assert done.returncode == 2
    assert "cannot be" in done.stderr


def test_a_clock_that_was_set_back_is_said_by_sell_too(tmp_path):
    counter = Counter(tmp_path / "till").stock()
    counter.books.write(
        lambda c: c.execute("INSERT INTO latest_time VALUES (1, '2090-01-01T00:00:00+00:00')")
    ).result()
    counter.books.close()
    done = run(tmp_path / "till", "sell", COLA, "cash", "5")
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [event["reason"] for event in told if event.get("reason")] == ["clock.set_back"]
    assert done.returncode == 0


def test_a_damaged_receipt_file_is_a_sentence(shop):
    (shop / "receipts" / "000001.json").write_bytes(b"half a rec")
    done = run(shop, "receipt", "1")
    assert done.returncode == 2
    assert "is damaged" in done.stderr
