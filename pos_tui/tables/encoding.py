"""The encoding of a text file: by its mark, by UTF-8's own rules, or where a guess is sure.

UTF-8 and UTF-16 prove themselves. All older encodings read nearly any bytes as something, so one
of them is believed only where it makes words, and it is the shop's own or no other makes any.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence

from msgspec import Struct

from pos_tui.reasons import because
from pos_tui.tables.errors import TableError
from pos_tui.tables.readings import Likelihood, Script, is_printable_text, likelihood


class DecodedText(Struct, frozen=True):
    """A file's text and the encoding that it was read in.

    `damaged`: some bytes are no text; they stand in it as lone surrogates.
    """

    text: str
    encoding: str
    damaged: bool = False


class _Legacy(Struct, frozen=True):
    """An encoding from before Unicode: its name, Python's, its script, and who writes it."""

    name: str
    codec: str
    script: Script
    currencies: str = ""
    languages: str = ""


# Of two that read bytes alike, the one that is met more often stands first.
_LEGACY = (
    _Legacy("gb18030", "gb18030", "han", "CNY", "zh,zh_cn,zh_sg,zh_hans"),
    _Legacy("big5", "cp950", "han", "TWD HKD MOP", "zh_tw,zh_hk,zh_mo,zh_hant"),
    _Legacy("shift_jis", "cp932", "kana", "JPY", "ja"),
    _Legacy("euc-jp", "euc_jp", "kana", "JPY", "ja"),
    _Legacy("euc-kr", "cp949", "hangul", "KRW", "ko"),
    _Legacy(
        "windows-1252", "cp1252", "latin",
        "EUR USD GBP CHF CAD AUD NZD SEK NOK DKK ISK BRL MXN ARS CLP COP PEN UYU ZAR IDR MYR PHP",
        "fr,de,es,it,pt,nl,sv,da,nb,nn,no,fi,is,ca,gl,eu,id,ms,af",
    ),
    _Legacy(
        "windows-1250", "cp1250", "latin", "PLN CZK HUF RON EUR BAM", "pl,cs,sk,hu,sl,hr,ro,bs"
    ),
    _Legacy(
        "windows-1251", "cp1251", "cyrillic",
        "RUB UAH BYN BGN RSD KZT KGS MKD MNT", "ru,uk,be,bg,sr,mk,kk",
    ),
    _Legacy("koi8-r", "koi8_r", "cyrillic", "RUB", "ru"),
    _Legacy("cp866", "cp866", "cyrillic", "RUB UAH BYN KZT", "ru,uk,be"),
    _Legacy("windows-1253", "cp1253", "greek", "EUR", "el"),
    _Legacy("windows-1254", "cp1254", "latin", "TRY AZN", "tr,az"),
    _Legacy("windows-1255", "cp1255", "hebrew", "ILS", "he,iw"),
    _Legacy(
        "windows-1256", "cp1256", "arabic",
        "SAR AED EGP QAR KWD BHD OMR JOD IQD MAD DZD TND PKR IRR", "ar,fa,ur",
    ),
    _Legacy("windows-1257", "cp1257", "latin", "EUR", "lt,lv,et"),
    _Legacy("windows-1258", "cp1258", "latin", "VND", "vi"),
    _Legacy("windows-874", "cp874", "thai", "THB", "th"),
    _Legacy("cp850", "cp850", "latin"),
    _Legacy("mac-roman", "mac_roman", "latin"),
)  # fmt: skip
_OTHERS = (
    "ascii", "utf_8", "utf_8_sig", "utf_16", "utf_16_le", "utf_16_be", "utf_32", "gbk",
    "gb2312", "hz", "big5", "big5hkscs", "shift_jis", "iso2022_jp", "euc_kr", "koi8_u", "cp437",
    "cp852", "cp855", "cp857", "cp858", "cp862", "cp864", "tis_620", "mac_cyrillic",
    "mac_greek", "mac_latin2", "iso8859_1", "iso8859_2", "iso8859_3", "iso8859_4", "iso8859_5",
    "iso8859_6", "iso8859_7", "iso8859_8", "iso8859_9", "iso8859_10", "iso8859_11",
    "iso8859_13", "iso8859_14", "iso8859_15", "iso8859_16",
)  # fmt: skip
_MARKS = (  # the longer first: UTF-32's begins as UTF-16's does
    (codecs.BOM_UTF8, "utf-8", "utf_8_sig"),
    (codecs.BOM_UTF32_LE, "utf-32", "utf_32"),
    (codecs.BOM_UTF32_BE, "utf-32", "utf_32"),
    (codecs.BOM_UTF16_LE, "utf-16", "utf_16"),
    (codecs.BOM_UTF16_BE, "utf-16", "utf_16"),
)
FEW_ZEROS = 20  # a zero byte among so many is one that got into a text
_CANDIDATES = 5
_SHOWN = 40
_ENOUGH_WITH_THE_SHOP = 2.0  # points, where the encoding is the shop's own
_ENOUGH_WORDS = 1.0  # points likewise, for encodings that give each letter one byte
_ENOUGH_ALONE = 25.0
_IS_WORDS = 0.3  # points on average
_A_FEW_WORDS = 3.0  # points; with fewer, nothing else may make as many
_MANY_BYTES = frozenset({"han", "kana", "hangul"})  # scripts of which a letter has several bytes
_ODD = re.compile(rb"[\x80-\xff]")
_CELL_ENDS = re.compile(rb'[,;\t\r\n"]')


