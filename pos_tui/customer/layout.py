"""A snapshot as rows of a terminal of any size: what matters most keeps its place the longest."""

from __future__ import annotations

from pos_tui.customer.digits import large_rows
from pos_tui.customer.following import Followed
from pos_tui.receipts.customer_snapshot import CustomerLine, CustomerSnapshot
from pos_tui.receipts.words import words_in
from pos_tui.text_width import clip, pad, width_of, wrap
from pos_tui.wording.language import Wording

Spans = tuple[tuple[str, str], ...]
"""Parts of a row: a text, and the name of its style in the theme."""

_LINK_MARKS = {"live": "●", "closed": "○", "starting": "○", "lost": "○"}
_ROOM_FOR_OFFERS = 8
_MOST_SAY = 3


def customer_rows(
    followed: Followed, language: str, columns: int, rows: int, turn: int = 0
) -> list[Spans]:
    """Exactly so many rows, none wider than so many columns. `language` is for what no till has
    said; `turn` counts up, and lets notices that do not all fit take turns.
    """
    if columns < 1 or rows < 1:
        return []
    return [_fitted(spans, columns) for spans in _laid_out(followed, language, columns, rows, turn)]


def _laid_out(followed: Followed, language: str, columns: int, rows: int, turn: int) -> list[Spans]:
    snapshot = followed.snapshot
    if snapshot is None or followed.link in {"starting", "lost"}:
        words = words_in(snapshot.language if snapshot is not None else language)
        return _centred([(words("customer.one_moment"), "title")], "", followed, columns, rows)
    if followed.link == "closed" or snapshot.state in {"idle", "closed"}:
        return _quiet(snapshot, followed, columns, rows, turn)
    return _served(snapshot, followed, columns, rows)


def _fitted(spans: Spans, columns: int) -> Spans:
    fitted = []
    for text, style in spans:
        part = clip(text, columns)
        columns -= width_of(part)
        fitted.append((part, style))
    return tuple(fitted)


def _head(shop: str, followed: Followed, columns: int) -> Spans:
    mark = _LINK_MARKS[followed.link]
    if columns < 4:
        return ((mark[:columns], "header"),)
    return ((" " + pad(shop, columns - 3), "header"), (f"{mark} ", "header"))


