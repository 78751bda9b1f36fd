"""A receipt's layout as data: which blocks it has, in which order, and how each of them looks."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from pos_tui.settings.section import Section

Align = Literal["left", "centre", "right"]
TextStyle = Literal["plain", "bold", "large"]
_Rows = Annotated[int, Meta(ge=1, le=10)]
_Sign = Literal["-", "=", "*", "."]
_Text = Annotated[str, Meta(min_length=1, max_length=400)]


class TextBlock(Section, frozen=True):
    """A block that is one text: how its letters look, and where it stands."""

    style: TextStyle = "plain"
    align: Align = "centre"


class ShopBlock(TextBlock, frozen=True, tag_field="shows", tag="shop"):
    """The shop's name."""

    style: TextStyle = "bold"


class AddressBlock(TextBlock, frozen=True, tag_field="shows", tag="address"):
    """The shop's address."""


class OwnTextBlock(TextBlock, frozen=True, kw_only=True, tag_field="shows", tag="text"):
    """A text of the shop's own; fields in it such as {sale} are filled in."""

    text: _Text


class LogoBlock(Section, frozen=True, kw_only=True, tag_field="shows", tag="logo"):
    """A picture (PNG or JPEG), no wider than the paper; left out where it cannot be drawn."""

    file: Annotated[str, Meta(min_length=1, max_length=1000)]


class RuleBlock(Section, frozen=True, tag_field="shows", tag="rule"):
    """A rule across the paper; two of them with nothing between are one."""

    sign: _Sign = "-"


class SpaceBlock(Section, frozen=True, tag_field="shows", tag="space"):
    """Rows without anything."""

    rows: _Rows = 1


class SaleBlock(Section, frozen=True, tag_field="shows", tag="sale"):
    """The sale's number, the till, the time, who was at the till."""


class CustomerBlock(Section, frozen=True, tag_field="shows", tag="customer"):
    """The member or customer whose sale it is."""


class LinesBlock(Section, frozen=True, tag_field="shows", tag="lines"):
    """What was sold. The quantity stands on a row below the name, or beside it where both fit; an
    offer below both. With `codes` each has its item code.
    """

    quantity: Literal["below", "beside"] = "below"
    codes: bool = False


class DiscountsBlock(Section, frozen=True, tag_field="shows", tag="discounts"):
    """What came off the whole basket."""


class ReturnsBlock(Section, frozen=True, tag_field="shows", tag="returns"):
    """What came back, and of which sale."""


class TotalsBlock(Section, frozen=True, tag_field="shows", tag="totals"):
    """The total, before it tax that is added to prices, and what was saved."""

    saved: bool = True


class TendersBlock(Section, frozen=True, tag_field="shows", tag="tenders"):
    """What was paid with, each with its change, its platform and its numbers."""


class TaxesBlock(Section, frozen=True, tag_field="shows", tag="taxes"):
    """Taxes that are in the prices, a row each, or as a table with heads."""

    table: bool = False


class FooterBlock(TextBlock, frozen=True, tag_field="shows", tag="footer"):
    """The last words of the settings."""


class CodeBlock(TextBlock, frozen=True, tag_field="shows", tag="code"):
    """The receipt's code in letters."""


class BarcodeBlock(Section, frozen=True, tag_field="shows", tag="barcode"):
    """The receipt's code as bars, by which goods come back."""


class QrBlock(Section, frozen=True, tag_field="shows", tag="qr"):
    """The QR code of the settings, with a text below it; nothing where they have none."""

    caption: Annotated[str, Meta(max_length=200)] = ""


class JournalBlock(TextBlock, frozen=True, tag_field="shows", tag="journal"):
    """How far the till's journal had come with this sale."""


Block = (
    LogoBlock | ShopBlock | AddressBlock | OwnTextBlock | RuleBlock | SpaceBlock | SaleBlock
    | CustomerBlock | LinesBlock | DiscountsBlock | ReturnsBlock | TotalsBlock | TendersBlock
    | TaxesBlock | FooterBlock | CodeBlock | BarcodeBlock | QrBlock | JournalBlock
)  # fmt: skip

NEEDED: dict[str, type[Section]] = {
    "lines": LinesBlock,
    "discounts": DiscountsBlock,
    "returns": ReturnsBlock,
    "totals": TotalsBlock,
    "tenders": TendersBlock,
}
"""Without these a receipt does not say what was sold and paid."""


class ReceiptLayout(Section, frozen=True):
    """A layout: its blocks from the top of the paper to its end."""

    block: Annotated[tuple[Block, ...], Meta(min_length=1, max_length=100)]


def missing_blocks(layout: ReceiptLayout) -> tuple[str, ...]:
    """The names of the blocks that a receipt cannot be without and that this layout has not."""
    have = {type(block) for block in layout.block}
    return tuple(name for name, kind in NEEDED.items() if kind not in have)