def decode_file(
    content: bytes, path: str, encoding: str = "", language: str = "", currency: str = ""
) -> DecodedText:
    """The text of a file; `encoding` is what somebody named. Raises TableError.

    `language` and `currency` are the shop's; they say which old encodings are to be expected.
    """
    if encoding:
        return _decode_as(content, path, encoding)
    for mark, name, codec in _MARKS:
        if content.startswith(mark):
            text = _decoded(content, codec)
            if text is not None:
                return DecodedText(text, name)
            if name == "utf-8":
                return _mostly_utf8(content, path)
            raise TableError("tables.damaged_text", path=path, encoding=name)
    if content.count(0) * FEW_ZEROS >= len(content) > 0:
        return _utf16_without_mark(content, path)
    text = _decoded(content, "utf_8")
    if text is not None:
        return DecodedText(text, "utf-8")
    if _is_mostly_utf8(content):
        return _mostly_utf8(content, path)
    return _guess(content, path, language, currency)


def decode_first(content: bytes, encodings: Sequence[str]) -> str | None:
    """The text in the first of these encodings that reads it whole; None where none does."""
    texts = (_decoded(content, each) for each in encodings)
    return next((text for text in texts if text is not None), None)


def _decoded(content: bytes, codec: str) -> str | None:
    try:
        return content.decode(codec)
    except UnicodeError:
        return None


def _decode_as(content: bytes, path: str, encoding: str) -> DecodedText:
    wanted = encoding.strip().lower()
    codec = next((each.codec for each in _LEGACY if each.name == wanted), "")
    try:
        codec = codec or codecs.lookup(wanted).name.replace("-", "_")
    except (LookupError, ValueError) as error:
        raise _unknown_encoding(encoding) from error
    if codec not in {*_OTHERS, *(each.codec for each in _LEGACY)}:
        raise _unknown_encoding(encoding)  # Python's lists also hold rot13, base64, idna
    if codec == "utf_8":
        codec = "utf_8_sig"
    try:
        return DecodedText(content.decode(codec).removeprefix("\ufeff"), wanted)
    except UnicodeError as error:
        at = error.start if isinstance(error, UnicodeDecodeError) else 0
        line = content.count(b"\n", 0, at) + 1
        raise TableError("tables.not_in_encoding", path=path, encoding=wanted, line=line) from error


def _unknown_encoding(encoding: str) -> TableError:
    names = ("utf-8", "utf-16", *(each.name for each in _LEGACY))
    shown = "".join(sign if sign.isprintable() else "·" for sign in encoding[:_SHOWN])
    return TableError("tables.no_such_encoding", encoding=shown, encodings=names)


# ---- Unicode -------------------------------------------------------------------------------------


def _is_mostly_utf8(content: bytes) -> bool:
    """Whether nearly all that is not ASCII is UTF-8: then a few bytes of it are damaged."""
    text = content.decode("utf-8", "surrogateescape")
    broken = sum(1 for sign in text if "\ud800" <= sign <= "\udfff")
    whole = sum(1 for sign in text if sign > "\x7f") - broken
    return whole >= 20 * broken


def _mostly_utf8(content: bytes, path: str) -> DecodedText:
    if not _is_mostly_utf8(content):
        raise TableError("tables.damaged_text", path=path, encoding="utf-8")
    text = content.decode("utf-8", "surrogateescape").removeprefix("\ufeff")
    return DecodedText(text, "utf-8", damaged=True)


def _utf16_without_mark(content: bytes, path: str) -> DecodedText:
    """Each sign of a table's frame (digits, commas, line ends) has one zero byte, on one side."""
    odd = content[1::2].count(0)
    even = content[0::2].count(0)
    name = "utf-16-le" if odd > even else "utf-16-be"
    text = _decoded(content, name.replace("-", "_"))
    if text is None or max(odd, even) < 10 * min(odd, even) or "\0" in text:
        raise TableError("tables.no_text", path=path)
    return DecodedText(text, name)


