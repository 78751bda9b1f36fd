"""The second cloud server's hand: watches the transaction log and fills the tills' streams."""

from __future__ import annotations

from pathlib import Path

from pos_tui.settings import CloudSettings


def run(settings: CloudSettings, data: Path, *, follow_stdin: bool = False) -> None:
    """Run the relay until it is asked to end."""
    from pos_tui.cloud.relay.connection import connect
    from pos_tui.cloud.relay.watcher import Relay
    from pos_tui.cloud.wire import serving
    from pos_tui.settings.redis_place import redis_place

    serving.log_to_stderr()
    place = redis_place(settings.relay.redis_url)
    relay = Relay(
        settings, data, lambda: connect(place), lambda: serving.announce("watching", "relay")
    )
    if follow_stdin:
        serving.when_stdin_ends(relay.stop)
    with serving.ending_signals(relay.stop):
        relay.run()
