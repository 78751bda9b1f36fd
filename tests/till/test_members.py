"""Customers that the shop knows: by the code on their card, one by one or from a file."""

import json
from datetime import date

import pytest

from pos_tui.books import Books
from pos_tui.books.people.customers import (
    CustomerError,
    CustomerRecord,
    customers_in,
    find_customer,
    import_customers,
    read_customers,
    remove_customer,
    set_customer,
)
from pos_tui.reasons import ReasonError
from pos_tui.tables.errors import TableError
from pos_tui.wording.current import in_words
from tests.codes.contexts import context
from tests.command_line import typed
from tests.workbooks import Sheet, xlsx

SINCE, TODAY = date(2024, 2, 29), date(2026, 11, 22)
WALLET = "134857901234567890"
GRACE = CustomerRecord("M-1001", "Grace Hopper", "gold", SINCE)


class Desk:
    """The service desk and its books."""

    def __init__(self, folder):
        self.folder = folder
        self.books = Books(folder)

    def write(self, job):
        return self.books.write(job).result(30)

    def keep(self, *values):
        self.write(lambda c: set_customer(c, *values))

    def find(self, code):
        return self.write(lambda c: find_customer(c, code))

    def names(self, words, **limits):
        return [each.name for each in self.write(lambda c: customers_in(c, words, **limits))]


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path / "shop")
    desk.keep("m-1001", "Grace  Hopper", "gold", SINCE)
    desk.keep("+8613800000000", "王小明", "member", None)
    desk.keep("M-1002", "Ada 100% Lovelace", "staff_family")
    yield desk
    desk.books.close()


def test_a_customer_is_found_by_the_code_however_it_is_typed(desk):
    assert desk.find(" m-1001 ") == desk.find("M-1001") == GRACE
    assert desk.find("+8613800000000") == CustomerRecord("+8613800000000", "王小明", "member", None)


@pytest.mark.parametrize("code", ["", "M-100", "M-10011", "M-1001%", "M_1001", "M-1001\x00"])
def test_a_code_that_is_nearly_a_customers_is_nobodys(desk, code):
    assert desk.find(code) is None


def test_a_customer_set_again_is_a_customer_since_the_same_day(desk):
    desk.keep("M-1001", "Grace M. Hopper", "platinum")
    assert desk.find("M-1001") == CustomerRecord("M-1001", "Grace M. Hopper", "platinum", SINCE)
    desk.keep("M-1001", "Grace M. Hopper", "platinum", TODAY)
    assert desk.find("M-1001").since == TODAY


def test_a_customer_who_asks_is_forgotten(desk):
    desk.write(lambda c: remove_customer(c, "m-1001"))
    assert desk.find("M-1001") is None
    with pytest.raises(CustomerError, match=r"customers\.unknown code=M-1001"):
        desk.write(lambda c: remove_customer(c, "m-1001"))


def test_customers_are_found_by_words_in_any_order_and_signs_are_only_signs(desk):
    assert desk.names("hopper gra") == ["Grace Hopper"]
    assert desk.names("m-100 grace") == ["Grace Hopper"]
    assert desk.names("小明") == ["王小明"]
    assert desk.names("gold") == ["Grace Hopper"]
    assert desk.names("0%") == desk.names("f_f") == ["Ada 100% Lovelace"]
    assert desk.names("%") == ["Ada 100% Lovelace"]
    assert desk.names("_") == ["Ada 100% Lovelace"]
    assert desk.names("nobody") == []
    assert len(desk.names("")) == 3
    assert desk.names("", limit=1) == ["Ada 100% Lovelace"]


@pytest.mark.parametrize(
    ("code", "name", "group", "why"),
    [
        (" ", "Ada", "member", "needs a code"),
        ("M 1", "Ada", "member", "without spaces"),
        ("M-1\x1b[2J", "Ada", "member", "without spaces"),
        ("会员1", "Ada", "member", "letters, digits"),
        ("M" * 41, "Ada", "member", "40"),
        ("M-1", " ", "member", "needs a name"),
        ("M-1", "A\x1b[2J", "member", "invisible"),
        ("M-1", "A" * 81, "member", "80"),
        ("M-1", "Ada", "", "group"),
        ("M-1", "Ada", "Gold", "group"),
        ("M-1", "Ada", "gold card", "group"),
        ("M-1", "Ada", "g" * 25, "group"),
    ],
)
def test_wrong_input_is_refused_with_a_sentence_that_is_safe_to_show(desk, code, name, group, why):
    with pytest.raises(CustomerError) as refused:
        desk.keep(code, name, group)
    told = in_words(refused.value.reason)
    assert why in told
    assert told.isprintable()
    assert len(desk.names("")) == 3


