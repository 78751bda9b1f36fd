"""`python -m pos_tui`, and the `pos-tui` command."""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # not from typing: nothing large may come before the first frame
if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    from pos_tui.tui import first_frame

    arguments = sys.argv[1:] if arguments is None else arguments
    first_frame.show(arguments)
    try:
        from pos_tui.cli import run

        return run(arguments)
    finally:
        first_frame.hand_back()


if __name__ == "__main__":
    sys.exit(main())
