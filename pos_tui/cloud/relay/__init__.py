"""The second cloud server's hand: watches the transaction log and fills the tills' streams."""

from __future__ import annotations

from pathlib import Path

from pos_tui.settings import CloudSettings


def run(settings: CloudSettings, data: Path, *, follow_stdin: bool = False) -> None:
    """Run the relay until it is asked to end."""
    from pos_tui.cloud import serving
    from pos_tui.cloud.relay.publisher import connect
    from pos_tui.cloud.relay.watcher import Relay

    serving.log_to_stderr()
    redis = connect(settings.relay.redis_url)
    relay = Relay(settings, data, redis, lambda: serving.announce("watching", "relay"))
    if follow_stdin:
        serving.when_stdin_ends(relay.stop)
    with serving.ending_signals(relay.stop):
        relay.run()
    redis.close()
