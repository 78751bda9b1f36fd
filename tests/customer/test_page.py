"""The page stands by itself, and is sent nothing but what its customer may see."""

from __future__ import annotations

import base64
import hashlib
import json
import re

import pytest

from pos_tui.customer.following import Followed
from pos_tui.customer.page import language_tag, make_page, page_message
from pos_tui.receipts.customer_snapshot import CustomerLine, CustomerSnapshot

LANGUAGES = ["en", "zh_CN"]


def message(followed: Followed, language: str = "en") -> dict[str, object]:
    found: dict[str, object] = json.loads(page_message(make_page(language), followed, language))
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_asks_for_nothing_from_elsewhere(language):
    html = make_page(language).html.decode()
    assert not re.search(r"https?:|//[a-z]|\burl\(|@import|\bsrc=|\bhref=", html)
    assert "$" not in html
    assert "innerHTML" not in html
    assert "insertAdjacentHTML" not in html
    assert "eval(" not in html


def test_the_policy_lets_only_the_pages_own_script_and_style_run():
    page = make_page("en")
    for tag, rule in (("script", "script-src"), ("style", "style-src")):
        (content,) = re.findall(f"<{tag}>(.*?)</{tag}>", page.html.decode(), re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{rule} 'sha256-{digest}'" in page.policy


def test_the_page_speaks_the_shops_language_from_the_beginning():
    english, chinese = (make_page(language).html.decode() for language in LANGUAGES)
    assert '<html lang="en"' in english
    assert "One moment, please" in english
    assert '<html lang="zh-CN"' in chinese
    assert "One moment" not in chinese
    assert "JavaScript" in chinese


def test_another_page_has_another_version():
    assert make_page("en").version == make_page("en").version
    assert make_page("en").version != make_page("zh_CN").version
    assert make_page("en").version in make_page("en").html.decode()


@pytest.mark.parametrize(
    ("shown", "amounts"),
    [
        ({}, []),
        ({"total": "9.00"}, [["Total CNY", "9.00"]]),
        ({"total": "9.00", "due": "4.00"}, [["To pay CNY", "4.00"], ["Total CNY", "9.00"]]),
        ({"total": "9.00", "change": "1.00"}, [["Change CNY", "1.00"], ["Total CNY", "9.00"]]),
        ({"total": "-2.00", "back": "2.00"}, [["Back to you CNY", "2.00"]]),
        ({"back": "2.00"}, [["Back to you CNY", "2.00"]]),
    ],
)
def test_the_amount_that_is_needed_now_is_the_largest(shown, amounts):
    snapshot = CustomerSnapshot(seq=1, currency="CNY", **shown)
    found = message(Followed("live", snapshot))["amounts"]
    assert isinstance(found, list)
    assert [[each["label"].removesuffix(" CNY"), each["amount"]] for each in found] == [
        [label.removesuffix(" CNY"), amount] for label, amount in amounts
    ]
    assert all(each["label"].endswith("CNY") for each in found[:1])


def test_a_sale_is_said_in_the_language_of_its_snapshot():
    snapshot = CustomerSnapshot(
        seq=3, state="scanning", language="zh_CN", total="9.00", saved="1.00", pieces="共 2 件"
    )
    found = message(Followed("live", snapshot), "en")
    assert found["language"] == language_tag("zh_CN") == "zh-CN"
    assert found["saved"] == "已省 1.00"
    assert "{count}" in str(found["earlier"])
    assert "{count}" in str(found["later"])


@pytest.mark.parametrize("link", ["starting", "lost"])
def test_nothing_of_a_sale_is_sent_while_the_till_is_not_there(link):
    found = message(Followed(link))
    assert found.get("snapshot") is None
    assert found.get("amounts", []) == []
    assert found["one_moment"] == "One moment, please"


def test_a_message_is_one_line_whatever_a_product_is_called():
    name = "Milk\r\n\r\ndata: {}\n\nevent: beat\u2028\u0085"
    snapshot = CustomerSnapshot(seq=1, lines=(CustomerLine(name=name, actual="1.00"),))
    sent = page_message(make_page("en"), Followed("live", snapshot), "en")
    assert b"\n" not in sent
    assert b"\r" not in sent
    assert json.loads(sent)["snapshot"]["lines"][0]["name"] == name
