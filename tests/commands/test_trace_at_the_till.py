"""One order's way in time, as the technician reads it at the till, at the server, and of both."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from datetime import UTC, datetime, timedelta
from itertools import count

import apsw
import pytest

from pos_tui.books.connection import open_connection
from pos_tui.books.journal import entries as journal
from pos_tui.books.sales.order_history import order_history
from pos_tui.books.schema import MIGRATIONS
from pos_tui.checkout import events
from pos_tui.commands.timeline_lines import as_lines
from pos_tui.commands.trace import _has_words
from pos_tui.diagnostics.timeline import (
    Note,
    Timeline,
    TimelineStep,
    contradictions,
    in_order,
    join,
)
from pos_tui.diagnostics.timeline_json import TimelineError, as_json, read_timelines
from pos_tui.messages import stream_name
from pos_tui.reasons import because, plain
from pos_tui.text_width import width_of
from pos_tui.wording.language import Wording
from tests.cloud_fixture import Cloud, as_toml
from tests.command_line import in_chinese, typed
from tests.conftest import COLA, SPREAD, Counter, platform_folders

ENGLISH = Wording("en")
_codes = count(2 * 10**9)
POINTS = ["drafted", "came", "charged", "logged", "published"]
SHAPE = {"at", "from", "what", "after_ms", "since_ms", "point", "reason", "values"}


# ---- a shop with till and servers on one machine -----------------------------------------------


@pytest.fixture(scope="module")
def cloud(tmp_path_factory):
    """Servers whose folder is where the platform keeps such."""
    cloud = Cloud(tmp_path_factory.mktemp("machine") / "data" / "pos-tui")
    yield cloud
    cloud.end()


class Machine:
    """Where the programs of one machine find their settings and data, and a sale made there."""

    def __init__(self, cloud, settings, till, order_no, auth_code):
        self.cloud, self.settings, self.till = cloud, settings, till
        self.order_no, self.auth_code = order_no, auth_code
        self.servers = cloud.shop.data / "cloud"

    async def trace(self, *words, order_no=None):
        return await asyncio.to_thread(typed, "trace", order_no or self.order_no, *words)

    async def told(self, *words):
        finished = await self.trace("--json", *words)
        assert finished.returncode == 0, finished.stderr
        return json.loads(finished.stdout)

    @property
    def at_the_till(self):
        return ("--settings", str(self.settings / "till.toml"), "--data", str(self.till))

    @property
    def at_the_server(self):
        return ("--settings", str(self.servers / "cloud.toml"), "--data", str(self.servers))

    def forget_servers(self):
        (self.settings / "cloud.toml").unlink()


async def sold(counter):
    """A sale by wallet that is paid; its order's number and its payment code."""
    code = f"13{next(_codes):012d}1234"
    counter.clock = lambda: datetime.now(UTC)
    await counter.till.start()
    await counter.until_true(lambda: links(counter).get("redis"))
    counter.scan(COLA, SPREAD, code)
    await counter.until(events.ReceiptMade)
    await counter.till.close()
    return counter.last(events.OrderMade).order.order_no, code


def links(counter):
    return {event.link: event.ok for event in counter.all(events.LinkChanged)}


@pytest.fixture
async def machine(cloud, tmp_path, monkeypatch):
    cloud.all_up()
    for name, value in platform_folders(cloud.shop.data.parent).items():
        monkeypatch.setenv(name, value)
    settings = cloud.a_till()
    data = cloud.shop.data / f"till-{settings.till.merchant}-{settings.till.number}"
    counter = Counter(data, settings).stock().open()
    order_no, auth_code = await sold(counter)
    counter.books.close()
    places = cloud.shop.data
    assert places.name == "pos-tui"
    (places / "till.toml").write_text(as_toml(settings))
    shutil.copy(cloud.shop.data / "cloud" / "cloud.toml", places)
    return Machine(cloud, places, data, order_no, auth_code)


