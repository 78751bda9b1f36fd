"""Goods are found as they are typed: by any part of a name, by initials, pinyin or code."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from unicodedata import category, normalize

import apsw
from msgspec import Struct

from pos_tui.books.catalogue.products import COLUMNS, OF_OWN_CODE, Product
from pos_tui.books.catalogue.search_index import FIELD_END, indexed, open_index

FEW = 300  # products that are looked through in a moment, without an index
_MOST_WORDS = 6
_SHORTEST_CODE = 8
_MOST_TERMS = 60  # runs that begin with a word of one or two characters
_FIELDS = (
    "p.name, p.initials, p.pinyin, p.size, (SELECT group_concat(ltrim(code, '0'), ' ')"
    " FROM item_codes WHERE product_id = p.id)"
)
_BY_ID = f"SELECT {COLUMNS}, {_FIELDS} FROM products p JOIN {OF_OWN_CODE} WHERE p.id = ?"  # noqa: S608
# What stands behind a word of one or two Latin letters; of other scripts the index is asked.
_NEXT_SIGNS = "abcdefghijklmnopqrstuvwxyz0123456789 -.,%/'&()+*" + FIELD_END
_INSTRUCTIONS = 1_000  # of SQLite's, between two looks at the clock
_ENOUGH_S = 0.05
_ENOUGH_WITHOUT_INDEX_S = 0.15
_ENOUGH_FOUND = 400
_MAY_HAVE = (
    " AND (p.name LIKE ? ESCAPE '\\' OR p.initials LIKE ? ESCAPE '\\'"
    " OR p.pinyin LIKE ? ESCAPE '\\' OR p.size LIKE ? ESCAPE '\\'"
    " OR EXISTS (SELECT 1 FROM item_codes c WHERE c.product_id = p.id AND c.code LIKE ?"
    " ESCAPE '\\'))"
)
_CODE_PREFIXES = ("0", "00", "000000", "")  # EAN-13, UPC-A, EAN-8, GTIN-14 and house codes


class Backlog(Struct, frozen=True):
    """What the index does not have yet: products above an id, and changes above a number."""

    above_product: int
    above_change: int
    count: int


class ProductSearch:
    """Searches the products of the books in one folder, on a connection that only reads.

    What the index does not have yet is looked through as it is. A search ends after a twentieth of
    a second with what it has found.
    """

    def __init__(self, reader: apsw.Connection, books: Path) -> None:
        self._reader = reader
        self._books = books
        self._index: apsw.Connection | None = None

    def close(self) -> None:
        """Let the index go."""
        if self._index is not None:
            self._index.close()
            self._index = None

    def backlog(self) -> Backlog:
        """What has to be added to the index. Raises apsw.Error."""
        product = change = 0
        try:
            self._index = self._index or open_index(self._books.parent)
            if self._index is not None:
                product, change = indexed(self._index, self._books)
        except apsw.Error:  # it is made anew
            self.close()
        (last,) = self._reader.execute("SELECT coalesce(max(id), 0) FROM products").fetchone() or (
            0,
        )
        (changed,) = self._reader.execute(
            "SELECT coalesce(max(seq), 0) FROM search_changes"
        ).fetchone() or (0,)
        assert isinstance(last, int)
        assert isinstance(changed, int)
        if product > last:  # the books were put back
            product = change = 0
        return Backlog(product, change, last - product + max(changed - change, 0))

    def find(self, words: str, limit: int = 50) -> list[Product]:
        """Products that have every one of these words, those whose names begin so first.

        Raises apsw.Error.
        """
        wanted = [_as_kept(folded(word)) for word in words.split()[:_MOST_WORDS]]
        if not any(wanted):
            return []
        behind = self.backlog()
        found: dict[int, Product] = {}
        self._add(self._by_code(words.split()), wanted, found, limit)
        is_number = len(wanted) == 1 and wanted[0].isdecimal() and len(wanted[0]) > 5
        if self._index is not None and behind.above_product and not (is_number and found):
            with _Deadline(self._index, _ENOUGH_S), suppress(apsw.InterruptError):
                for query in _queries(wanted, self._index):
                    self._add(self._matching(query), wanted, found, limit)
                    if len(found) >= limit:
                        break
        if behind.count and len(found) < limit:
            self._add(self._not_indexed(words.split()[:_MOST_WORDS], behind), wanted, found, limit)
        return sorted(found.values(), key=lambda product: _rank(product, wanted[0]))

    def _add(
        self, ids: Iterator[int], wanted: Sequence[str], found: dict[int, Product], limit: int
    ) -> None:
        """Look each product up and keep it where it has the words; the index may be behind."""
        for id_ in ids:
            if id_ in found:
                continue
            row = self._reader.execute(_BY_ID, (id_,)).fetchone()
            if row is None:
                continue
            text = folded(FIELD_END.join(str(field or "") for field in row[-5:]))
            if all(word in text for word in wanted):
                found[id_] = Product(*row[:-5])
                if len(found) >= limit:
                    return

    def _by_code(self, words: Sequence[str]) -> Iterator[int]:
        """Products with a code that begins with the one word that is typed."""
        if len(words) != 1 or not (words[0].isascii() and words[0].isalnum()):
            return
        word = words[0].upper()
        if len(word) < 3:
            return
        for zeros in _CODE_PREFIXES:
            for (id_,) in self._reader.execute(
                "SELECT product_id FROM item_codes WHERE code >= ?1 AND code < ?1 || '~' LIMIT 50",
                (zeros + word,),
            ):
                yield _number(id_)

    def _matching(self, query: str) -> Iterator[int]:
        assert self._index is not None
        for (id_,) in self._index.execute("SELECT rowid FROM grams WHERE grams MATCH ?", (query,)):
            yield _number(id_)

    def _not_indexed(self, words: Sequence[str], behind: Backlog) -> Iterator[int]:
        """Products that the index does not have yet and that may have the words.

        A few are all looked at; of many, those that SQLite itself finds, which knows no accents.
        """
        changed = "SELECT DISTINCT product_id FROM search_changes WHERE seq > ?1 LIMIT ?2"
        new, values = "SELECT id FROM products p WHERE p.id > ?1", list[object]()
        if behind.count > FEW:
            for place, word in enumerate(words, 2):
                new += _MAY_HAVE.replace("?", f"?{place}")
                values.append(_like(word))
        with _Deadline(self._reader, _ENOUGH_WITHOUT_INDEX_S):
            found = [
                *self._ids(changed, (behind.above_change, FEW)),
                *islice(self._ids(new, (behind.above_product, *values)), _ENOUGH_FOUND),
            ]
        yield from found

    def _ids(self, query: str, values: Sequence[object]) -> Iterator[int]:
        with suppress(apsw.InterruptError):
            for (id_,) in self._reader.execute(query, values):
                yield _number(id_)


class _Deadline:
    """Breaks a connection's statements off after some seconds."""

    def __init__(self, connection: apsw.Connection, seconds: float) -> None:
        self._connection = connection
        self._until = time.monotonic() + seconds

    def __enter__(self) -> None:
        self._connection.set_progress_handler(self._is_over, _INSTRUCTIONS)

    def __exit__(self, *_: object) -> None:
        self._connection.set_progress_handler(None)

    def _is_over(self) -> bool:
        return time.monotonic() > self._until


