"""The way from the till to the customer's screen on this machine: where it is, and who may listen.

The till listens on a port of this machine only and writes the port and a secret into a file of its
data folder, which only its owner can read. Both sides prove that they know the secret and neither
sends it. Then the till sends lines, each the whole of what is to be seen; an empty line every two
seconds only says that the till is there.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import os
import secrets
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from pos_tui.files.owner import make_private_folder, write_for_owner
from pos_tui.files.replacing import remove_file, replace_file

HEARTBEAT_S = 2.0
"""After so many seconds without news the till says that it is there."""
HANDSHAKE_S = 2.0
LONGEST_LINE = 65536
_FILE = "customer_link.json"
_HERE = "127.0.0.1"
_NONCE_BYTES = 16


class LinkAddress(Struct, frozen=True):
    """Where a running till listens on this machine, and the secret of this run of it."""

    port: int
    secret: str


class LinkRefused(Exception):
    """Whoever is at the other end does not know the secret."""


def write_address(folder: Path, address: LinkAddress) -> None:
    """Write down where the till of this data folder listens. Raises OSError."""
    path = folder / _FILE
    make_private_folder(folder)
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    write_for_owner(new, msgspec.json.encode(address), exclusive=True, sync=False)
    replace_file(new, path)


def read_address(folder: Path) -> LinkAddress | None:
    """Where the till of this data folder listens; None where none does, or none can be known."""
    try:
        return msgspec.json.decode((folder / _FILE).read_bytes(), type=LinkAddress)
    except (OSError, msgspec.MsgspecError):
        return None


def remove_address(folder: Path, address: LinkAddress) -> None:
    """The till does not listen there any more; an address of another till is left alone."""
    if read_address(folder) == address:
        with contextlib.suppress(OSError):
            remove_file(folder / _FILE)


async def connect_to_till(folder: Path) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection with the till of this data folder, on which lines come from now on.

    Raises OSError where no till is there, and LinkRefused.
    """
    address = read_address(folder)
    if address is None:
        raise FileNotFoundError(folder / _FILE)
    try:
        async with asyncio.timeout(HANDSHAKE_S):
            reader, writer = await asyncio.open_connection(_HERE, address.port, limit=LONGEST_LINE)
            try:
                await _prove_as_screen(reader, writer, address.secret)
            except BaseException:
                writer.close()
                raise
    except (TimeoutError, ValueError, asyncio.IncompleteReadError) as error:
        raise LinkRefused from error
    return reader, writer


async def _prove_as_screen(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, secret: str
) -> None:
    mine = _nonce()
    writer.write(mine + b"\n")
    theirs, _, proof = (await reader.readuntil(b"\n")).strip().partition(b" ")
    if not hmac.compare_digest(proof, _proof("till", secret, mine, theirs)):
        raise LinkRefused
    writer.write(_proof("screen", secret, theirs, mine) + b"\n")


async def prove_as_till(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, secret: str
) -> None:
    """The till's side of the greeting. Raises LinkRefused, OSError."""
    try:
        async with asyncio.timeout(HANDSHAKE_S):
            theirs, mine = (await reader.readuntil(b"\n")).strip(), _nonce()
            writer.write(mine + b" " + _proof("till", secret, theirs, mine) + b"\n")
            proof = (await reader.readuntil(b"\n")).strip()
    except (TimeoutError, ValueError, asyncio.IncompleteReadError) as error:
        raise LinkRefused from error
    except asyncio.LimitOverrunError as error:
        raise LinkRefused from error
    if not hmac.compare_digest(proof, _proof("screen", secret, mine, theirs)):
        raise LinkRefused


def new_secret() -> str:
    """A secret for one run of a till."""
    return secrets.token_hex(32)


def _nonce() -> bytes:
    return os.urandom(_NONCE_BYTES).hex().encode()


def _proof(side: Literal["till", "screen"], secret: str, first: bytes, second: bytes) -> bytes:
    content = b" ".join((side.encode(), first, second))
    return hmac.new(secret.encode(), content, hashlib.sha256).hexdigest().encode()
