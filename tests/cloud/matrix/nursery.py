"""A process that has imported everything, and forks a server whenever one is asked for.

A connection to it is a server's lifeline: the first line that comes in says what to serve, the
server's line of readiness goes out, and so does what it says when it kills itself. The server ends
with the connection, and the connection with the server.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import gc
import hashlib
import os
import select
import signal
import socket
import ssl
import sys
import threading
from pathlib import Path
from typing import Any

import httpx
import msgspec
import uvicorn
from msgspec import Struct
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pos_tui.cloud.gateway import app as gateway
from pos_tui.cloud.gateway import payment_formats
from pos_tui.cloud.gateway.database import postgres, sqlite  # noqa: F401
from pos_tui.cloud.gateway.order_timing import OrderTiming
from pos_tui.cloud.platforms.simulation.behaviours import Behaviours, Outcome
from pos_tui.cloud.settings_files import load_cloud_settings
from pos_tui.cloud.simulators import app as simulators
from pos_tui.cloud.wire import rsa, serving

from .accounts import KEYS, all_merchants
from .cells import KillPoint
from .killing import arm, taken_file

TAKEN = "taken"


class Wish(Struct, kw_only=True):
    """What somebody wants served: the stand-ins, or a gateway over the folder of a cell.

    `run` is the folder of the whole run; `port` 0 takes a free one.
    """

    run: str
    account: str = ""
    folder: str = ""
    port: int = 0
    point: KillPoint = "none"
    order_no: str = ""
    worker: str = "gateway-1"
    database: str = "gateway.db"
    timing: dict[str, Any] = {}
    behaviours: dict[str, float] = {}


class WatchedBehaviours(Behaviours):
    """The stand-ins' trades; a file says that a pay call has come, and a code finds its trades."""

    def __init__(self, taken: Path, **options: Any) -> None:
        super().__init__(**options)
        self._taken = taken
        self._orders_of: dict[str, set[str]] = {}

    def pay(self, account: str, order_no: str, amount: int, code: str) -> Outcome:
        outcome = super().pay(account, order_no, amount, code)
        self._orders_of.setdefault(hash_of(code), set()).add(order_no)
        taken_file(self._taken, order_no).touch()
        return outcome

    def of_codes(self, codes: list[str]) -> dict[str, dict[str, int]]:
        """What became of every order number under which one of these codes was ever sent."""
        numbers = set().union(*(self._orders_of.get(code, set()) for code in codes))
        return {number: self._money(number) for number in numbers if self._known(number)}

    def _known(self, number: str) -> bool:
        return any(order_no == number for _, order_no in self._trades)

    def _money(self, number: str) -> dict[str, int]:
        trades = [self.find(*key) for key in list(self._trades) if key[1] == number]
        found = [trade for trade in trades if trade]
        return {
            "amount": found[0].amount,
            "charged": sum(trade.charged for trade in found),
            "given_back": sum(
                trade.amount * trade.reversed + sum(trade.refunds.values()) for trade in found
            ),
            "is_open": any(trade.state == "paying" for trade in found),
        }


def hash_of(code: str) -> str:
    """What stands for a payment code in an address."""
    return hashlib.sha256(code.encode()).hexdigest()[:16]


def _serve_simulators(wish: Wish) -> None:
    run = Path(wish.run)
    (run / TAKEN).mkdir(exist_ok=True)
    behaviours = WatchedBehaviours(run / TAKEN, **wish.behaviours)
    app = simulators.make_app(all_merchants(run), run / KEYS, behaviours=behaviours)

    async def customer(request: Request) -> Response:
        return JSONResponse(behaviours.of_codes(request.path_params["codes"].split(",")))

    app.router.routes.append(Route("/_customers/{codes}", customer, methods=["GET"]))
    listener = serving.listen("127.0.0.1", wish.port)
    serving.serve_app(app, "simulators", "", 0, http=simulators.LeavingProtocol, listener=listener)


def _serve_gateway(wish: Wish) -> None:
    run, folder = Path(wish.run), Path(wish.folder)
    listener = serving.listen("127.0.0.1", wish.port)
    settings = load_cloud_settings(run / f"{wish.account}.toml")
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    replace = msgspec.structs.replace
    settings = replace(
        settings,
        gateway=replace(settings.gateway, public_url=url, database=wish.database),
        log=replace(settings.log, worker=wish.worker),
    )
    timing = msgspec.convert(wish.timing, OrderTiming)
    app = gateway.make_gateway(settings, folder, timing=timing)
    arm(wish.point, taken_file(run / TAKEN, wish.order_no))
    serving.serve_app(app, "gateway", "", 0, listener=listener)


def _end_with_the_connection() -> None:
    def follow() -> None:
        with contextlib.suppress(OSError):  # let go with something unread: a reset
            while os.read(0, 64):
                pass
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=follow, name="lifeline", daemon=True).start()


def _become_server(line: socket.socket) -> None:
    """Never returns: this is the forked process."""
    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        text = b""
        while not text.endswith(b"\n"):
            part = line.recv(65536)
            if not part:
                return
            text += part
        wish = msgspec.json.decode(text, type=Wish)
        os.dup2(line.fileno(), 0)
        os.dup2(line.fileno(), 1)
        place = Path(wish.folder or wish.run) / "server.stderr"
        error = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.dup2(error, 2)
        _end_with_the_connection()
        if wish.account:
            _serve_gateway(wish)
        else:
            _serve_simulators(wish)
        code = 0
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        os._exit(code)


def _warm_up(run: Path) -> None:
    """Do once what every server does in the same way, so that the forks find it done.

    Reading RSA keys and the machine's certificates takes longer than all else of a gateway's
    start: what was read once is kept.
    """
    rsa.private_key = functools.cache(rsa.private_key)
    rsa.public_key = functools.cache(rsa.public_key)
    ssl.create_default_context = functools.cache(  # type: ignore[assignment]
        ssl.create_default_context
    )
    payment_formats.parse_formats = functools.cache(payment_formats.parse_formats)  # type: ignore[attr-defined]
    folder = run / "warm-up"
    folder.mkdir()
    for path in sorted(run.glob("*.toml")):
        app = gateway.make_gateway(load_cloud_settings(path), folder)
    asyncio.run(_answer_once(app))


async def _answer_once(app: Starlette) -> None:
    """Serve one request: what is imported at the first one is imported here."""
    listener = serving.listen("127.0.0.1", 0)
    config = uvicorn.Config(app, ws="none", lifespan="on", log_config=None, access_log=False)
    server = uvicorn.Server(config)
    serving_it = asyncio.create_task(server.serve(sockets=[listener]))
    async with httpx.AsyncClient(trust_env=False) as client:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1/health"
        assert (await client.get(url)).json()["state"] == "ok"
    server.should_exit = True
    await serving_it


def _bury(*_: object) -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def main() -> None:
    """Fork servers until standard input ends."""
    _warm_up(Path(sys.argv[1]))
    signal.signal(signal.SIGCHLD, _bury)
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    serving.announce("listening", "nursery", port=listener.getsockname()[1])
    gc.collect()
    gc.freeze()
    while True:
        ready, _, _ = select.select([listener, sys.stdin], [], [])
        if sys.stdin in ready:
            return
        line, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            _become_server(line)
        line.close()


if __name__ == "__main__":
    main()