def folded(text: str) -> str:
    """A text as words are compared: small letters without accents, a space between words."""
    text = text.casefold()
    if not text.isascii():
        apart = normalize("NFD", text)
        text = normalize("NFC", "".join(sign for sign in apart if category(sign) != "Mn"))
    return text


def _as_kept(word: str) -> str:
    """A whole code is looked for without the zeros before it, as the index has it."""
    is_code = len(word) >= _SHORTEST_CODE and word.isdecimal()
    return word.lstrip("0") or word if is_code else word


def _rank(product: Product, word: str) -> tuple[int, str]:
    """Where a product stands in a list: names that begin with the word first, then words."""
    name = folded(product.name)
    rank = 0 if name.startswith(word) else 1 if f" {word}" in name else 2
    return rank, name


def _queries(wanted: Sequence[str], index: apsw.Connection) -> Iterator[str]:
    """What to ask the index for, one after the other: names that begin so, words, any part.

    Of a short word with very many runs only some are asked for; as a further word it is left to
    the look at each product, as a single letter is.
    """
    first, *others = wanted
    rest: list[str] = []
    for word in others:
        if len(word) == 1:
            continue
        terms = _terms(word, index)
        if not terms:
            return
        if len(terms) < _MOST_TERMS or len(word) >= 3:
            rest.append(_query(word, terms))
    for before in (FIELD_END, " ", ""):
        if terms := _terms(before + first, index):
            yield " AND ".join((_query(before + first, terms), *rest))


def _query(word: str, terms: Sequence[str]) -> str:
    return "(" + (" AND " if len(word) >= 3 else " OR ").join(map(_quoted, terms)) + ")"


def _terms(word: str, index: apsw.Connection) -> Sequence[str]:
    """The runs of three that make a word up, or, of a shorter one, those that begin with it."""
    if len(word) >= 3:
        return list(dict.fromkeys(word[at : at + 3] for at in range(len(word) - 2)))
    if len(word) == 2 and word[-1].isascii():
        return [*(word + sign for sign in _NEXT_SIGNS), *_known_runs(word, word + "\x7f", index)]
    return _known_runs(word, word, index)


def _known_runs(word: str, first: str, index: apsw.Connection) -> list[str]:
    """The runs in the index that begin with a word, from the first of them on."""
    return [
        str(term)
        for (term,) in index.execute(
            "SELECT term FROM known_grams WHERE term >= ?1 AND term < ?2 || char(1114111) LIMIT ?3",
            (first, word, _MOST_TERMS),
        )
    ]


def _quoted(run: str) -> str:
    return '"' + run.replace('"', '""') + '"'


def _like(word: str) -> str:
    return "%" + re.sub(r"([\\%_])", r"\\\1", word) + "%"


def _number(value: apsw.SQLiteValue) -> int:
    assert isinstance(value, int)
    return value
