"""Running the gateway: one process, or several behind one port."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

from pos_tui.settings import CloudSettings


def serve_gateway(
    settings: CloudSettings,
    data: Path,
    command: list[str],
    *,
    port: int | None = None,
    follow_stdin: bool = False,
    worker: str | None = None,
    listener: int | None = None,
) -> None:
    """Run the gateway until it is asked to end; port 0 takes a free one.

    With several workers, `command` starts one of them, which gets its name as `worker` and the
    number of its socket as `listener`. Raises OSError, and ReasonError for what is wrong here.
    """
    from pos_tui.cloud.gateway.app import make_gateway
    from pos_tui.cloud.gateway.worker_processes import serve_workers, worker_settings
    from pos_tui.cloud.wire.http_limits import HttpLimits
    from pos_tui.cloud.wire.serving import serve_app

    place = settings.gateway
    chosen = place.port if port is None else port
    if worker is None and place.workers > 1:
        serve_workers(settings, data, command, chosen, follow_stdin=follow_stdin)
        return
    own = worker_settings(settings, worker) if worker else settings
    app = make_gateway(own, data)
    asyncio.run(_try_out(own, data))
    inherited = None if listener is None else socket.socket(fileno=listener)
    limits = HttpLimits(connections=place.connections, per_address=place.connections_per_address)
    serve_app(
        app,
        "gateway",
        place.host,
        chosen,
        follow_stdin=follow_stdin,
        limits=limits,
        listener=inherited,
    )


async def _try_out(settings: CloudSettings, data: Path) -> None:
    """Open log and orders once, so that what is wrong ends the start.

    Raises LogLocked, DatabaseUnavailable and OSError.
    """
    from pos_tui.cloud.gateway.log_lock import lock_log
    from pos_tui.cloud.gateway.orders import open_orders
    from pos_tui.files.owner import OWNER_AND_GROUP, make_private_folder

    folder = data / settings.log.directory
    make_private_folder(folder, OWNER_AND_GROUP)
    lock_log(folder, settings.log.worker).release()
    async with open_orders(settings, data):
        pass
