"""The second cloud server's hand: watches the transaction log and fills the tills' streams."""

from __future__ import annotations

from pathlib import Path

from pos_tui.settings import CloudSettings


def run(settings: CloudSettings, data: Path, *, follow_stdin: bool = False) -> None:
    """Run the relay until it is asked to end."""
    import asyncio

    from pos_tui.cloud import serving
    from pos_tui.cloud.relay.publisher import connect
    from pos_tui.cloud.relay.watcher import Relay

    async def main() -> None:
        loop = asyncio.get_running_loop()
        stop = asyncio.Event()

        def finish() -> None:
            loop.call_soon_threadsafe(stop.set)

        if follow_stdin:
            serving.when_stdin_ends(finish)
        redis = connect(settings.relay.redis_url)
        relay = Relay(settings, data, redis, lambda: serving.announce("watching", "relay"))
        with serving.ending_signals(finish):
            work = asyncio.create_task(relay.run())
            stopped = asyncio.create_task(stop.wait())
            await asyncio.wait((work, stopped), return_when=asyncio.FIRST_COMPLETED)
            stopped.cancel()
            if work.done():
                work.result()
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
        await redis.aclose()

    serving.log_to_stderr()
    asyncio.run(main())
