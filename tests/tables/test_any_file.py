"""Whatever a file holds: a table whose rows fit its header, or a sentence."""

from __future__ import annotations

import random

from pos_tui.reasons import Reason, plain
from pos_tui.tables.dates import DateOrder, date_order_of, read_date
from pos_tui.tables.errors import CellError, TableError
from pos_tui.tables.numbers import DecimalMark, decimal_mark_of, read_decimal
from pos_tui.wording.language import Wording
from tests.tables.reading import table_of

INPUTS = 4_000
WHOLE = [
    "code,name,price\n" + "".join(f"H{n:03},Item {n},1.00\n" for n in range(30)),
    'code;name;price\n1;"Crème; fraîche";2,50\n2;"a\nb";1,234\n3;"";\n',
    "sep=;\r\ncode;name;expires\r\n1;牛奶;03/04/2026\r\n",
    "Report\n\ncode\tname\tprice\n1\tМолоко\t¥ 3.50\n",
]
ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-be", "cp1251")
PIECES = [
    b'"', b'""', b'"\n', b"\r", b"\r\n", b"\n", b";", b",", b"\t", b"|", b"\0", b"\x1d",
    b"\xff\xfe",
    b"\xef\xbb\xbf", "\u2028".encode(), b"sep=|\n", b"code,name,price\n", b"=", b"1,234", b"\xe9",
    b"\x81", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"9" * 60, b"a" * 2_000,
    b"\x1b[2J",
]  # fmt: skip


def judged(cell: str, mark: DecimalMark | None, order: DateOrder | None) -> Reason:
    """Why a cell is no number or no day; it may be one of them."""
    try:
        read_decimal(cell, mark)
        read_date(cell, order)
    except CellError as refused:
        return refused.reason
    return plain(cell)


def test_any_file_is_a_table_or_a_sentence():
    luck, words = random.Random(20261128), Wording("en")
    tables = 0
    for _ in range(INPUTS):
        content = bytearray(luck.choice(WHOLE).encode(luck.choice(ENCODINGS), "replace"))
        for _ in range(luck.choice((0, 1, 2, 6, 30))):
            at = luck.randrange(len(content) + 1)
            if luck.random() < 0.6:
                content[at:at] = luck.choice(PIECES)
            else:
                content[at : at + luck.randrange(30)] = luck.randbytes(luck.randrange(5))
        named = {
            "encoding": luck.choice(("", "", "", "utf-16", "shift_jis", "utf-8")),
            "language": luck.choice(("", "en", "zh_CN", "ru")),
            "currency": luck.choice(("CNY", "EUR", "RUB", "JPY")),
        }
        try:
            table = table_of(bytes(content), **named)
        except TableError as refused:
            assert words.of(refused.reason)
            continue
        tables += 1
        assert all(len(row.cells) == len(table.header) for row in table.rows)
        for reject in table.rejects:
            assert words.of(reject.why)
            assert "".join(reject.row).isascii() or "".join(reject.row).encode()
        for column in zip(*(row.cells for row in table.rows), strict=True):
            mark, order = decimal_mark_of(column, table.delimiter), date_order_of(column)
            for cell in column:
                words.of(judged(cell, mark, order))
    assert tables > INPUTS / 8
