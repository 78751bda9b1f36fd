"""The platforms' XML: one flat element of named texts; document types and entities are refused."""

from __future__ import annotations

from collections.abc import Mapping
from xml.parsers import expat
from xml.sax.saxutils import escape


class XmlError(ValueError):
    """A document that is not one flat element of named texts."""


def write_xml(fields: Mapping[str, str]) -> bytes:
    """The fields as `<xml><name>text</name>…</xml>`."""
    inside = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in fields.items())
    return f"<xml>{inside}</xml>".encode()


def read_xml(document: bytes) -> dict[str, str]:
    """The fields of a flat document. Raises XmlError for any other."""
    fields: dict[str, str] = {}
    path: list[str] = []

    def refuse(*_: object) -> None:
        raise XmlError("a document type or entity")

    def begin(name: str, _attributes: dict[str, str]) -> None:
        path.append(name)
        if len(path) > 2:
            raise XmlError("elements within elements")
        if len(path) == 2:
            if name in fields:
                raise XmlError("the same name twice")
            fields[name] = ""

    def text(part: str) -> None:
        if len(path) == 2:
            fields[path[1]] += part

    def end(_name: str) -> None:
        path.pop()

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.UnparsedEntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse  # type: ignore[assignment]
    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    try:
        parser.Parse(document, True)
    except XmlError:
        raise
    except (expat.ExpatError, LookupError, ValueError) as error:
        # The last two come of encodings that are unknown or cannot be read.
        raise XmlError(f"not well-formed: {error}") from error
    return fields
