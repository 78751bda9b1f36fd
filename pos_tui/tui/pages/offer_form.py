"""What a shopkeeper types to make an offer, and the table of an offer that it means."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta

from msgspec import Struct

from pos_tui.money import Currency
from pos_tui.pricing import Offer, OfferError
from pos_tui.pricing.offer_file import KINDS, table_of
from pos_tui.pricing.when import WEEKDAYS


class Choice(Struct, frozen=True):
    """A kind of offer as it is chosen; a preset is a kind with some fields filled in.

    `first` are common fields that stand above the kind's own, and must not be left empty.
    """

    title: str
    kind: str
    example: str
    words: str
    filled: Mapping[str, str] = {}
    first: tuple[str, ...] = ()


CHOICES = (
    Choice(
        "n for a price",
        "n_for_price",
        "3 for 10, mix and match",
        "So many together cost one price, whichever of the goods they are.",
    ),
    Choice(
        "percent off",
        "percent_off",
        "10 % off all drinks",
        "So many percent come off each.",
    ),
    Choice(
        "amount off",
        "amount_off",
        "1.50 off each jar of honey",
        "The same amount comes off each.",
    ),
    Choice(
        "special price",
        "special_price",
        "cola 2.99 instead of 3.50",
        "Each costs a price that is lower than the usual one.",
    ),
    Choice(
        "the more the cheaper",
        "tiers",
        "from 3 on 5 % off, from 6 on 4.50 each",
        "The more are bought, the better the price of every one of them.",
    ),
    Choice(
        "buy some, get some",
        "buy_get",
        "buy 2, get 1 free",
        "Of those bought together, the cheapest are free, or cheaper by some percent.",
    ),
    Choice(
        "every nth cheaper",
        "nth",
        "the second at half price (第二件半价)",
        "Of each n bought, the cheapest one is cheaper by some percent.",
    ),
    Choice(
        "meal deal",
        "meal_deal",
        "a roll and a drink for 25",
        "One of each group of goods, together for one price.",
    ),
    Choice(
        "near expiry",
        "near_expiry",
        "30 % off two days before the last good day, 50 % off on it",
        "The nearer the last good day, the more comes off.",
    ),
    Choice(
        "off the basket",
        "basket",
        "20 off from 100 on (满减)",
        "When the goods together reach an amount, an amount or some percent come off.",
    ),
    Choice(
        "member price",
        "special_price",
        "for members the jar is 29.90",
        "A special price for customers who are members.",
        {"customers": "member"},
        ("customers",),
    ),
    Choice(
        "clearance",
        "special_price",
        "the last ones for 5 each",
        "A special price until the goods are gone; “limit total” says how many there are.",
    ),
    Choice(
        "staff discount",
        "percent_off",
        "10 % off everything for staff",
        "So many percent off for customers who are staff.",
        {"customers": "staff"},
        ("customers",),
    ),
    Choice(
        "coupon",
        "basket",
        "SAVE10: 10 off from 50 on",
        "Off the basket for whoever shows the coupon's code.",
        {},
        ("coupon",),
    ),
)

SCOPES = frozenset({"on", "but", "get_on", "groups"})
FLAGS = frozenset({"same_item", "stackable", "every", "full_price_only"})
_COMMON = (
    "name", "on", "starts", "ends", "weekdays", "hours", "customers", "coupon", "min_quantity",
    "min_amount", "limit", "limit_total", "same_item", "stackable", "priority", "group", "recurs",
    "but",
)  # fmt: skip
_COUNTS = frozenset(
    {"count", "buy", "get", "nth", "min_quantity", "limit", "limit_total", "priority"}
)
_LISTS = frozenset({"on", "but", "get_on", "hours", "customers"})
_PERCENT_FREE = "what comes off those that are got, in percent; empty: they are free"
_HINTS = {
    "percent": "how many percent come off: 10 or 12.5",
    "buy_get.percent": _PERCENT_FREE,
    "amount": "what comes off each: 1.50",
    "basket.amount": "what comes off the basket: 20; or say percent below",
    "basket.percent": "how many percent come off the basket; or say amount above",
    "price": "what each one costs: 2.99",
    "n_for_price.price": "what they cost together: 10",
    "meal_deal.price": "what one of each group costs together: 25",
    "count": "how many go together: 3",
    "tiers.steps": "from how many on, then percent or a price for each: 3: 5%, 6: 4.50",
    "near_expiry.steps": "days before the last good day, then percent: 2: 30%, 0: 50%",
    "buy": "how many are bought: 2",
    "get": "how many more are got cheaper: 1",
    "get_on": "what is got, where it is something else than what is bought; F3 finds goods",
    "nth": "every which one is cheaper: 2 is the second",
    "groups": "one of each, with a stroke between: category:rolls / category:drinks; F3 finds",
    "over": "from which amount on: 100",
    "every": "Space: the amount comes off again for every so much, or only once",
    "full_price_only": "Space: only goods without another offer count, or all",
    "name": "stands on the receipt; empty: named by what it gives",
    "on": "scan goods, or type words and F3; or category:x, brand:x, supplier:x, tag:x",
    "but": "goods that it is not on, written like “on”; F3 finds goods",
    "starts": "the first day, 2026-11-22, or with a time, 2026-11-22 17:00",
    "ends": "the last day, 2026-11-29, or until a time, 2026-11-29 17:00",
    "weekdays": "mon, tue or mon-fri; empty: every day",
    "hours": "17:00-19:00, also several with commas; empty: all day",
    "customers": "groups of customers it is for: member, staff; empty: everybody",
    "coupon": "the code on the coupon that must be scanned: SAVE10",
    "min_quantity": "how many of the goods must be in the sale at least",
    "min_amount": "for how much of the goods must be in the sale at least: 50",
    "limit": "how often it applies in one sale at most",
    "limit_total": "how often it applies ever, in all sales together",
    "same_item": "Space: all of the same item, or mixed",
    "stackable": "Space: comes on top of other offers, or not",
    "priority": "higher goes first where several could apply; empty is 0",
    "group": "a word; of the offers with the same word only one applies in a sale",
    "recurs": "a recurrence rule of days: FREQ=MONTHLY;BYMONTHDAY=8",
}
_OUTSIDE_QUOTES = r'(?=(?:[^"]*"[^"]*")*[^"]*$)'
_COMMA = re.compile(r"[,，]" + _OUTSIDE_QUOTES)
_STROKE = re.compile(r"(?:^|\s)/(?=\s|$)" + _OUTSIDE_QUOTES)
_STEP_COMMA = re.compile(r"[,，;]\s*(?=\d+\s*[:：])")  # not that of 4,50
_WHOLE = re.compile(r"[+-]?\d+", re.ASCII)
_KEY_IN_ERROR = re.compile(r"”: (?:its )?(\w+)(?: = |: | is | are )")


class Form:
    """An offer as it is being typed: a text for each field, and which field is selected."""

    def __init__(self, choice: Choice, texts: Mapping[str, str], original: Offer | None) -> None:
        """`original` is the offer that is being changed."""
        self.choice = choice
        self.kind = choice.kind
        self.original = original
        own = KINDS[self.kind]
        common = [key for key in _COMMON if key not in choice.first]
        if self.kind == "meal_deal":  # its groups say what it is on
            common.remove("on")
        self.keys = (*choice.first, *own, *common)
        self.texts = {key: texts.get(key, "") for key in self.keys}
        self.selected = 0
        self._began_as = dict(self.texts)

    @property
    def key(self) -> str:
        """The selected field."""
        return self.keys[self.selected]

    @property
    def text(self) -> str:
        """What is typed in the selected field."""
        return self.texts[self.key]

    @text.setter
    def text(self, text: str) -> None:
        self.texts[self.key] = text

    @property
    def is_changed(self) -> bool:
        """Whether something would be lost by leaving."""
        return self.texts != self._began_as

    @property
    def hint(self) -> str:
        """What to type in the selected field."""
        return _HINTS.get(f"{self.kind}.{self.key}") or _HINTS[self.key]

    def move(self, by: int) -> None:
        """Select another field."""
        self.selected = max(0, min(self.selected + by, len(self.keys) - 1))

    def select_named_in(self, error: str) -> None:
        """Select the field that a sentence about this offer names, if it names one."""
        found = _KEY_IN_ERROR.search(error)
        if found is not None and found[1] in self.keys:
            self.selected = self.keys.index(found[1])

    def toggle(self) -> None:
        """Set or clear the selected flag."""
        self.text = "" if self.text else "yes"

    def put_code(self, code: str, words: str = "") -> bool:
        """Add a code to the selected field in place of the `words` at its end; False when it is
        there already.
        """
        before = self.text.rstrip().removesuffix(words.strip()).rstrip()
        last_group = _STROKE.split(before)[-1]
        code = _without_zero(code)
        if code in _words(last_group):
            self.text = before
            return False
        if last_group.strip() and not last_group.rstrip().endswith((",", "，")):
            before += ","
        self.text = f"{before} {code}, ".lstrip()
        return True

    def last_words(self) -> str:
        """The words after the last comma or stroke of the selected field."""
        return _COMMA.split(_STROKE.split(self.text)[-1])[-1].strip()

    def table(self) -> dict[str, object]:
        """The table of the offer. Raises OfferError for what cannot be split into its parts."""
        name = " ".join(self.texts["name"].split()) or self.choice.title
        table: dict[str, object] = {"name": name, "kind": self.kind}
        for key in self.keys:
            text = self.texts[key].strip()
            if key != "name" and (text or key in self.choice.first):
                table[key] = _value(name, self.kind, key, text)
        for key in self.choice.first:
            if not table[key]:
                raise OfferError(f"“{name}”: {key} is empty; say {_HINTS[key]}.")
        return table


def form_of(offer: Offer, label: str, currency: Currency) -> Form:
    """The form of an offer that is to be changed; a name that is its label stays a label."""
    table = table_of(offer, currency)
    kind = str(table["kind"])
    texts = {
        key: _text(key, value)
        for key, value in table.items()
        if key != "kind" and not (key == "name" and value == label)
    }
    if offer.on == ("all",):
        texts.pop("on", None)
    choice = next(each for each in CHOICES if each.kind == kind)
    return Form(choice, texts, offer)


def steps_of(offer: Offer, currency: Currency) -> str:
    """The steps of an offer as they are typed; "" for a kind that has none."""
    steps = table_of(offer, currency).get("steps", "")
    return _text("steps", steps)


# ---- texts to values -------------------------------------------------------------------------


def _value(name: str, kind: str, key: str, text: str) -> object:
    if key in FLAGS:
        return True
    if key in _COUNTS:
        return _whole(text)
    if key == "percent":
        return _percent(text)
    if key == "steps":
        return list(_steps(name, kind, text))
    if key == "groups":
        return [_words(group) for group in _STROKE.split(text)]
    if key == "weekdays":
        return list(_weekdays(name, text))
    return _words(text) if key in _LISTS else text


def _whole(text: str) -> object:
    """A whole number, or the text, of which the offer's reader says what is wrong."""
    text = text.strip()
    return int(text) if _WHOLE.fullmatch(text) and len(text) < 10 else text