def test_a_files_good_rows_are_kept_and_the_others_told_by_line(desk, tmp_path):
    file = tmp_path / "members.csv"
    file.write_text(
        "\ufeffGroup;Code;Name;Since\n"
        "gold;m-1001;Grace B. Hopper;\n"
        "\n"
        ";M-2001;Alan Turing;2020-06-23\n"
        "silver;m-2001;Alan again;\n"
        f"silver;{WALLET};Someone;\n"
        "silver;M-2002\n"
        "Gold!;M-2003;Joan;\n"
        'silver;M-2004;"Clarke;\nJoan";\n'
        "silver;M-2005;Hedy;23.6.20205\n",
        encoding="utf-8",
    )
    read = read_customers(file, context())
    assert [(each.line, in_words(each.why).split(";")[0]) for each in read.rejects] == [
        (5, "Its code stands in line 4 already."),
        (6, "This is a payment code, or would be mistaken for one"),
        (7, "A customer needs a name."),
        (8, "A group is one word of at most 24 small letters, digits, - and _"),
        (11, "“23.6.20205” is no day"),
    ]
    assert WALLET not in str(read.rejects)
    assert desk.write(lambda c: import_customers(c, read, TODAY)) == 2
    assert desk.find("M-1001") == CustomerRecord("M-1001", "Grace B. Hopper", "gold", SINCE)
    assert desk.find("M-2001") == CustomerRecord(
        "M-2001", "Alan Turing", "member", date(2020, 6, 23)
    )
    assert desk.find("M-2004") == CustomerRecord("M-2004", "Clarke; Joan", "silver", TODAY)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"M-1,Ada,gold\n", "the nearest to it has M-1, Ada, gold"),
        (b"code,name\nM-1,\x8a\x8b\xff", "encoding"),
        (None, "cannot be read"),
    ],
)
def test_a_file_that_is_none_of_customers_is_refused_whole(tmp_path, content, why):
    file = tmp_path / "members.csv"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ReasonError) as refused:
        read_customers(file, context())
    assert why in in_words(refused.value.reason)


def read_of(folder, content, **named):
    file = folder / "members.csv"
    file.write_bytes(content)
    return read_customers(file, context(), **named)


def test_a_name_with_a_line_separator_in_it_is_one_name(shared):
    file = shared / "data" / "field" / "03-import-line-separators" / "members.csv"
    read = read_customers(file, context())
    assert [(each.code, each.name) for each in read.customers] == [
        ("M1", "Fine Name"),
        ("M2", "ok"),
    ]
    assert read.rejects == []


def test_days_of_one_column_are_read_in_the_order_that_the_column_shows(tmp_path):
    rows = b"code,name,since\nM-1,Ada,03/04/2020\nM-2,Alan,13/04/2020\n"
    read = read_of(tmp_path, rows)
    assert [each.since for each in read.customers] == [date(2020, 4, 3), date(2020, 4, 13)]


def test_days_that_could_be_two_are_asked_for(tmp_path):
    rows = b"code,name,since\nM-1,Ada,03/04/2020\n"
    (refused,) = read_of(tmp_path, rows).rejects
    assert "--dates (dmy, mdy)" in in_words(refused.why)
    (ada,) = read_of(tmp_path, rows, dates="mdy").customers
    assert ada.since == date(2020, 3, 4)


def test_names_in_an_old_encoding_are_read_once_it_is_named(tmp_path):
    rows = "code;name\nM-1;Zoë Müller\n".encode("cp1252")
    with pytest.raises(TableError) as refused:
        read_of(tmp_path, rows)
    assert "“Zoë Müller” in windows-1252" in in_words(refused.value.reason)
    (zoe,) = read_of(tmp_path, rows, encoding="windows-1252").customers
    assert zoe.name == "Zoë Müller"


def test_cells_left_out_at_the_end_are_empty_and_a_stray_quotation_mark_takes_one_row(tmp_path):
    rows = b'code,name,group,since\nM-1,Ada\nM-2,"Alan,gold,\nM-3,Grace,gold,2020-01-31\n'
    read = read_of(tmp_path, rows)
    assert [each.code for each in read.customers] == ["M-1", "M-3"]
    assert [(each.line, each.row) for each in read.rejects] == [(3, ())]


# ---- the command -----------------------------------------------------------------------------


@pytest.fixture
def shop(tmp_path, monkeypatch):
    desk = Desk(tmp_path / "shop")
    desk.books.close()
    return desk.folder


def member(shop, *arguments):
    return typed("member", *arguments, "--data", str(shop))


def known(shop, *words):
    listed = member(shop, "list", *words, "--json")
    return [json.loads(line) for line in listed.stdout.splitlines()]


