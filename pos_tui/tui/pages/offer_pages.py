"""The pages on which offers are listed, made and checked, as rows of text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from pos_tui.money import Currency, format_amount
from pos_tui.pricing import Offer
from pos_tui.pricing.offer_short import offer_label
from pos_tui.pricing.offers import EVERYTHING, BuyGet, MealDeal
from pos_tui.pricing.when import times_of
from pos_tui.text_width import clip, pad, width_of, wrap
from pos_tui.tui.pages.offer_form import CHOICES, FLAGS, Choice, Form, steps_of
from pos_tui.tui.panes.pane import Pane, Spans
from pos_tui.tui.theme import Palette
from pos_tui.wording.current import in_words

if TYPE_CHECKING:
    from pos_tui.till import Product
    from pos_tui.till.shop_offers import Example, OfferRow

Rows = list[tuple[str, str]]

_MARKS = {"now": "✓", "not now": "○", "over": "✗", "used up": "✗"}
_LABELS = 15
_LONGEST = 6  # rows of a sentence about an offer; its scope may name hundreds of goods


class Page(Protocol):
    """What the pane shows: a title, and rows of (text, style) for a room of width x height."""

    say: str

    @property
    def title(self) -> str:
        """The words in the frame."""

    def rows(self, width: int, height: int) -> Rows:
        """At most `height` rows of at most `width` cells."""


class OffersPane(Pane):
    """Paints the page that is open."""

    def __init__(self, palette: Palette, page: Page) -> None:
        super().__init__(palette)
        self.page = page

    def spans(self, y: int) -> Spans:
        """One row."""
        width, height = self.size
        if y == 0:
            return self.top(self.page.title)
        if y == height - 1:
            return self.bottom()
        rows = self.page.rows(width - 4, height - 2)
        text, style = rows[y - 1] if y <= len(rows) else ("", "line")
        return self.inside(f" {text}", style)


# ---- the list --------------------------------------------------------------------------------


class ListPage:
    """The shop's offers, and the question whether one is taken back."""

    title = "Offers"

    def __init__(self, currency: Currency, name_of: Callable[[str], str]) -> None:
        self._currency = currency
        self._name_of = name_of
        self.offers: Sequence[OfferRow] = ()
        self.selected = 0
        self.say = ""
        self.asks = False
        self.answer = ""

    @property
    def chosen(self) -> OfferRow | None:
        """The selected offer."""
        return self.offers[self.selected] if self.offers else None

    def show(self, offers: Sequence[OfferRow], name: str = "") -> None:
        """Show these; select the one of this name, or stay about where it was."""
        self.offers = offers
        self.selected = max(0, min(self.selected, len(offers) - 1))
        for index, row in enumerate(offers):
            if row.offer.name == name:
                self.selected = index

    def move(self, by: int) -> None:
        """Select another one."""
        self.selected = max(0, min(self.selected + by, len(self.offers) - 1))

    def rows(self, width: int, height: int) -> Rows:
        """The table, the selected offer in words, and the keys."""
        chosen = self.chosen
        if chosen is None:
            hint = "n makes one · Esc back to the till"
            head: Rows = [("", "line"), *((row, "info") for row in wrap(_EMPTY, width))]
            return _page(head, _said(self.say, width), hint, height)
        foot: Rows = []
        if not (self.say or self.asks):
            words = words_of(chosen.offer, self._currency, self._name_of)
            foot = [(row, "info") for row in wrap(words, width)[:_LONGEST]]
        if self.asks:
            question = f"Take “{chosen.offer.name}” back? Type y and press Enter: {self.answer}▁"
            foot = [(row, "typed") for row in wrap(question, width)]
        foot += _said(self.say, width)
        hint = "↑↓ select · Enter changes it · n new · Del takes it back · Esc to the till"
        if self.asks:
            hint = "y, Enter takes it back · Esc keeps it"
        name, gives, on = _shares(width)
        head = [(f"  {pad('Offer', name)}{pad('Gives', gives)}{pad('On', on)}Times", "column")]
        room = height - 1 - len(foot) - 2
        for index in _window(len(self.offers), self.selected, room):
            row = self.offers[index]
            told = times_of(row.offer.when)
            times = "" if told is None else in_words(told)
            if row.state in {"over", "used up"}:
                times = f"{row.state}: {times}" if times else row.state
            times = times or "always"
            text = (
                f"{_MARKS[row.state]} {_column(row.offer.name, name)}"
                f"{_column(in_words(offer_label(row.offer.gives, self._currency)), gives)}"
                f"{_column(scope_of(row.offer, self._name_of, 2), on)}"
                f"{clip(times, width - 2 - name - gives - on)}"
            )
            plain = "line" if row.state == "now" else "muted"
            head.append((text, "selected" if index == self.selected else plain))
        return _page(head, foot, hint, height)


