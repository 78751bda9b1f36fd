"""The way from a till to its gateway: name, connection, TLS, answer, signature, clock."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pos_tui.diagnostics.checks import Check, clock_check
from pos_tui.reasons import Reason, because, plain, reason_of

if TYPE_CHECKING:
    import httpx

    from pos_tui.settings import TillSettings

_STEP_S = 4.0
_FEW_DAYS = 14


class _BrokenStepError(Exception):
    def __init__(self, figure: str | Reason, say: Reason, do: Reason) -> None:
        super().__init__(say.kind)
        self.check = Check("gateway", "", "broken", figure, say, do)


def check_gateway(
    settings: TillSettings, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> list[Check]:
    """Where the way to the gateway ends, or how long each of its steps takes, in ms."""
    url = settings.gateway.url.rstrip("/")
    if not url:
        says, do = because("till_check.no_gateway"), because("till_check.do_enrol")
        return [Check("gateway", "", "warning", "", says, do)]
    way = _Way(url)
    try:
        found = way.walked(settings, clock)
    except _BrokenStepError as error:
        return [error.check]
    return found


class _Way:
    def __init__(self, url: str) -> None:
        self._url = url
        parts = urlsplit(url)
        self._host = parts.hostname or ""
        self._port = parts.port or (443 if parts.scheme == "https" else 80)
        self._is_tls = parts.scheme == "https"
        self._steps: list[str] = []

    def walked(self, settings: TillSettings, clock: Callable[[], datetime]) -> list[Check]:
        days = self._connected()
        answer, took = self._answer()
        if answer.status_code != 200:
            raise _BrokenStepError(
                because("till_check.status", status=answer.status_code),
                because("till_check.gateway_refuses", url=self._url),
                because("till_check.do_look_at_gateway"),
            )
        clocks = _clock(answer, took, clock())
        with self._timed("signed"):
            asyncio.run(self._let_in(settings, clock))
        says = because("till_check.gateway_ready", url=self._url)
        checks = [Check("gateway", "", "ok", " · ".join(self._steps), says), *clocks]
        if days is not None and days < _FEW_DAYS:
            say = because("till_check.certificate_ends", count=days)
            do = because("till_check.do_renew")
            figure = because("till_check.days", count=days)
            checks.append(Check("gateway", "TLS", "warning", figure, say, do))
        return checks

    def _connected(self) -> int | None:
        """How many days the certificate is good for; None without TLS."""
        try:
            with self._timed("DNS"):
                socket.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            say = because("till_check.no_such_host", host=self._host)
            raise _BrokenStepError("DNS", say, because("till_check.do_name")) from error
        try:
            with self._timed("TCP"):
                connection = socket.create_connection((self._host, self._port), _STEP_S)
        except OSError as error:
            say = because("till_check.gateway_away", url=self._url)
            raise _BrokenStepError("TCP", say, because("till_check.do_network")) from error
        with connection:
            if not self._is_tls:
                return None
            import httpx

            try:
                with self._timed("TLS"):
                    tls = httpx.create_ssl_context(trust_env=False)
                    with tls.wrap_socket(connection, server_hostname=self._host) as secured:
                        ends = (secured.getpeercert() or {}).get("notAfter", "")
            except (OSError, ValueError) as error:
                why = plain(getattr(error, "verify_message", "") or str(reason_of(error)))
                say = because("till_check.not_secure", host=self._host, why=why)
                raise _BrokenStepError("TLS", say, because("till_check.do_certificate")) from error
        return int((ssl.cert_time_to_seconds(str(ends)) - time.time()) // 86_400)

    def _answer(self) -> tuple[httpx.Response, float]:
        import httpx

        began = time.monotonic()
        try:
            with self._timed("HTTP"):
                answer = httpx.get(f"{self._url}/v1/health", timeout=_STEP_S, trust_env=False)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            says = because("till_check.gateway_away", url=self._url)
            do = because("till_check.do_network")
            raise _BrokenStepError(type(error).__name__, says, do) from error
        return answer, time.monotonic() - began

    async def _let_in(self, settings: TillSettings, clock: Callable[[], datetime]) -> None:
        """Whether the gateway knows this merchant's key, and signs with it."""
        from pos_tui.payments.gateway_client import (
            GatewayClient,
            NoAnswer,
            NothingSent,
            NotLetIn,
            Refused,
        )

        client = GatewayClient(settings.gateway, settings.till.merchant, clock)
        try:
            await client.last_order(settings.till.number)
        except NotLetIn as error:
            say = because("till_check.not_let_in", why=error.reason)
            raise _BrokenStepError(
                because("till_check.status", status=401), say, because("till_check.do_enrol")
            ) from error
        except (NothingSent, NoAnswer, Refused) as error:
            say = because("till_check.not_signed", why=error.reason)
            do = because("till_check.do_look_at_gateway")
            raise _BrokenStepError("", say, do) from error
        finally:
            await client.close()

    @contextmanager
    def _timed(self, step: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self._steps.append(f"{step} {(time.monotonic() - began) * 1000:.0f} ms")


def _clock(answer: httpx.Response, took_s: float, now: datetime) -> list[Check]:
    from email.utils import parsedate_to_datetime

    try:
        said = parsedate_to_datetime(answer.headers["Date"])
    except (KeyError, ValueError):
        return []
    if said.tzinfo is None:
        return []
    # It is told in whole seconds, and was told somewhere on the way here.
    ahead = said.timestamp() + 0.5 + took_s / 2 - now.timestamp()
    return [clock_check("gateway clock", "", ahead, because("check.the_gateway"))]