def _centred(
    texts: list[tuple[str, str]], shop: str, followed: Followed, columns: int, rows: int
) -> list[Spans]:
    """Texts in the middle of the screen, under the shop's name."""
    head = [_head(shop, followed, columns)]
    room = rows - 1
    body: list[Spans] = []
    for text, style in texts:
        body += [((_middle(part, columns), style),) for part in wrap(text, columns)] or [()]
    body = body[: max(room, 0)]
    above = max((room - len(body)) // 2, 0)
    return _filled([*head, *[()] * above, *body], rows)


def _quiet(
    snapshot: CustomerSnapshot, followed: Followed, columns: int, rows: int, turn: int
) -> list[Spans]:
    """Nobody is served: the welcome and the shop's notices, in turns where they do not all fit."""
    notices = list(snapshot.notices)
    room = max(rows - 4, 0)
    needed = [len(wrap(each, columns)) + 1 for each in notices]
    if sum(needed) > room and notices:
        at = turn % len(notices)
        notices = notices[at:] + notices[:at]
        while len(notices) > 1 and sum(len(wrap(each, columns)) + 1 for each in notices) > room:
            notices.pop()
    texts = [(snapshot.say, "title")]
    for notice in notices:
        texts += [("", "base"), (notice, "line")]
    return _centred(texts, snapshot.shop, followed, columns, rows)


def _served(snapshot: CustomerSnapshot, followed: Followed, columns: int, rows: int) -> list[Spans]:
    words = words_in(snapshot.language)
    which, amount = snapshot.large
    say = wrap(snapshot.say, columns - 2)[:_MOST_SAY] if rows >= 4 else []
    kept = 1 + len(say) + 1  # the shop, the sentence, what the amount is
    digits = large_rows(amount, columns - 2, max(min(rows // 3, rows - kept), 1)) if amount else []
    foot: list[Spans] = []
    if amount and rows > len(digits):
        foot.append(_label(snapshot, which, words, columns))
    foot += [((_right(each, columns), "total"),) for each in digits]
    sentence: list[Spans] = [((f" {part}", "title"),) for part in say]
    head = [_head(snapshot.shop, followed, columns)] if rows > len(foot) + len(sentence) else []
    room = rows - len(head) - len(sentence) - len(foot)
    if room < 0:
        return _filled([*sentence, *foot][-rows:], rows)
    if not snapshot.lines and room:
        above, style = room // 2, "good" if snapshot.state == "paid" else "title"
        sentence = [((_middle(part, columns), style),) for part in say]
        return _filled([*head, *[()] * above, *sentence, *[()] * (room - above), *foot], rows)
    body = _lines(snapshot, words, columns, room)
    return _filled([*head, *body, *[()] * (room - len(body)), *sentence, *foot], rows)


def _label(snapshot: CustomerSnapshot, which: str, words: Wording, columns: int) -> Spans:
    """What the large amount is, how many pieces, and what is saved."""
    kind = "paid" if which == "total" and snapshot.state == "paid" else which
    left = f" {words(f'customer.{kind}')} {snapshot.currency}"
    if snapshot.pieces and width_of(left) + width_of(snapshot.pieces) + 3 <= columns:
        left += f" · {snapshot.pieces}"
    saved = words("customer.saved", amount=snapshot.saved) if snapshot.saved else ""
    if which == "due" or (which == "change" and snapshot.total):
        saved = f"{words('customer.total')} {snapshot.total}"
    gap = columns - width_of(left) - width_of(saved) - 1
    if not saved or gap < 1:
        return ((clip(left, columns), "column"),)
    style = "good" if which in {"total", "back"} else "column"
    return ((left + " " * gap, "column"), (saved, style))


def _lines(snapshot: CustomerSnapshot, words: Wording, columns: int, room: int) -> list[Spans]:
    """The lines around the one that was scanned last, as many as fit."""
    if room <= 0:
        return []
    needed = len(snapshot.lines) + sum(bool(line.saved) for line in snapshot.lines)
    with_offers = room >= min(_ROOM_FOR_OFFERS, needed)
    blocks = [
        _line(line, columns, place == snapshot.latest, with_offers=with_offers)
        for place, line in enumerate(snapshot.lines)
    ]
    first, end = _window([len(each) for each in blocks], snapshot.latest, room)
    above, below = snapshot.earlier + first, snapshot.later + len(blocks) - end
    if room >= 3 and (above or below):
        first, end = _window(
            [len(each) for each in blocks], snapshot.latest, room - bool(above) - bool(below)
        )
        above, below = snapshot.earlier + first, snapshot.later + len(blocks) - end
    shown: list[Spans] = [row for block in blocks[first:end] for row in block]
    if room >= 3 and above:
        shown.insert(
            0, ((f" {clip(words('customer.earlier', count=above), columns - 1)}", "muted"),)
        )
    if room >= 3 and below:
        shown.append(((f" {clip(words('customer.later', count=below), columns - 1)}", "muted"),))
    return shown[:room]


def _window(heights: list[int], latest: int, room: int) -> tuple[int, int]:
    """Which blocks of these heights are shown: as far down as the latest allows."""
    end = len(heights)
    while True:
        first, used = end, 0
        while first > 0 and used + heights[first - 1] <= room:
            first -= 1
            used += heights[first]
        if latest < 0 or first <= latest or end <= latest + 1:
            return first, end
        end -= 1


def _line(line: CustomerLine, columns: int, is_latest: bool, *, with_offers: bool) -> list[Spans]:
    style = "scanned" if is_latest else "line"
    amount = f"{line.actual.replace('-', '−')} "
    name = line.name
    left = max(columns - width_of(amount) - 1, 0)
    if line.quantity:
        how_many = f"  {line.quantity}"
        if width_of(how_many) + 6 <= left:
            name = clip(name, left - width_of(how_many)) + how_many
    rows: list[Spans] = [((clip(" " + pad(name, left) + amount, columns), style),)]
    if with_offers and line.saved:
        off = f"−{line.saved} "
        offer = pad(f"   {line.offer}", max(columns - width_of(off), 0))
        rows.append(((clip(offer + off, columns), "good"),))
    return rows


def _middle(text: str, columns: int) -> str:
    return " " * ((columns - width_of(text)) // 2) + text


def _right(text: str, columns: int) -> str:
    if width_of(text) > columns:
        return clip(text, columns)
    return " " * max(columns - width_of(text) - 1, 0) + text


def _filled(rows: list[Spans], count: int) -> list[Spans]:
    return [*rows[:count], *[()] * (count - len(rows))]
