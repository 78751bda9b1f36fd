"""The first cloud server: takes the tills' orders to the platforms and logs every payment."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

from pos_tui.settings import CloudSettings


def serve(
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

    With several workers, `command` starts one of them, which is told its name as `worker` and the
    number of its socket as `listener`. Raises OSError and SettingsError.
    """
    from pos_tui.cloud.gateway.app import make_app
    from pos_tui.cloud.gateway.workers import serve_workers, worker_settings
    from pos_tui.cloud.wire.serving import serve_app

    place = settings.gateway
    chosen = place.port if port is None else port
    if worker is None and place.workers > 1:
        serve_workers(settings, data, command, chosen, follow_stdin=follow_stdin)
        return
    own = worker_settings(settings, worker) if worker else settings
    app = make_app(own, data)
    asyncio.run(_try_out(own, data))
    door = None if listener is None else socket.socket(fileno=listener)
    serve_app(app, "gateway", place.host, chosen, follow_stdin=follow_stdin, listener=door)


async def _try_out(settings: CloudSettings, data: Path) -> None:
    """Open log and orders once: what is wrong is said in a sentence. Raises OSError."""
    from pos_tui.cloud.gateway.database import DatabaseAway
    from pos_tui.cloud.gateway.one_writer import OneWriter
    from pos_tui.cloud.gateway.orders import open_orders

    folder = data / settings.log.directory
    folder.mkdir(parents=True, exist_ok=True)
    OneWriter(folder / f"{settings.log.worker}.lock").close()
    try:
        async with open_orders(settings, data):
            pass
    except DatabaseAway as error:
        raise OSError(str(error)) from error
