"""`pos-tui enrol`: a till's own user in Redis, and the one file that sets the till up."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO
from urllib.parse import SplitResult, parse_qs, quote, urlsplit

from pos_tui.commands.command import WRONG_INPUT, Command, complain
from pos_tui.settings import SettingsError, data_place, load_cloud_settings

if TYPE_CHECKING:
    import argparse

    from pos_tui.settings import CloudSettings, Merchant

_LOCKED_OUT = (
    "Run this again once that is put right: a till that was enrolled before may be locked out"
    " until then."
)


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("merchant", metavar="MERCHANT", help="the merchant's id")
    parser.add_argument("till", metavar="TILL", help="the till's number")
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FILE",
        help="write a new file that only its owner can read, instead of printing the secrets",
    )


def _run(options: argparse.Namespace) -> int:
    try:
        from pos_tui.cloud.merchants import MerchantBook
    except ImportError as error:
        return complain(f"the servers are not installed ({error.name}): pip install pos-tui[cloud]")

    settings = load_cloud_settings(options.settings)
    data = options.data or data_place() / "cloud"
    merchant = MerchantBook(settings, data, accounts=False).get(options.merchant)
    if merchant is None:
        return complain(
            f"There is no merchant “{options.merchant}” in cloud.toml or in"
            f" {data / settings.keys.merchants}; pos-tui merchants list shows who there is."
        )
    if options.output is None:
        return _enrol(settings, merchant, options.till, sys.stdout)
    # The file is made before the till's user: a password renewed for nothing locks a till out.
    try:
        handle = os.open(options.output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return complain(f"{options.output} is there already; nothing was changed.")
    except OSError as error:
        return complain(f"{options.output} cannot be written ({error.strerror}).")
    code = WRONG_INPUT
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            code = _enrol(settings, merchant, options.till, file)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        code = complain(f"{options.output} cannot be written ({error.strerror}). {_LOCKED_OUT}")
    finally:
        if code:
            options.output.unlink()
    if not code:
        print(
            f"Till {options.till} of {merchant.id} is enrolled. Take {options.output} there by a"
            f" safe way, run pos-tui setup {options.output.name}, then delete both copies: they"
            " hold the till's secrets."
        )
    return code


def _enrol(settings: CloudSettings, merchant: Merchant, till: str, file: TextIO) -> int:
    from redis import RedisError

    from pos_tui.cloud.relay.enrol import EnrolError, enrol_till, user_name

    relays = _relays_redis(settings.relay.redis_url)
    try:
        password = enrol_till(settings.relay.redis_url, merchant.id, till)
    except EnrolError as error:
        return complain(f"{error} Nothing was changed.")
    except (RedisError, OSError) as error:
        return complain(f"Redis did not take the till's user ({error}). {_LOCKED_OUT}")
    url = _till_redis_url(relays, user_name(merchant.id, till), password)
    file.write(_enrolment(settings, merchant, till, url))
    if merchant.disabled:
        print(
            f"{merchant.id} is disabled, so this till takes cash only until"
            f" pos-tui merchants enable {merchant.id}.",
            file=sys.stderr,
        )
    return 0


def _enrolment(settings: CloudSettings, merchant: Merchant, till: str, redis_url: str) -> str:
    """What the till's settings need, as `pos-tui setup` takes it."""
    import tomlkit

    gateway = settings.gateway
    url = gateway.public_url or f"http://{gateway.host}:{gateway.port}"
    tables = {
        "till": {"merchant": merchant.id, "number": till},
        "gateway": {"url": url.rstrip("/"), "key": merchant.key},
        "redis": {"url": redis_url},
    }
    return tomlkit.dumps(tables)


def _relays_redis(url: str) -> SplitResult:
    """Where the relay's Redis is. Raises SettingsError, which does not repeat the password."""
    try:
        parts = urlsplit(url)
        known = parts.port is None or parts.port > 0
    except ValueError:
        known = False
    if not known or parts.scheme not in ("redis", "rediss", "unix"):
        raise SettingsError(
            "relay.redis_url is no Redis address; write redis://USER:PASSWORD@HOST:6379/0, with"
            " special characters in the password percent-encoded."
        )
    return parts


def _till_redis_url(relays: SplitResult, user: str, password: str) -> str:
    """The relay's Redis with the till's own user; of all the rest only the database goes along."""
    own = f"{quote(user, safe='')}:{quote(password, safe='')}"
    database = parse_qs(relays.query).get("db", [""])[0]
    query = f"?db={database}" if database.isdecimal() else ""
    if relays.scheme == "unix":
        return f"unix://{own}@{relays.path}{query}"
    host = relays.hostname or "localhost"
    if ":" in host:
        host = f"[{host}]"
    path = relays.path if relays.path.strip("/").isdecimal() else ""
    return f"{relays.scheme}://{own}@{host}:{relays.port or 6379}{path}{query}"


ENROL = Command(
    "enrol",
    "Make (or renew) a till's own user in Redis, and the file that pos-tui setup takes there.",
    "pos-tui enrol M001 01 -o till-01.toml",
    _arguments,
    _run,
)