async def test_a_sale_is_told_from_the_journal_to_the_receipt_with_the_milliseconds(machine):
    finished = await machine.trace()
    lines = finished.stdout.splitlines()
    assert finished.returncode == 0
    assert f"M001 {machine.order_no}: 36.40 CNY, till" in lines[0]
    ways = (
        "order written: 36.40 CNY",
        "the order came",
        "paid at the platform as",
        "written into gateway-1.000001.log at byte ",
        "  Redis    message 1",
        "  till     paid",
        "receipt 000001.json written",
    )
    places = [next(n for n, line in enumerate(lines) if way in line) for way in ways]
    assert places == sorted(places)
    assert all(re.search(r" \+\d+ ms +\+\d+  ", lines[place]) for place in places)
    assert "gateway: state paid" in finished.stdout
    assert "nothing from" not in finished.stdout
    assert "impossible" not in finished.stdout
    assert machine.auth_code not in finished.stdout


async def test_a_sale_is_told_in_chinese_and_programs_read_the_same_reasons(machine):
    english = await machine.told()
    with in_chinese():
        told = await machine.told()
        lines = (await machine.trace()).stdout.splitlines()
    assert [step["reason"] for step in told["steps"]] == [
        step["reason"] for step in english["steps"]
    ]
    assert all(step["what"] not in str(english["steps"]) for step in told["steps"])
    assert lines[0].startswith(f"M001 {machine.order_no}：36.40 CNY，收银机 ")
    came = next(line for line in lines if line.endswith("订单到达网关"))
    written = next(line for line in lines if "订单已记录：36.40 CNY" in line)
    assert width_of(came.partition("订单到达")[0]) == width_of(written.partition("订单已记录")[0])


async def test_the_json_has_every_step_with_its_place_and_its_milliseconds(machine):
    told = await machine.told()
    steps = told["steps"]
    assert told["order_no"] == machine.order_no
    assert (told["missing"], told["impossible"]) == ([], [])
    assert (told["state"], told["amount"], told["currency"]) == ("paid", 3640, "CNY")
    assert all(set(step) == SHAPE for step in steps)
    assert {step["from"] for step in steps} == {"till", "gateway", "log", "Redis"}
    assert [step["point"] for step in steps if step["point"] in POINTS] == POINTS
    assert steps[0]["after_ms"] == steps[0]["since_ms"] == 0
    after = [step["after_ms"] for step in steps]
    assert after == sorted(after)
    assert all(step["since_ms"] >= 0 for step in steps)
    assert after[-1] == sum(step["since_ms"] for step in steps) > 0
    assert machine.auth_code not in json.dumps(told)


async def test_where_the_line_stands_and_the_entrys_id_are_as_the_trace_says(machine):
    steps = {step["point"]: step for step in (await machine.told())["steps"]}
    file, _, rest = steps["logged"]["what"].removeprefix("written into ").partition(" at byte ")
    line = (machine.servers / "log" / file).read_bytes()[int(rest.split()[0]) :].splitlines()[0]
    assert json.loads(line)["order_no"] == machine.order_no
    _, entry_id, _, stream = steps["published"]["what"].split()
    with machine.cloud.streams() as client:
        ((found, fields),) = client.xrange(stream, entry_id, entry_id)
    assert found.decode() == entry_id
    assert json.loads(fields[b"m"])["order_no"] == machine.order_no
    at = datetime.fromisoformat(steps["published"]["at"])
    assert at == datetime.fromtimestamp(int(entry_id.split("-")[0]) / 1000, UTC)


async def test_without_redis_the_rest_is_told(machine):
    machine.cloud.kill(machine.cloud.redis)
    finished = await machine.trace()
    assert finished.returncode == 0
    assert "written into gateway-1" in finished.stdout
    assert "receipt 000001.json" in finished.stdout
    assert "nothing from Redis: standalone Redis 127.0.0.1" in finished.stdout
    (missing,) = (await machine.told())["missing"]
    assert missing["from"] == "Redis"


async def test_a_message_that_was_trimmed_is_said_to_be(machine):
    told = await machine.told()
    stream = stream_name("M001", told["till"])
    with machine.cloud.streams() as client:
        client.xtrim(stream, maxlen=0)
        (missing,) = (await machine.told())["missing"]
        assert "is empty" in missing["what"]
        client.xadd(stream, {"m": "{}"})
    (missing,) = (await machine.told())["missing"]
    assert "what was before was trimmed" in missing["what"]


