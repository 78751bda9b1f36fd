"""The gateway's description of itself is whole, and the gateway keeps to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import requests
import schemathesis
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from pos_tui.cloud.gateway.openapi import document

from .shop import Cloud, Till

SEED = 20261122
CONFIG = SchemathesisConfig.from_dict(
    {
        "seed": SEED,
        "generation": {"with-security-parameters": False, "deterministic": True, "max-examples": 15, "database": "none"},
        "phases": {"coverage": {"enabled": True}},
    }
)
DESCRIBED = schemathesis.openapi.from_dict(document(), config=CONFIG)


class Signs(requests.auth.AuthBase):
    """Signs whatever is sent, as a till does."""

    def __init__(self, till: Till) -> None:
        self.till = till

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        path = unquote(urlsplit(request.url or "").path)
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else body
        request.headers.update(self.till.headers(request.method or "", path, body))
        return request


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory, keys: Path) -> Iterator[Cloud]:
    cloud = Cloud(tmp_path_factory.mktemp("cloud"), keys)
    file = cloud.folder / "cloud.toml"
    file.write_text(
        file.read_text().replace("[gateway]", "[gateway]\nrate_per_s = 100000\nburst = 100000")
    )
    try:
        cloud.start(pin_s=0.4, late_s=2.0)
        yield cloud
    finally:
        cloud.end()

import collections
SEEN = collections.Counter()

@DESCRIBED.parametrize()
def test_all(case: schemathesis.Case, cloud: Cloud) -> None:
    body = case.body
    if isinstance(body, dict) and isinstance(body.get("merchant"), str) and body["merchant"]:
        case.body = {**body, "merchant": "M001"}
    r = case.call_and_validate(
        base_url=f"http://127.0.0.1:{cloud.gateway_port}", auth=Signs(cloud.till())
    )
    SEEN[case.operation.label, case.meta.generation.mode.value, case.meta.phase.name.value, r.status_code] += 1
    print(case.operation.label, case.meta.generation.mode.value, case.meta.phase.name.value, r.status_code)

def test_valid(): DESCRIBED.validate()
def test_z():
    for k,v in sorted(SEEN.items()): print(k,v)
