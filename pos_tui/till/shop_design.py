"""How this shop's receipts look: its layout from the file that the settings name, its key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pos_tui.books.journal.key import read_key
from pos_tui.reasons import Reason, because
from pos_tui.receipts.built_in_layouts import BUILT_IN, built_in_layout
from pos_tui.receipts.receipt_design import ReceiptDesign
from pos_tui.receipts.receipt_layout import (
    LogoBlock,
    OwnTextBlock,
    QrBlock,
    ReceiptLayout,
    missing_blocks,
)
from pos_tui.settings import SettingsError, TillSettings, settings_folder
from pos_tui.settings.reading import load_file, refuse_contradictions
from pos_tui.settings.receipt_fields import RECEIPT_FIELDS, unknown_fields


def load_layout(name: str) -> ReceiptLayout:
    """The layout of this name, or in this file, which stands beside till.toml where its path is not
    whole, as its logo does beside itself. Raises SettingsError, which names file, line and key.
    """
    if name in BUILT_IN:
        return built_in_layout(name)
    path = settings_folder() / name
    layout = load_file(path, ReceiptLayout)
    blocks = tuple(
        LogoBlock(file=str(path.parent / block.file)) if isinstance(block, LogoBlock) else block
        for block in layout.block
    )
    layout = ReceiptLayout(block=blocks)
    refuse_contradictions(path, _contradictions(layout))
    return layout


def _contradictions(layout: ReceiptLayout) -> Iterator[tuple[str, Reason]]:
    if missing := missing_blocks(layout):
        yield "block", because("layout.missing", blocks=", ".join(missing))
    for number, block in enumerate(layout.block):
        key, text = "text", ""
        if isinstance(block, LogoBlock) and not Path(block.file).is_file():
            yield f"block.{number}.file", because("layout.no_picture", file=block.file)
        if isinstance(block, OwnTextBlock):
            text = block.text
        elif isinstance(block, QrBlock):
            key, text = "caption", block.caption
        for name in unknown_fields(text):
            fields = ", ".join(RECEIPT_FIELDS)
            yield f"block.{number}.{key}", because("layout.no_field", name=name, fields=fields)


class ShopDesign:
    """The design of a till's receipts, read once, when it is first needed; takes a moment then."""

    def __init__(self, settings: TillSettings, data: Path) -> None:
        """`data` is the till's folder, with its journal's key."""
        self._settings = settings
        self._data = data
        self._design: ReceiptDesign | None = None
        self._trouble: Reason | None = None

    def read(self) -> ReceiptDesign:
        """The design; with the layout that comes with the till where the shop's cannot be used."""
        if self._design is None:
            self._design = self._read()
        return self._design

    def take_trouble(self) -> Reason | None:
        """Why the shop's layout cannot be used; once."""
        trouble, self._trouble = self._trouble, None
        return trouble

    def _read(self) -> ReceiptDesign:
        receipt = self._settings.receipt
        layout: ReceiptLayout | None = None
        try:
            layout = load_layout(receipt.layout) if receipt.layout else None
        except SettingsError as error:
            self._trouble = because("layout.not_used", why=error.reason)
        key = b""
        if receipt.qr == "self":
            from pos_tui.receipts.sealed_receipt import receipt_key

            key = receipt_key(read_key(self._data))
        return ReceiptDesign(layout, receipt.qr, key)
