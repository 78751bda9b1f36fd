"""Random GS1 labels whose true fields are known, and what happens to them on the way to a till."""

from __future__ import annotations

import random
import string
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from pos_tui.codes import ItemCode, Reading
from pos_tui.codes.gtin import check_digit
from tests.codes.contexts import TODAY

GS = "\x1d"
STAND_INS = ("|", "^", "~", "#", " ", "$", "{GS}", "<GS>", "[GS]", "\\x1d", "%", "@", ";")
_DATES = ("11", "15", "17")
_TEXTS = ("10", "21", "22", "240", "241", "400", "7002", "91", "97")
_FIXED = {"13": "270105", "20": "07", "422": "156", "8005": "001299"}
_CHARACTERS = string.digits * 4 + string.ascii_uppercase + "-./"


@dataclass
class Label:
    """One label: its fields in the order in which they are printed, and what they mean."""

    fields: list[tuple[str, str]]
    gtin: str
    weight_kg: Decimal | None = None
    price: int | None = None
    count: int | None = None
    dates: dict[str, date] = field(default_factory=dict)

    def text(self, separator: str = GS) -> str:
        """The label as one string, a separator after each field that has no fixed length."""
        pieces = [ai + data + (separator if _varies(ai) else "") for ai, data in self.fields[:-1]]
        ai, data = self.fields[-1]
        return "".join((*pieces, ai, data))

    def bracketed(self) -> str:
        """As people type it."""
        return "".join(f"({ai}){data}" for ai, data in self.fields)

    def link(self) -> str:
        """As a web address."""
        from urllib.parse import quote

        rest = [f"{ai}={quote(data, safe='')}" for ai, data in self.fields if ai != "01"]
        return f"https://id.gs1.org/01/{self.gtin}" + ("?" + "&".join(rest) if rest else "")

    def is_meant_by(self, found: ItemCode) -> bool:
        """Whether a reading has this label's product, weight, price, count and dates."""
        return (found.gtin, found.weight_kg, found.price, found.count) == (
            self.gtin, self.weight_kg, self.price, self.count,
        ) and (found.produced_on, found.best_before, found.expires_on) == (
            self.dates.get("11"), self.dates.get("15"), self.dates.get("17"),
        )  # fmt: skip


def random_label(rng: random.Random) -> Label:
    """A label of goods by weight or by the piece, with some of what labels have, in any order."""
    body = rng.choice("0019") + "".join(rng.choices(string.digits, k=12))
    label = Label([], body + check_digit(body))
    rest: list[tuple[str, str]] = []
    if rng.random() < 0.4:
        grams = rng.randint(5, 30_000)
        label.weight_kg = Decimal(grams).scaleb(-3)
        rest.append(("3103", f"{grams:06d}"))
    if rng.random() < 0.5:
        label.price = rng.choice((rng.randint(100, 9_999), rng.randint(10_000, 99_999)))
        number = str(label.price)
        rest.append(rng.choice((("3922", number), ("3932", "156" + number))))
    if rng.random() < 0.3:
        label.count = rng.randint(1, 48)
        rest.append(("30", str(label.count)))
    for ai in rng.sample(_DATES, rng.choice((0, 1, 1, 2))):
        day = TODAY + timedelta(rng.randint(-400, 900))
        label.dates[ai] = day
        rest.append((ai, f"{day:%y%m%d}"))
    for ai in rng.sample(_TEXTS, rng.choice((0, 1, 1, 2))):
        rest.append((ai, "".join(rng.choices(_CHARACTERS, k=rng.randint(1, 12)))))
    rest += rng.sample(sorted(_FIXED.items()), rng.choice((0, 0, 1)))
    rng.shuffle(rest)
    label.fields = [("01", label.gtin), *rest]
    return label


def damaged(label: Label, rng: random.Random) -> Iterator[tuple[str, str]]:
    """What can become of a label, each with its name; nothing of it can be told from a good one.

    What could be another good label (a digit of a price misread) is not among it.
    """
    whole = label.text()
    head = rng.choice(("", "]C1", "]d2", "]e0", GS))
    if GS in whole:
        yield "every separator lost", head + label.text("")
        lost = rng.choice([place for place, c in enumerate(whole) if c == GS])
        yield "one separator lost", head + whole[:lost] + whole[lost + 1 :]
        yield "a stand-in for GS", head.strip(GS) + label.text(rng.choice(STAND_INS))
    ai, data = rng.choice(label.fields)
    again = Label([*label.fields, (ai, _other(data, rng))], label.gtin)
    yield "a field twice", head + again.text()
    second = random_label(rng)
    between = GS if _varies(label.fields[-1][0]) else rng.choice((GS, ""))
    yield "two labels", head + whole + between + second.text()
    if len(label.fields) > 1 and not _varies(label.fields[-1][0]):
        yield "its end cut off", head + whole[: -rng.randint(1, len(label.fields[-1][1]))]
    measures = [each for each in label.fields if each[0][0] == "3"]
    if measures:
        ai, data = rng.choice(measures)
        place = rng.randrange(len(data))
        letter = rng.choice("OIlZ?/-A" if place in {0, len(data) - 1} else "OIlZ ?/-A")
        spoilt = data[:place] + letter + data[place + 1 :]
        broken = [(a, spoilt if a == ai else d) for a, d in label.fields]
        yield "a letter in a measure", head + Label(broken, label.gtin).text()
        yield "a letter in a measure, typed", Label(broken, label.gtin).bracketed()
        yield "a letter in a measure, in a link", Label(broken, label.gtin).link()
        shorter = [(a, d[1:] if a == "3103" else d + "O" if a == ai else d)
                   for a, d in label.fields]  # fmt: skip
        cut = Label(shorter, label.gtin)
        yield "a short measure, typed", cut.bracketed()
        yield "a short measure, in a link", cut.link()
        half = rng.choice((f"({ai}", f"{ai})"))
        yield "a bracket lost", label.bracketed().replace(f"({ai})", half)


def is_sold_wrong(label: Label, found: Reading) -> bool:
    """Whether what was read would be sold as something else than the label says."""
    return isinstance(found, ItemCode) and found.gtin is not None and not label.is_meant_by(found)


def _varies(ai: str) -> bool:
    return ai in _TEXTS or ai[:3] in {"392", "393"} or ai == "30"


def _other(data: str, rng: random.Random) -> str:
    """Other data of the same form."""
    if len(data) == 14:
        body = "".join(rng.choices(string.digits, k=13))
        return body + check_digit(body)
    return data[:-1] + str((int(data[-1]) + rng.randint(1, 9)) % 10) if data[-1].isdigit() else "Q7"
