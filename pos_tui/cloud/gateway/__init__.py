"""The first cloud server: takes the tills' orders to the platforms and logs every payment."""

from __future__ import annotations

from pathlib import Path

from pos_tui.settings import CloudSettings


def serve(
    settings: CloudSettings, data: Path, *, port: int | None = None, follow_stdin: bool = False
) -> None:
    """Run the gateway until it is asked to end; port 0 takes a free one."""
    from pos_tui.cloud.gateway.app import make_app
    from pos_tui.cloud.serving import serve_app

    place = settings.gateway
    serve_app(
        make_app(settings, data),
        "gateway",
        place.host,
        place.port if port is None else port,
        follow_stdin=follow_stdin,
    )
