"""The customer's page: one HTML file for any browser, and what it is sent about a sale."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from html import escape
from pathlib import Path
from string import Template

import msgspec
from msgspec import Struct

from pos_tui.customer.following import Followed, LinkState
from pos_tui.receipts.customer_snapshot import CustomerSnapshot, LargeAmount
from pos_tui.wording.language import Wording

_HERE = Path(__file__).parent / "page_files"
_LABELS: dict[LargeAmount, str] = {
    "total": "customer.total",
    "due": "customer.due",
    "back": "customer.back",
    "change": "customer.change",
}
_COUNT = "{count}"  # what the page itself fills in


class CustomerPage(Struct, frozen=True):
    """The page as it is served, its version, and the policy that lets nothing else run in it."""

    html: bytes
    version: str
    policy: str


class PageAmount(Struct, frozen=True):
    """An amount with what it is."""

    label: str
    amount: str


class PageMessage(Struct, frozen=True, kw_only=True):
    """All that the page shows at one moment; without a snapshot it asks for patience. The first of
    the `amounts` is the largest; `earlier` and `later` say how many lines are not seen.
    """

    version: str
    link: LinkState
    language: str
    one_moment: str
    snapshot: CustomerSnapshot | None = None
    amounts: tuple[PageAmount, ...] = ()
    saved: str = ""
    earlier: str = ""
    later: str = ""


def make_page(language: str) -> CustomerPage:
    """The page, in this language until the till says another. Raises OSError."""
    words = _wording(language)
    style, script, text = ((_HERE / f"page.{kind}").read_text("utf-8") for kind in _KINDS)
    version = _digest(f"{text}{style}{script}{words.language}").replace("/", "_")[:16]
    html = Template(text).substitute(
        language=language_tag(words.language),
        version=version,
        title=escape(words("customer_page.title")),
        one_moment=escape(words("customer.one_moment")),
        needs_script=escape(words("customer_page.needs_script")),
        style=style,
        script=script,
    )
    policy = "; ".join(
        (
            "default-src 'none'",
            f"script-src 'sha256-{_digest(script)}'",
            f"style-src 'sha256-{_digest(style)}'",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )
    return CustomerPage(html.encode(), version, policy)


def page_message(page: CustomerPage, followed: Followed, language: str) -> bytes:
    """What the page is to show now, as JSON on one line; `language` is for want of a snapshot."""
    snapshot = followed.snapshot
    words = _wording(snapshot.language if snapshot else language)
    message = PageMessage(
        version=page.version,
        link=followed.link,
        language=language_tag(words.language),
        one_moment=words("customer.one_moment"),
        snapshot=snapshot,
        amounts=_amounts(snapshot, words) if snapshot else (),
        saved=words("customer.saved", amount=snapshot.saved) if snapshot and snapshot.saved else "",
        earlier=words("customer.earlier", count=_COUNT),
        later=words("customer.later", count=_COUNT),
    )
    return msgspec.json.encode(message)


def language_tag(language: str) -> str:
    """A language as HTML calls it: zh_CN → zh-CN."""
    return language.replace("_", "-")


# ---- inside ----------------------------------------------------------------------------------

_KINDS = ("css", "js", "html")


def _amounts(snapshot: CustomerSnapshot, words: Wording) -> tuple[PageAmount, ...]:
    which, amount = snapshot.large
    if not which:
        return ()
    is_paid = which == "total" and snapshot.state == "paid"
    label = words("customer.paid" if is_paid else _LABELS[which])
    large = PageAmount(f"{label} {snapshot.currency}".rstrip(), amount)
    if which == "total" or snapshot.total in ("", f"-{amount}"):
        return (large,)
    return (large, PageAmount(words("customer.total"), snapshot.total))


@lru_cache(maxsize=4)
def _wording(language: str) -> Wording:
    return Wording(language)


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
