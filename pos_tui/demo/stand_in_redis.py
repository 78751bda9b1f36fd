"""The demo's Redis where there is no real one: a stand-in in Python, for a single demo shop only.

It keeps everything in memory. It checks names, passwords and commands as Redis does, and nobody
comes in without a name. What it does not check: which stream a till reads, which keys a function
touches, and which of FUNCTION's commands the relay gives. Only AUTH lets in, not HELLO.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from pos_tui.cloud.enrolment.users import DEFAULT_NAME, User, parse_user
from pos_tui.cloud.wire.ending import when_stdin_ends
from pos_tui.cloud.wire.serving import announce

# The stand-in takes the number of keys, which stands first in FCALL, for a key.
_NUMBERS = "~[0-9]*"


def stand_in_user(user: User) -> User:
    """The user in the rules that the stand-in knows: keys without a mode, commands whole."""
    rules = [_known(rule) for rule in user.rules]
    return User(user.name, (*rules, _NUMBERS) if "+fcall" in rules else tuple(rules))


def serve_stand_in(port: int, users: list[User]) -> None:
    """Serve on this port of loopback until the process is ended; prints a line when it serves.

    Raises OSError when the port is taken.
    """
    from fakeredis import FakeRedis, TcpFakeServer

    server = TcpFakeServer(("127.0.0.1", port), server_type="redis")
    client = FakeRedis(server=server.fake_server)
    # The default user last: it is the one who sets them.
    for user in sorted(map(stand_in_user, users), key=lambda each: each.name == DEFAULT_NAME):
        client.execute_command(  # type: ignore[no-untyped-call]
            "ACL", "SETUSER", user.name, *user.rules
        )
    announce("listening", "redis", port=port)
    server.serve_forever()


def _known(rule: str) -> str:
    if rule.startswith("%R~"):
        return rule.removeprefix("%R")
    return rule.partition("|")[0] if rule.startswith("+") else rule


def main() -> None:
    """Serve on the port that is the first argument, with the users of the file that is the second,
    until standard input ends."""
    when_stdin_ends(lambda: os._exit(0))  # its threads wait for their clients
    lines = Path(sys.argv[2]).read_text(encoding="utf-8").splitlines()
    serve_stand_in(int(sys.argv[1]), [parse_user(line) for line in lines])


if __name__ == "__main__":
    main()
