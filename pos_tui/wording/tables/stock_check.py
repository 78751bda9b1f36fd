"""What shows that the stock is not as it was written."""

from __future__ import annotations

from pos_tui.wording.marks import N_, P_, Table

TABLE: Table = {
    "goods": "{name}",
    "goods_of_lot": N_("{name}, lot {lot}"),
    "sum_differs": N_(
        "{goods}: {kept} are kept as on hand, at a cost of {kept_cost}; the movements make {counted}, at {counted_cost} (minor units)."
    ),
    "movement_changed": N_(
        "Movement {seq} of {goods} is not as row {row} of the journal has it: it was changed."
    ),
    "movement_missing": N_(
        "Row {row} of the journal has a movement of {goods} by {quantity}, and the movements do not: it was taken out."
    ),
    "movement_extra": N_(
        "Movement {seq} of {goods} is not in the journal: it was put in past the till."
    ),
    "not_moved": N_("Sale {number:06d} could not take its goods out of the stock: {why}"),
    "sale_without_movement": N_("Sale {number:06d} is paid and has lines, and moved no goods."),
    "more": P_(
        "{count} more difference is not listed.", "{count} more differences are not listed."
    ),
}
