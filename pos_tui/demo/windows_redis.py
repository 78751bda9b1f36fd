"""The demo's Redis on Windows: a stand-in in Python, for a single demo shop only.

It knows streams, blocking reads and Lua, and no access rules: whoever is on this machine may read.
"""

from __future__ import annotations

import sys


def main() -> None:
    """Serve on the port that is the first argument, until the process is ended."""
    from fakeredis import TcpFakeServer

    server = TcpFakeServer(("127.0.0.1", int(sys.argv[1])), server_type="redis")
    server.serve_forever()


if __name__ == "__main__":
    main()
