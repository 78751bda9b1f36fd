"""Why a message of the relay, or a line of the transaction log, is not believed."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "no_checksum": N_("the line carries no checksum"),
    "wrong_checksum": N_("the line does not match its checksum"),
    "not_signed": N_("the stream entry carries no signed message"),
    "line_not_signed": N_("the payment is not signed by the gateway"),
    "wrong_signature": N_("the message's signature is not the merchant's"),
    "unreadable": N_("the message cannot be read: {why}"),
    "other_version": N_("the message has version {version}; this is {own}"),
}
