"""What is wrong with what was done from the stock's lists."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "not_written": N_("{path} cannot be written ({why})."),
}