async def test_a_user_who_may_not_look_into_the_stream_is_told_what_to_set(machine):
    file = machine.settings / "cloud.toml"
    relay = f"relay:{machine.cloud.plan.relay_password}@"
    till = f"till%3AM001%3A01:{machine.cloud.plan.till_password}@"
    assert relay in file.read_text()
    file.write_text(file.read_text().replace(relay, till))
    (missing,) = (await machine.told())["missing"]
    assert "relay.admin_redis_url" in missing["what"]
    assert machine.cloud.plan.till_password not in missing["what"]


async def test_an_order_that_nobody_has_is_unknown(machine):
    finished = await machine.trace(order_no="26010100000001UNKNOWN")
    assert (finished.returncode, finished.stdout) == (3, "")
    assert finished.stderr.count("\n") == 1


async def test_till_and_server_are_joined_from_two_machines(machine, tmp_path):
    whole = await machine.told()
    from_server = tmp_path / "server.json"
    from_server.write_text((await machine.trace("--json", *machine.at_the_server)).stdout, "utf-8")
    machine.forget_servers()
    alone = await machine.told(*machine.at_the_till)
    assert {step["from"] for step in alone["steps"]} == {"till"}
    assert {note["from"] for note in alone["missing"]} == {"gateway", "log", "Redis"}
    joined = await machine.told(*machine.at_the_till, "--with", str(from_server))
    assert joined["steps"] == whole["steps"]
    assert (joined["state"], joined["missing"]) == ("paid", [])


async def test_a_till_whose_clock_is_ahead_is_found_out_by_how_much(machine, tmp_path):
    the_tills = tmp_path / "till.json"
    the_tills.write_text((await machine.trace("--json", *machine.at_the_till)).stdout, "utf-8")
    told = json.loads(the_tills.read_text())
    for step in told["steps"]:
        if step["from"] == "till":
            at = datetime.fromisoformat(step["at"]) + timedelta(hours=1)
            step["at"] = at.isoformat()
    told["steps"] = [step for step in told["steps"] if step["from"] == "till"]
    the_tills.write_text(json.dumps(told))
    shutil.rmtree(machine.till)
    joined = await machine.told(*machine.at_the_server, "--with", str(the_tills))
    (sentence,) = joined["impossible"]
    assert "“the order came” (gateway) cannot be before “order written" in sentence
    assert "the till's clock is ahead of the gateway's clock" in sentence
    (by,) = [int(word) for word in sentence.split() if word.isdigit()]
    assert 3_500_000 < by <= 3_600_000


async def test_a_file_of_another_order_or_of_none_is_refused(machine, tmp_path):
    wrong = tmp_path / "wrong.json"
    for text in ('{"order_no":"OTHER123","merchant":"M001"}', "no JSON", '{"steps":[]}'):
        wrong.write_text(text)
        finished = await machine.trace("--with", str(wrong))
        assert (finished.returncode, finished.stdout) == (2, "")
        assert str(wrong) in finished.stderr
    finished = await machine.trace("--with", str(tmp_path / "nowhere.json"))
    assert finished.returncode == 2


async def test_a_sale_of_the_demo_shop_is_told_with_its_own_servers(cloud, tmp_path, monkeypatch):
    cloud.all_up()
    counter = Counter(cloud.shop.data, cloud.a_till()).stock().open()
    order_no, _ = await sold(counter)
    counter.books.close()
    words = ("trace", order_no, "--json", "--demo", "--data", str(cloud.shop.data))
    told = json.loads((await asyncio.to_thread(typed, *words)).stdout)
    assert {step["from"] for step in told["steps"]} == {"till", "gateway", "log", "Redis"}


# ---- what the books have -----------------------------------------------------------------------

AT = datetime(2026, 11, 22, 4, 0, 0, 123456, UTC)
ORDER = "26112204000001ABCDEFGH"
OF_THE_FIRST_BOOKS = (
    '{"order_no":"%s","sale_no":7,"amount":4770,"currency":"CNY","platform":"alipay",'
    '"masked_code":"····1234","state":"paid","made_at":"2026-11-22T12:00:00+08:00"}'
)


