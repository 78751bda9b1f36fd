"""Tills that ask again and again: each in a process' task of its own phase, over kept connections.

push_poll.py LOG TILLS EVERY_S      one log line is found by all of the tills, each when it asks
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time

from push_raw import order_of, say


async def main(path: str, tills: int, every_s: float) -> None:
    """Serve the log, and ask for what is new in it."""
    log = os.open(path, os.O_RDONLY)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while request := await reader.readuntil(b"\r\n\r\n"):
            since = int(request.split(b" ", 2)[1].removeprefix(b"/v1/paid?since="))
            lines = os.pread(log, 1 << 20, since)
            lines = lines[: lines.rfind(b"\n") + 1]
            orders = [order_of(line) for line in lines.splitlines()]
            body = json.dumps({"orders": orders, "upto": since + len(lines)}).encode()
            head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n"
            writer.write(head.encode() + body)

    async def ask(port: int, number: int, since: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        begin = asyncio.get_running_loop().time() + every_s * number / tills
        while True:
            await asyncio.sleep(begin - asyncio.get_running_loop().time())
            begin += every_s
            writer.write(f"GET /v1/paid?since={since} HTTP/1.1\r\nHost: gateway\r\n\r\n".encode())
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.rpartition(b": ")[2])
            found = json.loads(await reader.readexactly(length))
            received, since = time.monotonic_ns(), found["upto"]
            for order_no in found["orders"]:
                say({"order_no": order_no, "received": received})

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    since = os.fstat(log).st_size
    asking = [asyncio.create_task(ask(port, number, since)) for number in range(tills)]
    say({"ready": True})
    await asyncio.to_thread(sys.stdin.read)
    for task in asking:
        task.cancel()
    os._exit(0)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
