"""What every form of `pos-tui enrol` says at its end about servers and the users file."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from pos_tui.cloud.enrolment.nodes import Node
from pos_tui.cloud.enrolment.servers import UnreachedServer, needs_copying
from pos_tui.commands.command import complain
from pos_tui.wording.current import say

NOT_EVERYWHERE = 1


def report_users_file(nodes: Iterable[Node], path: Path) -> None:
    """Say where the users would be forgotten at the server's next start."""
    if needs_copying(nodes, path):
        print(say("cmd_enrol.copy_users_file", path=str(path)), file=sys.stderr)


def report_unreached(unreached: Iterable[UnreachedServer]) -> int:
    """Name the servers that were not reached; the exit code."""
    code = 0
    for server in unreached:
        complain(say("cmd_enrol.server_not_reached", node=server.node, why=server.why))
        code = NOT_EVERYWHERE
    return code