def _percent(text: str) -> str:
    return text.strip().rstrip("%％").rstrip().replace(",", ".")


def _words(text: str) -> list[str]:
    words = (word.strip().strip('"').strip() for word in _COMMA.split(text))
    return [word for word in words if word]


def _steps(name: str, kind: str, text: str) -> Iterator[dict[str, object]]:
    for part in _STEP_COMMA.split(text):
        count, colon, gives = (each.strip() for each in part.replace("：", ":").partition(":"))
        if not (colon and count and gives):
            example = _HINTS[f"{kind}.steps"].partition(": ")[2]
            raise OfferError(
                f"“{name}”: steps: “{part.strip()}” is no step; write them like {example}."
            )
        if kind == "near_expiry":
            yield {"days": _whole(count), "percent": _percent(gives)}
        elif gives.endswith(("%", "％")):
            yield {"count": _whole(count), "percent": _percent(gives)}
        else:
            yield {"count": _whole(count), "price": gives}


def _weekdays(name: str, text: str) -> Iterator[str]:
    """Each day; "mon-fri" and "sat - mon" are the days from one to the other."""
    for word in re.sub(r"\s*[-–]\s*", "-", text).replace("，", ",").replace(",", " ").split():
        first, dash, last = word.lower().partition("-")
        if not dash:
            yield word
        elif first[:3] in WEEKDAYS and last[:3] in WEEKDAYS:
            begin, end = WEEKDAYS.index(first[:3]), WEEKDAYS.index(last[:3])
            for day in range(begin, end + 1 if end >= begin else end + 8):
                yield WEEKDAYS[day % 7]
        else:
            raise OfferError(f"“{name}”: weekdays: “{word}” are no weekdays; write mon-fri.")


