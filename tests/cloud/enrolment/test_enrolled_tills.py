"""What a till's user is in Redis, and which names are none."""

from __future__ import annotations

import pytest

pytest.importorskip("redis")

from pos_tui.cloud.enrolment.users import (
    EnrolmentError,
    User,
    disabled_default_user,
    hash_of,
    operator_user,
    parse_user,
    relay_user,
    till_user,
)
from pos_tui.messages import stream_name
from pos_tui.settings.redis_url import redis_address

PLACE = redis_address("redis://127.0.0.1")


def test_a_tills_user_reads_exactly_its_own_stream_and_nothing_else() -> None:
    user = till_user("M001", "01", "the-password", PLACE)
    assert user.name == "till:M001:01"
    keys = [rule for rule in user.rules if "~" in rule]
    assert keys == [f"%R~{stream_name('M001', '01')}"]
    assert {rule for rule in user.rules if rule.startswith("+")} == {"+xread", "+ping"}
    assert "the-password" not in user.line()
    assert user.has_password("the-password")


@pytest.mark.parametrize("name", ["*", "0?", "01:02", "", "a b", "ü", "01\n", "x" * 65])
def test_a_name_that_could_mean_others_is_refused(name: str) -> None:
    for merchant, till in (("M001", name), (name, "01")):
        with pytest.raises(EnrolmentError):
            till_user(merchant, till, "p", PLACE)


def test_another_database_takes_the_right_to_go_there() -> None:
    place = redis_address("redis://127.0.0.1/2")
    assert "+select" in till_user("M001", "01", "p", place).rules
    assert "+select" in relay_user("p", place).rules


@pytest.mark.parametrize(
    ("written", "is_same"),
    [
        ("user operator on >o ~* &* +@all", True),
        ("user operator on >o allkeys allchannels allcommands sanitize-payload", True),
        ("user operator on >other ~* &* +@all", False),
        ("user operator off >o ~* &* +@all", False),
        ("user operator on >o ~pos:* &* +@all", False),
        ("user operator on >o ~* &* +@all (~x +get)", False),
        ("user operator on nopass >o ~* &* +@all", False),
    ],
)
def test_the_same_rights_are_known_however_they_are_written(written: str, is_same: bool) -> None:
    assert operator_user("o").is_same(parse_user(written)) is is_same


def test_a_line_is_read_as_it_was_written() -> None:
    line = f"user x on {hash_of('p')} ~a resetchannels -@all +get (~b resetchannels -@all +set)"
    user = parse_user(line)
    assert user.line() == line
    assert user.rules[-1] == "(~b resetchannels -@all +set)"
    assert User("default", ("off", "resetchannels", "-@all")) == disabled_default_user()