_EMPTY = (
    "There are no offers yet. Press n to make one: 3 for 10, the second at half price,"
    " a price for members, …"
)


def _shares(width: int) -> tuple[int, int, int]:
    return width * 25 // 100, width * 17 // 100, width * 29 // 100


def _column(text: str, columns: int) -> str:
    return f"{pad(text, columns - 1)} "


# ---- the kinds -------------------------------------------------------------------------------


class KindPage:
    """Which kind of offer a new one is."""

    title = "A new offer: which kind?"

    def __init__(self) -> None:
        self.selected = 0
        self.say = ""

    @property
    def chosen(self) -> Choice:
        """The selected kind."""
        return CHOICES[self.selected]

    def move(self, by: int) -> None:
        """Select another one."""
        self.selected = max(0, min(self.selected + by, len(CHOICES) - 1))

    def rows(self, width: int, height: int) -> Rows:
        """Each kind with an example; what the selected one means."""
        foot: Rows = _said(self.say, width)
        foot = foot or [(row, "info") for row in wrap(self.chosen.words, width)]
        head: Rows = [("", "line")]
        for index in _window(len(CHOICES), self.selected, height - 3 - len(foot)):
            choice = CHOICES[index]
            text = f"{pad(choice.title, 22)}{clip(choice.example, width - 22)}"
            head.append((text, "selected" if index == self.selected else "line"))
        return _page(head, foot, "↑↓ select · Enter goes on · Esc back", height)


# ---- the form --------------------------------------------------------------------------------


