"""The commands beside the till itself, in the order that `pos-tui --help` lists them."""

from pos_tui.commands import (
    decode,
    explain,
    goods,
    journal,
    member,
    offers,
    receipt,
    scan_picture,
    sell,
    servers,
    staff,
    template,
    till,
)

COMMANDS = (
    till.DEMO,
    sell.SELL,
    decode.DECODE,
    scan_picture.SCAN_PICTURE,
    template.TEMPLATE,
    goods.IMPORT,
    offers.OFFERS,
    explain.EXPLAIN,
    staff.STAFF,
    member.MEMBER,
    receipt.RECEIPT,
    journal.JOURNAL,
    servers.GATEWAY,
    servers.RELAY,
    servers.SIMULATE,
    servers.ENROL,
)
