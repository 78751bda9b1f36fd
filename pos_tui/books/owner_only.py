"""The till's folder is its owner's, with what is in it, also where it was wider before."""

from __future__ import annotations

import os
from pathlib import Path

from pos_tui.files.owner import is_owners_only, make_private_folder, restrict_to_owner

_OURS = ("books.", "till.", "journal.key", "receipts", "faults.log", "cache", "import-layouts.")


def make_till_folder(folder: Path) -> None:
    """Make a till's folder, or narrow the one that it had before, with what is in it.

    A folder that has other things in it and no books yet is left as it is: somebody else's, perhaps
    the machine's own. The till's files in it are for their owner all the same. Raises OSError.
    """
    make_private_folder(folder)
    if is_owners_only(folder):
        return
    names = {path.name for path in folder.iterdir()}
    ours = {n for n in names if n.startswith(_OURS) or n.endswith(".rejects.csv")}
    if ours == names or "books.db" in names:
        restrict_to_owner(folder, *(folder / name for name in ours))
        for name in ("receipts", "cache"):
            for place, folders, files in os.walk(folder / name):
                restrict_to_owner(*(Path(place) / each for each in (*folders, *files)))