def test_members_are_added_changed_listed_and_removed(shop):
    added = member(shop, "add", "m-1001", "Grace Hopper")
    assert (added.returncode, added.stderr) == (0, "")
    assert added.stdout == "M-1001 Grace Hopper, group member, is a customer now.\n"
    since = known(shop)[0]["since"]
    assert date.fromisoformat(since)
    changed = member(shop, "add", "--group", "gold", "M-1001", "Grace", "M.", "Hopper")
    assert "is changed" in changed.stdout
    member(shop, "add", "M-1002", "Ada Lovelace")
    assert known(shop, "hopper", "grace") == [
        {"code": "M-1001", "name": "Grace M. Hopper", "group": "gold", "since": since}
    ]
    assert member(shop, "list", "hopper").stdout.split() == [
        "M-1001", "gold", since, "Grace", "M.", "Hopper",
    ]  # fmt: skip
    assert member(shop, "remove", "m-1001").returncode == 0
    assert [each["code"] for each in known(shop)] == ["M-1002"]


def test_a_list_without_members_says_how_to_fill_it(shop):
    assert "pos-tui member import FILE" in member(shop, "list").stdout
    assert known(shop) == []
    member(shop, "add", "M-1", "Ada Lovelace")
    assert member(shop, "list", "grace").stdout == "No customer has all of these words: grace.\n"


def test_a_file_is_taken_in_and_what_was_refused_is_told(shop, tmp_path):
    file = tmp_path / "members.csv"
    rows = [f"M-{number},,gold" for number in range(30)]
    file.write_text("\n".join(["code,name,group", "M-1001,Grace Hopper,gold", *rows]))
    done = member(shop, "import", str(file))
    assert done.returncode == 0
    assert "1 customer is new, 0 were known, 30 rows refused" in done.stdout
    assert "line 3: A customer needs a name." in done.stderr
    assert "and 10 more" in done.stderr
    rejects = (shop / "members.rejects.csv").read_text().splitlines()
    assert rejects[-1].startswith("32,A customer needs a name.")
    assert [each["code"] for each in known(shop)] == ["M-1001"]
    assert "0 customers are new, 1 were known" in member(shop, "import", str(file)).stdout


def test_what_is_not_certain_in_a_file_is_said_with_the_command(shop, tmp_path):
    file = tmp_path / "members.csv"
    file.write_bytes("code;name;since\nM-1;Zoë;03/04/2020\n".encode("cp1252"))
    asked = member(shop, "import", str(file))
    assert (asked.returncode, "--encoding" in asked.stderr) == (2, True)
    done = member(shop, "import", str(file), "--encoding", "windows-1252", "--dates", "dmy")
    assert done.returncode == 0
    assert done.stdout.startswith("Read as windows-1252.\n1 customer is new")
    assert known(shop)[0]["since"] == "2020-04-03"
    wrong = member(shop, "import", str(file), "--sheet", "Members")
    assert (wrong.returncode, "Leave --sheet out" in wrong.stderr) == (2, True)


def test_members_come_from_a_workbook_as_well(shop, tmp_path):
    file = tmp_path / "members.xlsx"
    rows: Sheet = [["Code", "Name", "Since"], ["M-1", "王小明", SINCE], [1002, "Ada", "13/04/2020"]]
    file.write_bytes(xlsx(Notes=[["Read me"]], Members=rows))
    done = member(shop, "import", str(file))
    assert done.stdout.startswith("Read from the sheet “Members”.\n2 customers are new")
    assert [(each["code"], each["since"]) for each in known(shop)] == [
        ("1002", "2020-04-13"),
        ("M-1", SINCE.isoformat()),
    ]


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("add", "M-1"), "CODE NAME"),
        (("add", "M 1", "Ada"), "without spaces"),
        (("add", "M-1", "Ada", "--group", "Gold Card"), "group"),
        (("add", WALLET, "Ada"), "payment code"),
        (("remove",), "CODE"),
        (("remove", "M-1"), "no customer"),
        (("remove", WALLET), "no customer"),
        (("import",), "FILE"),
        (("import", "/nowhere.csv"), "cannot be read"),
    ],
)
def test_wrong_input_is_exit_2_and_one_sentence(shop, arguments, why):
    done = member(shop, *arguments)
    assert done.returncode == 2
    assert why in done.stderr
    assert done.stderr.count("\n") == 1
    assert WALLET not in done.stderr
    assert known(shop) == []


def test_a_folder_without_books_is_told_and_not_made(tmp_path, monkeypatch):
    for arguments in (("list",), ("remove", "M-1")):
        done = member(tmp_path / "typo", *arguments)
        assert (done.returncode, "no books" in done.stderr) == (2, True)
    assert not (tmp_path / "typo").exists()
