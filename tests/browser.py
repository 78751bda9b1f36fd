"""A browser without a window: Chromium, spoken to by its own protocol over a pair of pipes."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_ARGUMENTS = (
    "--headless",
    "--remote-debugging-pipe",
    "--no-first-run",
    "--no-sandbox",  # the tests may be root's, as in a container
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-extensions",
    "--disable-sync",
    "--hide-scrollbars",
    "--force-device-scale-factor=1",
)
_PATIENCE_S = 40.0
_LONGEST_ANSWER = 2**25
_FREE_FROM = 10  # file descriptors that are nobody's yet


def why_no_browser() -> str:
    """Why no page can be looked at here; "" where one can."""
    if sys.platform == "win32":
        return "a browser is spoken to over pipes of POSIX"
    return "" if browser_path() else f"no browser is installed: {', '.join(_NAMES)}"


def browser_path() -> str | None:
    """Where the browser is; CHROMIUM may say it."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)


class Browser:
    """One browser with pages."""

    def __init__(self, process: subprocess.Popen[bytes], reader: asyncio.StreamReader, to: int):
        self._process = process
        self._reader = reader
        self._to = to
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._last = 0
        self.complaints: list[str] = []  # what a page's console has as errors
        self.requested: list[str] = []  # every address that was asked for
        self._reading = asyncio.ensure_future(self._read())

    async def page(self, address: str, width: int, height: int) -> Page:
        """Open an address in a window of this size."""
        made = await self.call("Target.createTarget", url="about:blank")
        attached = await self.call("Target.attachToTarget", targetId=made["targetId"], flatten=True)
        page = Page(self, attached["sessionId"], made["targetId"])
        for domain in ("Page", "Runtime", "Network", "Log"):
            await page.call(f"{domain}.enable")
        await page.resize(width, height)
        await page.call("Page.navigate", url=address)
        return page

    async def call(self, method: str, session: str = "", **values: object) -> dict[str, Any]:
        """One call of the protocol. Raises RuntimeError where the browser refuses it."""
        self._last += 1
        number = self._last
        request = {"id": number, "method": method, "params": values}
        if session:
            request["sessionId"] = session
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        os.write(self._to, json.dumps(request).encode() + b"\0")
        found = await asyncio.wait_for(answer, _PATIENCE_S)
        if "error" in found:
            raise RuntimeError(f"{method}: {found['error']}")
        return cast(dict[str, Any], found["result"])

    async def close(self) -> None:
        """End it."""
        self._process.terminate()
        await asyncio.to_thread(self._process.wait)
        self._reading.cancel()
        os.close(self._to)

    async def _read(self) -> None:
        while True:
            message = json.loads((await self._reader.readuntil(b"\0"))[:-1])
            if "id" in message:
                self._answers.pop(message["id"]).set_result(message)
                continue
            values = message["params"]
            match message["method"]:
                case "Runtime.exceptionThrown":
                    self.complaints.append(json.dumps(values["exceptionDetails"]))
                case "Log.entryAdded" if values["entry"]["level"] == "error":
                    entry = values["entry"]
                    self.complaints.append(f"{entry['text']} {entry.get('url')}")
                case "Network.requestWillBeSent":
                    self.requested.append(values["request"]["url"])


class Page:
    """One page."""

    def __init__(self, browser: Browser, session: str, target: str) -> None:
        self._browser = browser
        self._session = session
        self._target = target

    async def call(self, method: str, **values: object) -> dict[str, Any]:
        """One call of the protocol, of this page."""
        return await self._browser.call(method, self._session, **values)

    async def resize(self, width: int, height: int) -> None:
        """Give the window another size, in pixels."""
        await self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=False,
        )  # fmt: skip

    async def prefer(self, **features: str) -> None:
        """What the system prefers: prefers_color_scheme="dark"."""
        media = [
            {"name": name.replace("_", "-"), "value": value} for name, value in features.items()
        ]
        await self.call("Emulation.setEmulatedMedia", features=media)

    async def value(self, expression: str) -> Any:
        """What an expression of JavaScript is worth. Raises RuntimeError where it throws."""
        found = await self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in found:
            raise RuntimeError(json.dumps(found["exceptionDetails"])[:1000])
        return found["result"].get("value")

    async def until(self, expression: str) -> None:
        """Wait until an expression is true. Raises TimeoutError."""
        async with asyncio.timeout(_PATIENCE_S):
            while not await self._is_true(expression):  # noqa: ASYNC110 - it is in the page
                await asyncio.sleep(0.03)

    async def text(self, selector: str) -> str:
        """What is to be read there."""
        found = await self.value(f"document.querySelector({json.dumps(selector)}).innerText")
        return str(found).strip()

    async def picture(self, path: Path) -> None:
        """Draw the page into a PNG."""
        found = await self.call("Page.captureScreenshot", format="png")
        path.write_bytes(base64.b64decode(found["data"]))

    async def set_offline(self, is_offline: bool) -> None:
        """Whether the page has no network; a connection that is there hears nothing more."""
        await self.call(
            "Network.emulateNetworkConditions",
            offline=is_offline, latency=0, downloadThroughput=-1, uploadThroughput=-1,
        )  # fmt: skip

    async def close(self) -> None:
        """Leave the page."""
        await self._browser.call("Target.closeTarget", targetId=self._target)

    async def _is_true(self, expression: str) -> bool:
        try:
            return bool(await self.value(expression))
        except RuntimeError:  # between two pages there is none
            return False


async def open_browser(profile: Path) -> Browser:
    """Start one that keeps what it remembers in this folder."""
    path = browser_path()
    assert path is not None
    assert sys.platform != "win32"
    theirs, to = _pipe()
    from_, written = _pipe()

    def in_place() -> None:  # the browser reads at 3 and writes at 4
        os.dup2(theirs, 3)
        os.dup2(written, 4)

    process = subprocess.Popen(
        [path, *_ARGUMENTS, f"--user-data-dir={profile}"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=in_place,  # noqa: PLW1509
        close_fds=False,
    )
    os.close(theirs)
    os.close(written)
    reader = asyncio.StreamReader(limit=_LONGEST_ANSWER)
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(from_, "rb", buffering=0)
    )
    return Browser(process, reader, to)


def _pipe() -> tuple[int, int]:
    """A pipe away from the numbers that the browser needs: its end to read, its end to write."""
    assert sys.platform != "win32"
    import fcntl

    ends = os.pipe()
    moved = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, _FREE_FROM) for end in ends]
    for end in ends:
        os.close(end)
    return moved[0], moved[1]
