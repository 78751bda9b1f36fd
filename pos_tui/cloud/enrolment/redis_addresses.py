"""How the operator and the tills come to Redis, by cloud.toml."""

from __future__ import annotations

from pos_tui.settings import CloudSettings, SettingsError
from pos_tui.settings.redis_url import RedisAddress, redis_address


def operator_address(settings: CloudSettings) -> RedisAddress:
    """How the operator, who makes users, comes in."""
    return redis_address(settings.relay.admin_redis_url or settings.relay.redis_url)


def till_address(settings: CloudSettings) -> RedisAddress:
    """How tills reach Redis, without a user. Raises SettingsError."""
    relay = settings.relay
    place = redis_address(relay.public_redis_url or relay.redis_url).with_user("", "")
    if place.sentinel_password and not relay.public_redis_url:
        # Whoever has it can command the sentinels; that no till may be given by mistake.
        raise SettingsError("enrol.no_public_url")
    return place
