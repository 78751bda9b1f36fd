"""The same way through an MQTT broker, QoS 1, persistent sessions: publisher, tills, idle tills.

    carry LOG PORT      each new line of the log, published to its till's topic
    wait PORT           a till (Eclipse Paho) for each line of standard input: `merchant till`
    idle PORT           such tills by hand, which only acknowledge; asked with `report`

An empty line of standard input ends the list of tills.
"""

from __future__ import annotations

import os
import selectors
import socket
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from push_raw import end_with_stdin, new_lines, order_of, say, topic_of, watch

_CONNECT, _CONNACK, _PUBLISH, _PUBACK, _SUBSCRIBE, _SUBACK = 0x10, 0x20, 0x30, 0x40, 0x82, 0x90


def carry(path: str, port: str) -> None:
    """Each new line to its till's topic, once it is on the disk; does not await the broker."""
    end_with_stdin()
    client = _client("relay")
    connected = threading.Event()
    client.on_connect = lambda *_: connected.set()
    client.connect("127.0.0.1", int(port), keepalive=60)
    client.loop_start()
    if not connected.wait(10):
        raise SystemExit("the broker lets nobody in")
    for lines in new_lines(path, sync=True):
        for line in lines:
            client.publish(topic_of(line), line, qos=1)


def wait(port: str) -> None:
    """Tills that tell about each message."""
    places = [line.split() for line in iter(sys.stdin.readline, "\n")]
    listening = threading.Semaphore(0)

    def heard(_client: Any, _data: Any, message: Any) -> None:
        received = time.monotonic_ns()
        say({"order_no": order_of(message.payload), "received": received})

    for merchant, till in places:
        client = _client(f"till-{merchant}-{till}")
        client.on_message = heard
        client.on_subscribe = lambda *_: listening.release()
        client.connect("127.0.0.1", int(port), keepalive=60)
        client.subscribe(f"pos/{merchant}/{till}", qos=1)
        client.loop_start()
    for _ in places:
        if not listening.acquire(timeout=20):
            raise SystemExit("the broker takes no subscription")
    say({"ready": True})
    sys.stdin.read()
    os._exit(0)


def _client(name: str) -> Any:
    from paho.mqtt.client import Client
    from paho.mqtt.enums import CallbackAPIVersion

    return Client(CallbackAPIVersion.VERSION2, client_id=name, clean_session=False)


# ---- idle tills ----------------------------------------------------------------------------------


class IdleTill:
    """A subscription by hand; no keep-alive, as its bytes would only cost the helper time."""

    def __init__(self, port: int, merchant: str, till: str) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        name, topic = f"idle-{merchant}-{till}", f"pos/{merchant}/{till}"
        head = _text("MQTT") + b"\x04" + b"\x00" + b"\x00\x00"
        self._send(_CONNECT, head + _text(name))
        self._expect(_CONNACK)
        self._send(_SUBSCRIBE, b"\x00\x01" + _text(topic) + b"\x01")
        self._expect(_SUBACK)
        self.socket.setblocking(False)
        self._rest = b""

    def take(self) -> list[bytes]:
        """The messages that came, acknowledged."""
        data = self.socket.recv(65536)
        if not data:
            raise SystemExit("the broker has hung up")
        self._rest += data
        messages = []
        while (packet := self._packet()) is not None:
            kind, body = packet
            if kind & 0xF0 == _PUBLISH:
                topic_end = 2 + int.from_bytes(body[:2], "big")
                self._send(_PUBACK, body[topic_end : topic_end + 2])
                messages.append(body[topic_end + 2 :])
        return messages

    def _packet(self) -> tuple[int, bytes] | None:
        size, shift, at = 0, 0, 1
        while True:
            if at >= len(self._rest):
                return None
            byte = self._rest[at]
            size |= (byte & 0x7F) << shift
            shift, at = shift + 7, at + 1
            if not byte & 0x80:
                break
        if len(self._rest) < at + size:
            return None
        kind, body = self._rest[0], self._rest[at : at + size]
        self._rest = self._rest[at + size :]
        return kind, body

    def _send(self, kind: int, body: bytes) -> None:
        size, length = len(body), b""
        while True:
            size, low = divmod(size, 128)
            length += bytes([low | (0x80 if size else 0)])
            if not size:
                break
        self.socket.sendall(bytes([kind]) + length + body)

    def _expect(self, kind: int) -> None:
        said = self.socket.recv(64)
        if not said or said[0] != kind:
            raise SystemExit(f"the broker answers {said!r}")


def _text(text: str) -> bytes:
    return len(text).to_bytes(2, "big") + text.encode()


def idle(port: str) -> None:
    """Tills that wait."""
    with selectors.DefaultSelector() as selector:
        for line in iter(sys.stdin.buffer.readline, b"\n"):
            till = IdleTill(int(port), *line.decode().split())
            selector.register(till.socket, selectors.EVENT_READ, till)
        selector.register(sys.stdin.fileno(), selectors.EVENT_READ, None)
        say({"ready": True})
        watch(selector, loud=False)


ROLES: dict[str, Callable[..., None]] = {"carry": carry, "wait": wait, "idle": idle}

if __name__ == "__main__":
    ROLES[sys.argv[1]](*sys.argv[2:])
