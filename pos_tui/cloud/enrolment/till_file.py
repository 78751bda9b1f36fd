"""What a till is given: the text that `pos-tui setup` takes, and the file that holds it."""

from __future__ import annotations

import functools
import os
from pathlib import Path
from typing import TYPE_CHECKING

from pos_tui.settings import SettingsError

if TYPE_CHECKING:
    from pos_tui.settings import CloudSettings, Merchant
    from pos_tui.settings.redis_place import RedisPlace


def operators_place(settings: CloudSettings) -> RedisPlace:
    """How the operator, who makes users, comes in."""
    from pos_tui.settings.redis_place import redis_place

    return redis_place(settings.relay.admin_redis_url or settings.relay.redis_url)


def tills_place(settings: CloudSettings) -> RedisPlace:
    """How tills reach Redis, without a user. Raises SettingsError."""
    from pos_tui.settings.redis_place import redis_place

    relay = settings.relay
    place = redis_place(relay.public_redis_url or relay.redis_url).with_user("", "")
    if place.sentinel_password and not relay.public_redis_url:
        # Whoever has it can command the sentinels; that no till may be given by mistake.
        raise SettingsError(
            "relay.public_redis_url is not set, and relay.redis_url has the sentinels' password,"
            " which is not for tills; write there how tills reach Redis. Nothing was changed."
        )
    return place


def enrolment(
    settings: CloudSettings, merchant: Merchant, till: str, redis: RedisPlace, password: str
) -> str:
    """What the till's settings need, as `pos-tui setup` takes it."""
    from pos_tui.cloud.enrolment.users import user_name

    gateway = settings.gateway
    url = gateway.public_url or f"http://{gateway.host}:{gateway.port}"
    way_in = redis.with_user(user_name(merchant.id, till), password).url()
    return (
        f"[till]\nmerchant = {_quoted(merchant.id)}\nnumber = {_quoted(till)}\n\n"
        f"[gateway]\nurl = {_quoted(url.rstrip('/'))}\nkey = {_quoted(merchant.key)}\n\n"
        f"[redis]\nurl = {_quoted(way_in)}\n"
    )


def write_new(path: Path, text: str, *, sync: bool = True) -> None:
    """Write a file that is not there yet, for its owner only. Raises OSError, FileExistsError."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            if sync:
                os.fsync(file.fileno())
    except OSError:
        path.unlink()
        raise


@functools.lru_cache(maxsize=256)  # a merchant's key and the gateway are in all its tills' files
def _quoted(text: str) -> str:
    import tomlkit

    return tomlkit.item(text).as_string()
