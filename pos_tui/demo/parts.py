"""The parts of the embedded cloud: what each is started with."""

from __future__ import annotations

import sys
from pathlib import Path

from msgspec import Struct

from pos_tui.demo.demo_redis import DemoRedis, redis_command, write_users
from pos_tui.demo.part import READY_S, Part
from pos_tui.files.owner import make_private_folder, write_for_owner
from pos_tui.files.replacing import remove_file, replace_file


class CloudPlan(Struct, frozen=True):
    """What the watching process is given: folder, ports, the demo's secrets, and the time it has.

    `ready_s` is how long the servers may take until they serve, in seconds.
    """

    folder: str
    merchant: str
    till: str
    gateway_port: int
    redis_port: int
    simulator_port: int
    merchant_key: str
    admin_password: str
    relay_password: str
    till_password: str
    redis: DemoRedis
    ready_s: float = READY_S


def prepare(plan: CloudPlan) -> Path:
    """Make the folder's keys and settings; returns the settings file of the servers."""
    folder = Path(plan.folder)
    make_private_folder(folder)
    _make_keys(folder)
    settings = folder / "cloud.toml"
    write_for_owner(settings, _cloud_toml(plan).encode(), sync=False)
    return settings


def parts_of(plan: CloudPlan, keeps: tuple[int, ...] = ()) -> tuple[Part, Part, Part, Part]:
    """Redis, the simulated platforms, the gateway and the relay, in the order to start them.

    `keeps` are the files that each of them keeps open.
    """
    from pos_tui.cloud.enrolment.users import till_user
    from pos_tui.settings.redis_url import redis_address

    settings = prepare(plan)
    command = [sys.executable, "-m", "pos_tui"]
    ends = ["--settings", str(settings), "--data", plan.folder, "--follow-stdin"]
    place = redis_address(f"redis://127.0.0.1:{plan.redis_port}/0")
    till = till_user(plan.merchant, plan.till, plan.till_password, place)
    users = write_users(Path(plan.folder), place, plan.admin_password, plan.relay_password, till)
    redis = redis_command(plan.redis, Path(plan.folder), plan.redis_port, users)
    return (
        Part("redis", redis, plan.redis_port if plan.redis == "server" else None, keeps),
        Part("simulate", [*command, "simulate", *ends], keeps=keeps),
        Part("gateway", [*command, "gateway", *ends], keeps=keeps),
        Part("relay", [*command, "relay", *ends], keeps=keeps),
    )


def _make_keys(folder: Path) -> None:
    """Make the keys unless they are there; a set that is cut short counts as none."""
    from pos_tui.cloud.simulators.keys import has_keys, make_keys

    if has_keys(folder):
        return
    beside = folder / "new-keys"
    make_keys(beside)
    made = [each.name for each in beside.iterdir()]
    for name in made:
        remove_file(folder / name)
    for name in made:
        replace_file(beside / name, folder / name)
    beside.rmdir()


def _cloud_toml(plan: CloudPlan) -> str:
    import tomlkit

    from pos_tui.cloud.merchant_toml import merchant_table
    from pos_tui.cloud.simulators.accounts import simulated_accounts
    from pos_tui.settings import Merchant

    accounts = simulated_accounts(f"http://127.0.0.1:{plan.simulator_port}")
    merchant = Merchant(id=plan.merchant, key=plan.merchant_key, accounts=accounts)
    merchants = tomlkit.aot()
    merchants.append(merchant_table(merchant))
    return f"""[gateway]
port = {plan.gateway_port}
public_url = "http://127.0.0.1:{plan.gateway_port}"

[relay]
redis_url = "redis://relay:{plan.relay_password}@127.0.0.1:{plan.redis_port}/0"

[simulator]
port = {plan.simulator_port}

{tomlkit.dumps({"merchant": merchants})}"""
