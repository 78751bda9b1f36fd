"""What a simulated platform does with an order: the script in a code's last four digits."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct, field

Verdict = Literal[
    "paid", "paying", "insufficient_balance", "code_expired", "conflict", "closed", "system_error"
]
Manner = Literal["answered", "dropped", "late", "forged", "failed", "notified"]
TradeState = Literal["paying", "paid", "failed", "closed", "reversed", "refunded"]


class Trade(Struct, kw_only=True):
    """One order as a platform knows it."""

    account: str
    order_no: str
    amount: int
    ref: str
    code_hash: str
    state: TradeState = "paying"
    made_at: float = 0.0
    refunded_at: float = 0.0
    pays_at: float | None = None
    paid_at: datetime | None = None
    charged: int = 0
    reversed: int = 0
    refunds: dict[str, int] = field(default_factory=dict)


class Outcome(Struct, frozen=True):
    """What a pay call is answered, and how the answer is delivered."""

    verdict: Verdict
    manner: Manner = "answered"
    trade: Trade | None = None
    is_repeat: bool = False


class Behaviours:
    """The trades of all the simulated platforms. Every order number charges at most once.

    With a `memory` file they are still known after a restart, as a platform's would be. By this
    clock (seconds) a customer needs `pin_s` for a PIN, and a platform that wants it so reverses
    nothing within `reverse_after_s` of the pay call and refunds no second part of an order within
    `refund_gap_s` of the first.
    """

    def __init__(
        self,
        *,
        pin_s: float = 4.0,
        late_s: float = 8.0,
        reverse_after_s: float = 15.0,
        refund_gap_s: float = 60.0,
        clock: Callable[[], float] = time.time,
        memory: Path | None = None,
    ) -> None:
        self.late_s = late_s
        self._pin_s = pin_s
        self._reverse_after_s = reverse_after_s
        self._refund_gap_s = refund_gap_s
        self._clock = clock
        self._trades: dict[tuple[str, str], Trade] = {}
        self._codes: dict[str, tuple[str, str]] = {}
        self._memory = memory
        self._remember_all()

    def pay(self, account: str, order_no: str, amount: int, code: str) -> Outcome:
        """Accept a pay call; which script runs is in the code's last four digits."""
        known = self.find(account, order_no)
        if known:
            return self._repeat(known, amount)
        script = code[-4:]
        if script == "9007":
            return Outcome("system_error")
        code_hash = hashlib.sha256(code.encode()).hexdigest()
        if script == "9002" or code_hash in self._codes:
            return Outcome("code_expired")
        trade = Trade(
            account=account,
            order_no=order_no,
            amount=amount,
            ref=f"42{len(self._trades) + 1:026}",
            code_hash=code_hash,
            made_at=self._clock(),
        )
        self._add(trade)
        outcome = self._play(trade, script)
        self._keep(trade)
        return outcome

    def _play(self, trade: Trade, script: str) -> Outcome:
        match script:
            case "9001":
                trade.state = "failed"
                return Outcome("insufficient_balance", trade=trade)
            case "9003":
                trade.pays_at = self._clock() + self._pin_s
                return Outcome("paying", trade=trade)
            case "9004":
                return Outcome("paying", trade=trade)
            case "9011":
                trade.pays_at = self._clock() + self._pin_s
                return Outcome("paying", "notified", trade)
        _charge(trade)
        match script:
            case "9005":
                return Outcome("paid", "dropped", trade)
            case "9006":
                return Outcome("system_error", trade=trade)
            case "9008":
                return Outcome("paid", "late", trade)
            case "9009":
                return Outcome("paid", "forged", trade)
            case "9010":
                return Outcome("paid", "failed", trade)
        return Outcome("paid", trade=trade)

    def find(self, account: str, order_no: str) -> Trade | None:
        """An order as it stands now; None when this platform does not know it."""
        trade = self._trades.get((account, order_no))
        if trade:
            self._bring_up(trade)
        return trade

    def find_ref(self, account: str, ref: str) -> Trade | None:
        """An order by the platform's own number; None when this platform does not know it."""
        found = (trade for trade in self.trades(account) if trade.ref == ref)
        return next(found, None)

    def is_early_to_reverse(self, trade: Trade) -> bool:
        """Whether the pay call was so recent that a platform may refuse to reverse it."""
        is_open = trade.state in ("paying", "paid")
        return is_open and self._clock() - trade.made_at < self._reverse_after_s

    def is_early_to_refund(self, trade: Trade, request_no: str) -> bool:
        """Whether another refund of the order was so recent that a platform may refuse this one."""
        is_new = bool(trade.refunds) and request_no not in trade.refunds
        return is_new and self._clock() - trade.refunded_at < self._refund_gap_s

    def cancel(self, account: str, order_no: str) -> Trade | None:
        """Close an unpaid order or give a paid one's money back."""
        trade = self.find(account, order_no)
        if trade is None:
            return None
        if trade.state == "paid" and not trade.refunds:
            trade.state = "reversed"
            trade.reversed += 1
        elif trade.state in ("paying", "failed"):
            trade.state = "closed"
        self._keep(trade)
        return trade

    def refund(self, account: str, order_no: str, request_no: str, amount: int) -> Trade | None:
        """Give money back, once for a request number; None where there is not that much to give."""
        trade = self.find(account, order_no)
        if trade is None or trade.state not in ("paid", "refunded"):
            return None
        if request_no in trade.refunds:
            return trade if trade.refunds[request_no] == amount else None
        if not 0 < amount <= trade.amount - sum(trade.refunds.values()):
            return None
        trade.refunds[request_no] = amount
        trade.refunded_at = self._clock()
        if sum(trade.refunds.values()) == trade.amount:
            trade.state = "refunded"
        self._keep(trade)
        return trade

    def trades(self, account: str) -> list[Trade]:
        """Every order of an account, in the order in which they came."""
        found = [trade for trade in self._trades.values() if trade.account == account]
        for trade in found:
            self._bring_up(trade)
        return found

    def charges(self) -> dict[str, dict[str, int]]:
        """How often each order's money went which way."""
        for trade in self._trades.values():
            self._bring_up(trade)
        return {
            trade.order_no: {
                "amount": trade.amount,
                "charged": trade.charged,
                "reversed": trade.reversed,
                "refunded": len(trade.refunds),
                "given_back": trade.amount * trade.reversed + sum(trade.refunds.values()),
            }
            for trade in self._trades.values()
        }

    def _repeat(self, trade: Trade, amount: int) -> Outcome:
        if trade.amount != amount:
            return Outcome("conflict", trade=trade, is_repeat=True)
        match trade.state:
            case "paid":
                return Outcome("paid", trade=trade, is_repeat=True)
            case "paying":
                return Outcome("paying", trade=trade, is_repeat=True)
            case "failed":
                return Outcome("insufficient_balance", trade=trade, is_repeat=True)
        return Outcome("closed", trade=trade, is_repeat=True)

    def _bring_up(self, trade: Trade) -> None:
        due = trade.pays_at
        if trade.state == "paying" and due is not None and self._clock() >= due:
            _charge(trade)
            self._keep(trade)

    # ---- memory ------------------------------------------------------------------------------

    def _add(self, trade: Trade) -> None:
        self._trades[trade.account, trade.order_no] = trade
        self._codes[trade.code_hash] = (trade.account, trade.order_no)

    def _keep(self, trade: Trade) -> None:
        """Append the trade as it stands; the last line about an order counts."""
        if self._memory is not None:
            with self._memory.open("ab") as file:
                file.write(msgspec.json.encode(trade) + b"\n")

    def _remember_all(self) -> None:
        if self._memory is None or not self._memory.exists():
            return
        for line in self._memory.read_bytes().splitlines():
            try:
                self._add(msgspec.json.decode(line, type=Trade))
            except msgspec.MsgspecError:
                continue  # a line that a kill cut short


def _charge(trade: Trade) -> None:
    trade.state = "paid"
    trade.charged += 1
    trade.paid_at = datetime.now(UTC).replace(microsecond=0)
