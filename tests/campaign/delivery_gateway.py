"""The gateway with waiting times of its own, for a trial that has to be short."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from pos_tui.cloud.gateway.app import make_gateway
from pos_tui.cloud.gateway.order_timing import OrderTiming
from pos_tui.cloud.settings_files import load_cloud_settings
from pos_tui.cloud.wire.serving import serve_app


def main() -> None:
    """Serve what the settings file in the first argument says, timed as in the second."""
    place = Path(sys.argv[1])
    settings = load_cloud_settings(place)
    timing = msgspec.json.decode(sys.argv[2], type=OrderTiming)
    app = make_gateway(settings, place.parent, timing=timing)
    serve_app(app, "gateway", "127.0.0.1", settings.gateway.port, follow_stdin=True)


main()