def first_books(path):
    """Books as the first version made them, with one paid order."""
    connection = open_connection(path)
    connection.execute(str(MIGRATIONS[0]))
    connection.pragma("user_version", 1)
    connection.execute("CREATE TABLE latest_time (one INTEGER PRIMARY KEY, at TEXT)")
    connection.execute("INSERT INTO sales (number, state, opened_at) VALUES (7, 'paid', '')")
    connection.execute(
        "INSERT INTO orders (order_no, sale_no, state, body) VALUES (?, 7, 'paid', ?)",
        (ORDER, OF_THE_FIRST_BOOKS % ORDER),
    )
    note(connection, 7, "order drafted", f"{ORDER} ")
    note(connection, 7, "paid", f"wallet {ORDER}")
    connection.execute("DROP TABLE latest_time")
    return connection


def note(connection, sale_no, what, detail):
    body = journal.encode(journal.Noted(what, detail))
    journal.append(connection, AT.isoformat(), sale_no, body)


def trace_books(folder, order_no=ORDER):
    return typed("trace", order_no, "--data", str(folder))


@pytest.fixture
def books(tmp_path, monkeypatch):
    connection = first_books(tmp_path / "books.db")
    yield connection
    connection.close()


def test_the_first_versions_books_are_read_as_they_are(books, tmp_path):
    finished = trace_books(tmp_path)
    assert finished.returncode == 0
    assert "order written: 47.70 CNY, ····1234" in finished.stdout
    assert "paid; the journal does not say who told it" in finished.stdout
    assert "000007.json is not there" in finished.stdout
    assert books.pragma("user_version") == 1
    assert trace_books(tmp_path, ORDER[:-1]).returncode == 3


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        ("redis 1700000000000-0", "paid, told by Redis (message 1700000000000-0)"),
        ("gateway", "paid, told by the gateway"),
    ],
)
def test_the_channel_that_told_is_said_where_the_journal_has_it(books, tmp_path, detail, said):
    note(with_latest_time(books), 7, "paid", f"wallet {ORDER} {detail}")
    assert said in trace_books(tmp_path).stdout


def with_latest_time(connection):
    connection.execute(
        "CREATE TABLE latest_time (one INTEGER PRIMARY KEY CHECK (one = 1), at TEXT NOT NULL)"
    )
    return connection


def test_messages_that_were_refused_are_told_with_the_order_that_they_named(books, tmp_path):
    note(with_latest_time(books), 0, "message", f"refused: order {ORDER}: another amount")
    note(books, 0, "message", f"refused: order {ORDER}X: not this till's")
    history = order_history(books, ORDER)
    assert history
    assert [noted.what for _, noted in history.rows] == ["order drafted", "paid", "message"]
    assert "message: refused: order" in trace_books(tmp_path).stdout
    stranger = trace_books(tmp_path, f"{ORDER}X")
    assert stranger.returncode == 0
    assert "no sale of this till has the order" in stranger.stdout


def test_books_that_cannot_be_read_are_not_taken_for_an_unknown_order(books, tmp_path):
    books.execute("DROP TABLE stream_positions")
    finished = trace_books(tmp_path)
    assert (finished.returncode, finished.stderr.count("\n")) == (2, 1)
    assert "cannot be read" in finished.stderr


def test_a_machine_with_neither_till_nor_servers_says_where_it_looked(tmp_path, monkeypatch):
    finished = trace_books(tmp_path / "elsewhere")
    assert (finished.returncode, finished.stderr.count("\n")) == (2, 1)
    assert "no orders without a cloud.toml" in finished.stderr


def test_history_only_reads(tmp_path):
    first_books(tmp_path / "books.db").close()
    reader = apsw.Connection(str(tmp_path / "books.db"), flags=apsw.SQLITE_OPEN_READONLY)
    history = order_history(reader, ORDER)
    assert history and history.order
    assert history.order.sale_no == 7
    reader.close()


# ---- steps in their order ----------------------------------------------------------------------


def step(point, ms, source="gateway", what=""):
    at = datetime(2026, 11, 22, 4, 0, 5, tzinfo=UTC) + timedelta(milliseconds=ms)
    return TimelineStep(at=at, source=source, what=plain(what or point), point=point)


