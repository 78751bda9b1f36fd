"""Marks that any paper may have."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "copy": N_("COPY {number}"),
    "logo": N_("picture {file}"),
    "barcode": N_("barcode {text}"),
    "qr": N_("QR code, {count} characters"),
    "training": N_("TRAINING: NOT VALID"),
}
