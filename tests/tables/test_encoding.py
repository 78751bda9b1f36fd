"""Encodings: what proves itself is read, what only could be is asked for."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_tui.tables.encoding import decode_file
from pos_tui.tables.errors import TableError
from pos_tui.tables.reading import read_table
from tests.spoken import raises, spoken
from tests.tables.reading import names_goods, names_in, table_of

NAMES = {
    "cp1252": ["Crème fraîche", "Müsli", "Käse", "Piñata", "Brötchen", "SÜSS", "50° – 3 €"],
    "cp1250": ["Mléko", "Pečivo", "Rohlík s máslem", "Żółty ser", "Kiełbasa wędzona", "Túró"],
    "cp1251": ["Молоко", "Хлеб", "Сыр", "Сметана 20%", "МАСЛО СЛИВОЧНОЕ", "Творог"],
    "koi8_r": ["молоко", "Хлеб", "МАСЛО СЛИВОЧНОЕ", "Творог"],
    "cp866": ["молоко", "Хлеб", "МАСЛО СЛИВОЧНОЕ", "Творог"],
    "gb18030": ["牛奶", "面包", "可口可乐 330ml", "农夫山泉", "旺旺雪饼", "泸州老窖", "馒头"],
    "cp950": ["牛奶", "麵包", "可口可樂", "蘋果", "雞蛋", "洗髮精", "鳳梨酥"],
    "cp932": ["牛乳", "コーヒー", "おにぎり", "食パン", "ﾎﾟﾃﾄﾁｯﾌﾟｽ", "抹茶アイス"],
    "euc_jp": ["牛乳", "コーヒー", "おにぎり", "食パン"],
    "cp949": ["우유", "빵", "사과", "신라면", "초코파이", "바나나맛 우유"],
    "cp1253": ["Γάλα", "Ψωμί", "Τυρί φέτα"],
    "cp1254": ["Süt", "Çay", "Ekmek şeker", "Yoğurt"],
    "cp874": ["นม", "ขนมปัง", "ข้าวหอมมะลิ"],
    "mac_roman": ["Crème", "Käse", "Müsli"],
    "cp850": ["Crème", "Käse", "Müsli"],
}
OWN = {
    "gb18030": "CNY", "cp950": "TWD", "cp932": "JPY", "cp949": "KRW", "cp1252": "USD",
    "cp1250": "PLN", "cp1251": "RUB", "koi8_r": "RUB", "cp1254": "TRY", "cp874": "THB",
}  # fmt: skip


def goods(names: list[str]) -> str:
    rows = "".join(f"A{number},{name},1.50\n" for number, name in enumerate(names))
    return f"code,name,price\n{rows}"


@pytest.mark.parametrize("currency", ["CNY", "EUR", "RUB", "TWD", "JPY", "THB"])
@pytest.mark.parametrize("codec", NAMES)
def test_a_file_is_read_right_or_not_at_all(codec, currency):
    groups = [NAMES[codec], NAMES[codec][:3], *([name] for name in NAMES[codec])]
    for names in groups:
        text = goods(names)
        try:
            decoded = decode_file(text.encode(codec), "goods.csv", "", "en", currency)
        except TableError as refused:
            assert refused.reason.kind == "tables.encoding_unclear"
        else:
            assert decoded.text == text


@pytest.mark.parametrize(("codec", "currency"), OWN.items())
def test_the_encoding_of_a_shops_own_country_is_believed(codec, currency):
    text = goods(NAMES[codec])
    decoded = decode_file(text.encode(codec), "goods.csv", "", "en", currency)
    assert decoded.text == text


def test_a_language_tells_as_much_as_a_currency():
    text = goods(NAMES["cp1252"])
    assert decode_file(text.encode("cp1252"), "", "", "fr", "EUR").text == text
    text = goods(["Pečivo"])
    assert decode_file(text.encode("cp1250"), "", "", "sk", "EUR").text == text
    assert (
        decode_file(goods(["麵包", "牛奶"]).encode("big5"), "", "", "zh_TW", "USD").encoding
        == "big5"
    )


@pytest.mark.parametrize(
    ("file", "reading"),
    [
        ("big5.csv", "“牛奶” in big5"),
        ("cp1251.csv", "“Молоко” in windows-1251"),
        ("cp1252.csv", "“Crème fraîche” in windows-1252"),
        ("sjis.csv", "“牛乳” in shift_jis"),
    ],
)
def test_an_uncertain_encoding_is_asked_for_with_what_the_file_would_say(shared, file, reading):
    path = shared / "data/field/10-encoding-guessed" / file
    with pytest.raises(TableError) as refused:
        read_table(path, names_goods, language="en", currency="CNY")
    assert reading in spoken(refused.value)
    named = reading.rpartition(" ")[2]
    assert f"--encoding {named}" in spoken(refused.value)
    assert names_in(read_table(path, names_goods, encoding=named))[0] == reading.split("”")[0][1:]


def test_one_candidate_may_be_read_in_two_ways_only_the_shop_knows():
    with raises(TableError, "“Crème” in windows-1252, “Crčme” in windows-1250"):
        decode_file(goods(["Crème"]).encode("cp1252"), "goods.csv", "", "en", "EUR")


def test_what_both_encodings_read_alike_need_not_be_asked():
    text = goods(["Käse", "Brötchen"])
    assert decode_file(text.encode("cp1252"), "", "", "", "PLN").text == text


# ---- Unicode -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mark", "codec", "name"),
    [
        (codecs.BOM_UTF8, "utf-8", "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16"),
        (codecs.BOM_UTF32_LE, "utf-32-le", "utf-32"),
        (b"", "utf-8", "utf-8"),
        (b"", "utf-16-le", "utf-16-le"),
        (b"", "utf-16-be", "utf-16-be"),
    ],
)
@pytest.mark.parametrize(
    "text", ["code\tname\r\n1\tMilk\r\n", "code\tname\n1\t牛奶 Käse Молоко 😀\n"]
)
def test_unicode_proves_itself_with_a_mark_and_without(mark, codec, name, text):
    table = table_of(mark + text.encode(codec))
    assert (table.header, table.encoding) == (("code", "name"), name)
    assert names_in(table) == [text.split("\t")[2].strip()]


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff")))
def test_a_utf8_file_is_read_as_it_was_written(text):
    assert decode_file(text.encode(), "").text == text


def test_a_few_damaged_letters_cost_their_rows_only():
    content = goods(["牛奶", "面包"] * 30).encode()
    at = content.index("面".encode())
    table = table_of(content[: at + 1] + b"\xff" + content[at + 2 :])
    assert len(table.rows) == 59
    assert [(each.line, spoken(each.why)) for each in table.rejects] == [
        (3, "some of its letters are damaged")
    ]
    assert "".join(table.rejects[0].row).encode()  # and no lone surrogate goes on


@pytest.mark.parametrize(
    "content",
    [
        codecs.BOM_UTF8 + b"code,name\n" + bytes(range(128, 256)) * 3,
        codecs.BOM_UTF16_LE + "code\tname\n".encode("utf-16-le") + b"\x00\xd8",
        b"\x00\x01\x02\x03\x04\x05\x00\x00",
        b"\x7fELF\x02\x01\x01\x00\x00\x00",
        b"code,name\n1,a\x00\x00b\n",
    ],
)
def test_what_is_no_text_is_said_to_be_none(content):
    with raises(TableError, "neither text nor a workbook|most of it is none"):
        table_of(content)


# ---- --encoding ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("named", "codec"),
    [
        ("big5", "cp950"), ("Shift_JIS", "cp932"), ("windows-1252", "cp1252"), ("cp1251", "cp1251"),
        ("GBK", "gbk"), ("latin-1", "latin-1"), ("utf-16", "utf-16"), ("UTF-8", "utf-8-sig"),
    ],
)  # fmt: skip
def test_an_encoding_is_read_as_it_is_named(named, codec):
    text = goods(["Milk"])
    table = table_of(text.encode(codec), encoding=named)
    assert names_in(table) == ["Milk"]


@pytest.mark.parametrize(
    "named",
    ["rot13", "base64", "idna", "unicode_escape", "zlib", "klingon", "\x1b[2J", "a\0b", "x" * 999],
)
def test_what_is_no_encoding_of_files_is_refused(named):
    with pytest.raises(TableError) as refused:
        table_of(goods(["Milk"]), encoding=named)
    said = spoken(refused.value)
    assert said.startswith("There is no encoding") and "windows-1252" in said
    assert said.isprintable()


def test_a_file_that_is_not_in_the_named_encoding_says_where():
    with raises(TableError, "not in utf-8: line 3"):
        table_of(goods(["Milk", "Käse"]).encode("cp1252"), encoding="utf-8")