# ---- values to texts -------------------------------------------------------------------------


def _text(key: str, value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, datetime):
        return _moment(value, end=key == "ends")
    if isinstance(value, list):
        if key == "groups":
            return " / ".join(_codes(group) for group in value)
        if key == "steps":
            return ", ".join(_step(step) for step in value)
        return _codes(value) if key in SCOPES else ", ".join(_quoted(str(each)) for each in value)
    return str(value)


def _codes(terms: list[str]) -> str:
    return ", ".join(_quoted(_without_zero(term)) for term in terms)


def _quoted(word: str) -> str:
    return f'"{word}"' if _COMMA.search(word) or _STROKE.search(word) else word


def _without_zero(code: str) -> str:
    """A GTIN as it is printed below the bars; it is read back the same."""
    return code[1:] if len(code) == 14 and code.isdigit() and code[0] == "0" else code


def _step(step: Mapping[str, object]) -> str:
    count = step.get("count", step.get("days"))
    return f"{count}: {step['percent']}%" if "percent" in step else f"{count}: {step['price']}"


def _moment(at: datetime, *, end: bool) -> str:
    """As it is typed: a day where it is midnight of the shop's time, an end's the day before."""
    if at.tzinfo is None and at.time() == time(0):
        return f"{at - timedelta(days=1) if end else at:%Y-%m-%d}"
    return at.isoformat(sep=" ", timespec="auto" if at.second or at.microsecond else "minutes")
