"""The platforms' XML: what is read, and what is refused whatever its bytes."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pos_tui.cloud.wire.flat_xml import XmlError, read_xml, write_xml


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"<xml>",
        b"<xml><a>1</a><a>2</a></xml>",
        b"<xml><a><b>1</b></a></xml>",
        b"<!DOCTYPE xml><xml><a>1</a></xml>",
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml><a>&e;</a></xml>',
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><xml><a>&b;</a></xml>',
        b"<xml><a>&undefined;</a></xml>",
        b"\xff\xfe",
        b'<?xml version="1.0" encoding="nobody-knows"?><xml></xml>',
        b'<?xml version="1.0" encoding="hex"?><xml></xml>',
        b'<?xml version="1.0" encoding="gbk"?><xml></xml>',
    ],
)
def test_xml_that_is_more_than_flat_is_refused(document: bytes) -> None:
    with pytest.raises(XmlError):
        read_xml(document)


def test_flat_xml_comes_back_as_it_went() -> None:
    fields = {"body": "a < b & c ]]> “d”", "empty": "", "n": "1"}
    assert read_xml(write_xml(fields)) == fields
    assert read_xml(b"<xml>\n<a><![CDATA[<b>]]></a>\n</xml>") == {"a": "<b>"}


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=120) | st.text(max_size=60).map(lambda text: f"<xml>{text}".encode()))
def test_no_bytes_break_the_reading_of_xml(document: bytes) -> None:
    with contextlib.suppress(XmlError):
        read_xml(document)