class FormPage:
    """One row a field; what is wrong with the offer is told below them."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.say = ""
        self.tone = "warning"

    @property
    def title(self) -> str:
        """The kind, and which offer is changed."""
        original = self.form.original
        if original is None:
            return f"A new offer: {self.form.choice.title}"
        return f"Change “{original.name}”: {self.form.choice.title}"

    def rows(self, width: int, height: int) -> Rows:
        """The fields, the sentence, the hint."""
        form = self.form
        foot: Rows = [(row, self.tone) for row in wrap(self.say, width)]
        foot += [(row, "info") for row in wrap(f"{_label(form.key)}: {form.hint}", width)]
        head: Rows = []
        for index in _window(len(form.keys), form.selected, height - len(foot) - 2):
            key = form.keys[index]
            text = form.texts[key]
            if index == form.selected:
                value = _tail(text + ("" if key in FLAGS else "▁"), width - _LABELS)
                head.append((f"{pad(_label(key), _LABELS)}{value}", "selected"))
            else:
                value = clip(text or _EMPTY_MEANS.get(key, ""), width - _LABELS)
                head.append((f"{pad(_label(key), _LABELS)}{value}", "line" if text else "muted"))
        hint = "↑↓ field · F2 checks it · F3 finds goods · Del empties a field · Esc back"
        return _page(head, foot, hint, height)


_EMPTY_MEANS = {
    "name": "(named by what it gives)",
    "on": "(everything in the shop)",
    "customers": "(everybody)",
    "starts": "(now)",
}


def _label(key: str) -> str:
    return key.replace("_", " ")


def _tail(text: str, columns: int) -> str:
    """The end of a text that is too long: there it is typed."""
    if width_of(text) <= columns:
        return text
    while width_of(text) > columns - 1:
        text = text[1:]
    return f"…{text}"


class GoodsPage:
    """Goods found by words, one of which goes into a field of the form."""

    def __init__(self, key: str, words: str, currency: Currency) -> None:
        self._currency = currency
        self.key = key
        self.words = self.replaces = words
        self.found: list[Product] = []
        self.selected = 0
        self.say = ""

    @property
    def title(self) -> str:
        """Which field it is for."""
        return f"Find goods for “{_label(self.key)}”"

    def move(self, by: int) -> None:
        """Select another one."""
        self.selected = max(0, min(self.selected + by, len(self.found) - 1))

    def rows(self, width: int, height: int) -> Rows:
        """The words, and what matches them."""
        head: Rows = [(f"▸ {self.words}▁", "typed"), ("", "line")]
        foot = _said(self.say, width)
        if not self.found:
            nothing = "nothing found" if self.words.strip() else "type words, initials or a code"
            head.append((f"  {nothing}", "muted"))
        for index in _window(len(self.found), self.selected, height - 4 - len(foot)):
            product = self.found[index]
            right = (
                f" {pad(product.unit, 6)} {product.code.lstrip('0'):>14}"
                f" {format_amount(product.price, self._currency):>9}"
            )
            name = f"{product.name} {product.size}".rstrip()
            text = f"{pad(name, width - width_of(right))}{right}"
            head.append((text, "selected" if index == self.selected else "line"))
        return _page(head, foot, "↑↓ select · Enter adds it to the offer · Esc back", height)


# ---- the check -------------------------------------------------------------------------------


class CheckPage:
    """An offer that is right: what it is, who gets it, what the last days would have cost."""

    title = "Is this the offer?"

    def __init__(
        self, example: Example, form: Form, currency: Currency, name_of: Callable[[str], str]
    ) -> None:
        self.example = example
        self.form = form
        self.preview = "Looking at past sales …"
        self.say = ""
        self._words = words_of(example.offer, currency, name_of)

    def rows(self, width: int, height: int) -> Rows:
        """The offer in words, its example basket, its preview, the question."""
        head: Rows = [("", "line")]
        for label, words, style in (
            ("", self._words, "total"),
            ("Example: ", in_words(self.example.basket), "line"),
            ("", self.preview, "line"),
            ("", self._replaces(), "line"),
        ):
            rows = wrap(label + words, width)
            if len(rows) > _LONGEST:
                rows = [*rows[: _LONGEST - 1], f"{clip(rows[_LONGEST - 1], width - 2)} …"]
            head += [(row, style) for row in rows]
            head.append(("", "line"))
        foot = _said(self.say, width)
        head = head[: height - 2 - len(foot)]
        return _page(head, foot, "Enter keeps it · Esc goes back to change it", height)

    def _replaces(self) -> str:
        original = self.form.original
        if original is None:
            return "It holds from the next sale on."
        return f"It takes the place of “{original.name}” from the next sale on."


# ---- offers in words -------------------------------------------------------------------------


def words_of(offer: Offer, currency: Currency, name_of: Callable[[str], str]) -> str:
    """An offer in a sentence: its name, what it gives, on what, to whom, when."""
    label = in_words(offer_label(offer.gives, currency))
    parts = [f"“{offer.name}”" + ("" if offer.name == label else f", {label}")]
    more = steps_of(offer, currency)
    parts[0] += f" ({more})" if more else ""
    parts[0] += f", on {scope_of(offer, name_of)}"
    if isinstance(offer.gives, BuyGet) and offer.gives.get_on:
        parts.append(f"what is got: {_terms(offer.gives.get_on, name_of)}")
    if offer.but:
        parts.append(f"but not {_terms(offer.but, name_of)}")
    if offer.customers:
        parts.append(f"for {', '.join(offer.customers)}")
    if offer.coupon:
        parts.append(f"with coupon {offer.coupon}")
    times = times_of(offer.when)
    if times is not None:
        parts.append(in_words(times))
    if offer.min_quantity:
        parts.append(f"when there are {offer.min_quantity}")
    if offer.min_amount:
        parts.append(f"when they cost {format_amount(offer.min_amount, currency)}")
    if offer.limit is not None:
        parts.append(f"at most {offer.limit} in a sale")
    if offer.limit_total is not None:
        parts.append(f"{offer.used} of {offer.limit_total} used")
    if offer.same_item:
        parts.append("all of the same item")
    if offer.stackable:
        parts.append("on top of other offers")
    return "; ".join(parts) + "."


def scope_of(offer: Offer, name_of: Callable[[str], str], most: int = 12) -> str:
    """What an offer is on; so many of its terms by name, and how many more there are."""
    if isinstance(offer.gives, MealDeal):
        return " + ".join(_terms(group, name_of, most) for group in offer.gives.groups)
    return _terms(offer.on, name_of, most)


def _terms(terms: Sequence[str], name_of: Callable[[str], str], most: int = 12) -> str:
    # A name is looked up in the books, and an offer may be on hundreds of goods.
    named = ["everything" if term == EVERYTHING else name_of(term) for term in terms[:most]]
    return ", ".join(named) + (f" and {len(terms) - most} more" if len(terms) > most else "")


# ---- rows ------------------------------------------------------------------------------------


def _said(sentence: str, width: int) -> Rows:
    return [(row, "warning") for row in wrap(sentence, width)]


def _window(count: int, selected: int, room: int) -> range:
    """Which of so many rows are shown, so that the selected one is."""
    first = max(0, min(selected - room // 2, count - room))
    return range(first, min(count, first + max(room, 1)))


def _page(head: Rows, foot: Rows, hint: str, height: int) -> Rows:
    between: Rows = [("", "line")] * (height - len(head) - len(foot) - 1)
    return [*head, *between, *foot, (hint, "muted")]
