"""What a till is given: the text that `pos-tui setup` takes, and the file that holds it."""

from __future__ import annotations

import functools
import os
from pathlib import Path

import tomlkit

from pos_tui.cloud.enrolment.users import user_name
from pos_tui.files.owner import open_private
from pos_tui.settings import CloudSettings, Merchant
from pos_tui.settings.redis_url import RedisAddress


def till_settings_text(
    settings: CloudSettings, merchant: Merchant, till: str, redis: RedisAddress, password: str
) -> str:
    """What the till's settings need, as `pos-tui setup` takes it."""
    gateway = settings.gateway
    url = gateway.public_url or f"http://{gateway.host}:{gateway.port}"
    way_in = redis.with_user(user_name(merchant.id, till), password).url()
    return (
        f"[till]\nmerchant = {_quoted(merchant.id)}\nnumber = {_quoted(till)}\n\n"
        f"[gateway]\nurl = {_quoted(url.rstrip('/'))}\nkey = {_quoted(merchant.key)}\n\n"
        f"[redis]\nurl = {_quoted(way_in)}\n"
    )


def write_secret_file(path: Path, text: str, *, sync: bool = True) -> None:
    """Write a file that is not there yet, for its owner only. Raises OSError, FileExistsError."""
    handle = open_private(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
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
    return tomlkit.item(text).as_string()