def test_a_platforms_whole_second_is_placed_behind_what_must_come_before_it():
    steps = [step("charged", 0), step("logged", 712.5, "log"), step("came", 345.6)]
    placed = in_order(steps)
    assert [(each.step.point, each.after_ms, each.since_ms) for each in placed] == [
        ("came", 0, 0),
        ("charged", 0, 0),
        ("logged", 367, 367),
    ]
    assert contradictions(steps) == []


def test_a_platforms_second_that_is_over_before_the_order_came_is_impossible():
    steps = [step("came", 1500.5), step("charged", -1000), step("logged", 1700.5, "log")]
    (why,) = contradictions(steps)
    assert "the gateway's clock is ahead of the platform's clock, by 1501 ms" in ENGLISH.of(why)


def test_a_log_line_before_its_order_came_says_that_the_clock_was_set_back():
    (why,) = contradictions([step("came", 900.5), step("logged", 100.5, "log")])
    assert "the gateway's clock was set back, by 800 ms or more" in ENGLISH.of(why)


def test_redis_millisecond_is_no_contradiction_to_the_logs_microseconds():
    steps = [step("logged", 123.789, "log"), step("published", 123, "Redis")]
    assert contradictions(steps) == []
    assert [each.step.point for each in in_order(steps)] == ["logged", "published"]


def test_a_till_told_by_the_gateway_may_be_paid_before_its_message_is_published():
    logged, published = step("logged", 1.5, "log"), step("published", 90, "Redis")
    assert contradictions([logged, published, step("paid", 20.5, "till")]) == []
    assert len(contradictions([logged, published, step("told", 20.5, "till")])) == 1


def timeline(merchant, *steps, **more):
    return Timeline(order_no=ORDER, merchant=merchant, steps=steps, **more)


def test_orders_of_two_merchants_under_one_number_stay_apart():
    parts = [timeline("M002", step("came", 5)), timeline("M001", step("came", 1))]
    assert [each.merchant for each in join(parts)] == ["M001", "M002"]


def test_the_same_step_from_two_machines_is_told_once_and_then_nothing_is_missing():
    came = step("came", 5.5)
    missing = Note("gateway", plain("not here")), Note("Redis", plain("away"))
    (joined,) = join([timeline("M001", came, missing=missing), timeline("M001", came)])
    assert joined.steps == (came,)
    assert joined.missing == missing[1:]


def written_and_read(whole, has_words=_has_words, language="en"):
    (again,) = read_timelines(as_json(whole, Wording(language).of).encode(), ORDER, has_words)
    return again


def test_what_is_written_as_json_reads_the_same_again_in_whichever_language_it_was_written():
    state = because("timeline.state_paid")
    stands = Note("till", because("timeline.at_the_till", state=state, sale_no=7))
    came = TimelineStep(at=AT, source="gateway", what=because("timeline.came"), point="came")
    facts = {"amount": 4770, "currency": "CNY", "till": "01", "notes": (stands,)}
    whole = timeline("M001", came, step("logged", 5.5), **facts)
    for language in ("en", "zh_CN"):
        again = written_and_read(whole, language=language)
        assert again == whole
        assert list(as_lines(again)) == list(as_lines(whole))
    with pytest.raises(TimelineError) as refused:
        read_timelines(as_json(whole, ENGLISH.of).encode(), "OTHER123", _has_words)
    assert refused.value.reason.kind == "timeline.other_order"


def test_what_another_version_wrote_is_told_in_its_own_words():
    came = TimelineStep(at=AT, source="gateway", what=because("timeline.came"), point="came")
    (step,) = written_and_read(timeline("M001", came), lambda reason: False).steps
    assert step.what == plain("the order came")


def test_a_reason_without_words_here_or_with_other_values_is_known():
    assert _has_words(because("timeline.at_the_till", state="paid", sale_no=7))
    assert not _has_words(because("timeline.at_the_till", state="paid", number=7))
    assert not _has_words(because("timeline.at_the_till", state="paid", sale_no="7"))
    assert not _has_words(because("timeline.of_tomorrow"))
