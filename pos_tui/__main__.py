"""`python -m pos_tui`, and the `pos-tui` command."""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # not from typing: nothing large may come before the first frame
if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    from pos_tui.standard_streams import open_standard_streams
    from pos_tui.tui import first_frame
    from pos_tui.windows_console import leave_console_as_found, switch_escapes_on

    arguments = sys.argv[1:] if arguments is None else arguments
    open_standard_streams()
    switch_escapes_on()
    try:
        first_frame.show(arguments)
        from pos_tui.cli import run

        return run(arguments)
    finally:
        first_frame.hand_back()
        leave_console_as_found()


if __name__ == "__main__":
    sys.exit(main())
