"""Simulated payment platforms: they check every signature and can misbehave on request."""

from __future__ import annotations

from pathlib import Path

from pos_tui.settings import CloudSettings


def serve(
    settings: CloudSettings, data: Path, *, port: int | None = None, follow_stdin: bool = False
) -> None:
    """Run the simulators until they are asked to end; port 0 takes a free one."""
    from pos_tui.cloud.simulators.app import LeavingProtocol, make_app
    from pos_tui.cloud.wire.serving import serve_app

    place = settings.simulator
    serve_app(
        make_app(settings, data),
        "simulators",
        place.host,
        place.port if port is None else port,
        follow_stdin=follow_stdin,
        http=LeavingProtocol,
    )