# ---- older encodings -----------------------------------------------------------------------------


class _Candidate(Struct, frozen=True):
    """How a whole file reads in an encoding; `text` is the hash of it, for it may be large."""

    legacy: _Legacy
    text: int
    likelihood: Likelihood
    is_the_shops: bool


def _guess(content: bytes, path: str, language: str, currency: str) -> DecodedText:
    expected = _expected(language, currency)
    candidates = _candidates(content, expected)
    sure = _sure(candidates, expected)
    if sure is not None:
        return DecodedText(content.decode(sure.legacy.codec), sure.legacy.name)
    cell, line = _first_odd_cell(content)
    readings: dict[str, str] = {}
    for each in candidates:
        read = cell.decode(each.legacy.codec, "replace")[:_SHOWN]
        shown = "".join(sign if sign.isprintable() else "·" for sign in read)
        readings.setdefault(shown, each.legacy.name)
    raise TableError(
        "tables.encoding_unclear",
        path=path,
        line=line,
        candidates=tuple(
            because("tables.encoding_reading", encoding=name, text=shown)
            for shown, name in list(readings.items())[:_CANDIDATES]
        ),
        encoding=next(iter(readings.values()), "windows-1252"),
    )


def _first_odd_cell(content: bytes) -> tuple[bytes, int]:
    """The first cell that is not ASCII, as far as it can be shown, and its line."""
    odd = _ODD.search(content)
    at = odd.start() if odd else 0
    before = _CELL_ENDS.split(content[max(0, at - _SHOWN) : at])[-1]
    behind = _CELL_ENDS.split(content[at : at + 2 * _SHOWN])[0]
    return (before + behind).strip(), content.count(b"\n", 0, at) + 1


def _expected(language: str, currency: str) -> frozenset[str]:
    """The encodings that a shop of this language and currency is to meet."""
    tag = language.partition(".")[0].replace("-", "_").lower()
    tags = {tag, tag.partition("_")[0]} - {"zh"} if "_" in tag else {tag}
    spoken = {each.name for each in _LEGACY if tags & set(each.languages.split(","))}
    paid = {each.name for each in _LEGACY if currency in each.currencies.split()}
    return frozenset((spoken & paid) or (spoken | paid))


def _candidates(content: bytes, expected: frozenset[str]) -> list[_Candidate]:
    """Every encoding in which the whole file can be read, the likeliest first."""
    found = []
    for legacy in _LEGACY:
        text = _decoded(content, legacy.codec)
        odd = "" if text is None else _odd_part(text)
        if text is None or not is_printable_text(odd):
            continue
        points = likelihood(odd, legacy.script)
        found.append(_Candidate(legacy, hash(text), points, legacy.name in expected))
    return sorted(found, key=lambda each: -each.likelihood.average)


def _odd_part(text: str) -> str:
    """The lines of a text that are not all ASCII, as far as a reading needs them."""
    kept, length = list[str](), 0
    for line in text.split("\n"):
        if not line.isascii():
            kept.append(line)
            length += len(line)
            if length > 20_000:
                break
    return "\n".join(kept)


def _sure(candidates: list[_Candidate], expected: frozenset[str]) -> _Candidate | None:
    """The one reading that can be believed; None where another one could be meant as well."""
    words = [each for each in candidates if each.likelihood.average >= _IS_WORDS]
    own = [
        each
        for each in words
        if each.is_the_shops
        and each.likelihood.points
        >= (_ENOUGH_WITH_THE_SHOP if each.legacy.script in _MANY_BYTES else _ENOUGH_WORDS)
    ]
    if own:
        first = own[0]
        is_many_scripts = len({each.script for each in _LEGACY if each.name in expected}) > 1
        rivals = [
            each
            for each in words
            if not each.is_the_shops
            and each.text != first.text
            and (
                each.likelihood.points >= first.likelihood.points
                if is_many_scripts or first.likelihood.points < _A_FEW_WORDS
                else each.likelihood.points > first.likelihood.points
            )
            and (is_many_scripts or each.legacy.script != first.legacy.script)
        ]
        return first if len({each.text for each in own}) == 1 and not rivals else None
    alone = [
        each
        for each in words
        if each.likelihood.points >= _ENOUGH_ALONE and each.legacy.script in _MANY_BYTES
    ]
    return alone[0] if len(alone) == 1 and len(words) == 1 else None
