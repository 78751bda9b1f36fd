"""What keeps a server from starting, or from taking in a merchant."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "of_merchant": N_("merchant {merchant}: {why}"),
    "log_locked": N_("{path}: another gateway writes this log. Give each its own log.worker."),
    "one_worker_on_windows": N_(
        "gateway.workers: on Windows there is one; start more on other ports."
    ),
    "worker_not_ready": N_(
        "these gateway workers did not serve within {seconds} s: {workers}. The log says why."
    ),
    "cannot_listen": N_("cannot listen on {host}:{port}: {why}"),
}
