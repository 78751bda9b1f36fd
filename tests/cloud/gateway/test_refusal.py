"""The gateway's reasons: each has its sentence on the wire, and words at the till."""

from __future__ import annotations

import json
from typing import get_args

from pos_tui.cloud.gateway import refusal
from pos_tui.cloud.gateway.field_rules import FIELD_RULES
from pos_tui.cloud.platforms import protocol
from pos_tui.wording.tables import gateway_answer, gateway_error
from tests.cloud.shop import Cloud


def test_every_reason_of_an_answer_has_words_at_the_till_and_a_sentence_on_the_wire() -> None:
    reasons = set(get_args(protocol.AnswerReason))
    assert set(gateway_answer.TABLE) == reasons
    assert set(protocol.SENTENCES) == reasons


def test_every_reason_of_a_refusal_has_words_at_the_till_and_a_sentence_on_the_wire() -> None:
    reasons = set(get_args(refusal.RefusalReason))
    assert set(gateway_error.TABLE) == reasons
    assert set(refusal.SENTENCES) == reasons
    assert {rule.refusal for rule in FIELD_RULES.values()} <= reasons


async def test_a_refused_request_is_told_its_reason_beside_the_sentence(cloud: Cloud) -> None:
    till = cloud.till()
    unknown = await till.send("GET", "/v1/orders/T20261122999999Z9")
    assert unknown.status_code == 404
    assert json.loads(unknown.content) == {
        "error": "There is no order with this number.",
        "reason": "no_order",
    }
    nowhere = await till.client.get("/v1/nothing")
    assert (nowhere.status_code, nowhere.json()["reason"]) == (404, "no_route")
    unsigned = await till.client.get("/v1/orders/T20261122999999Z9")
    assert (unsigned.status_code, unsigned.json()["reason"]) == (401, "unknown_merchant")
    torn = await till.send("POST", "/v1/orders", b"{")
    assert torn.json()["reason"] == "unreadable"
    assert torn.json()["error"].startswith("The request cannot be read: ")
