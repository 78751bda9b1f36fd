"""The question that stands on the scan line while goods are weighed, with the weight in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pos_tui.checkout.weighed import WeighingView
from pos_tui.reasons import Reason, because
from pos_tui.tui.entry import ScanEntry
from pos_tui.tui.parts.permission import WithPermission
from pos_tui.tui.parts.prompt import Prompt

if TYPE_CHECKING:
    from pos_tui.till import Till

_AS_IT_LIES = "="


class WeighingQuestion:
    """Asks for what the scale has to say; a weight may be typed instead, by who may."""

    def __init__(
        self,
        till: Till,
        entry: ScanEntry,
        ask: Callable[[Prompt], None],
        say: Callable[[Reason, str], None],
        bell: Callable[[], None],
        with_permission: WithPermission,
    ) -> None:
        """`ask` puts a question on the scan line, `say` says a sentence."""
        self._till = till
        self._entry = entry
        self._ask = ask
        self._say = say
        self._bell = bell
        self._with_permission = with_permission
        self._prompt: Prompt | None = None

    def show(self, view: WeighingView | None) -> None:
        """Show where the weighing is, with what has been typed meanwhile; None: it is over."""
        before, self._prompt = self._prompt, None
        if view is None:
            if before is not None:
                self._entry.close(before)
            return
        self._prompt = Prompt(question_of(view), self._answer, self._scan, usual=_AS_IT_LIES)
        if before is None:
            self._ask(self._prompt)
        else:
            self._entry.change(before, self._prompt)

    def look(self) -> None:
        """After a key: where something else is asked now, or nothing, the weighing is left."""
        weighing = self._till.weighing
        is_asked = self._prompt is None or self._entry.prompt is self._prompt
        if weighing is not None and not is_asked:
            self._prompt = None
            weighing.leave()

    def _answer(self, text: str) -> None:
        weighing = self._till.weighing
        view = None if weighing is None else weighing.view
        if weighing is None or view is None or self._prompt is None:
            return
        self._ask(self._prompt)
        number = view.number
        if text == _AS_IT_LIES:
            if view.state == "take_off" and view.quantity is not None:
                what = because("permission.weight_as_it_lies", **_weight(view, str(view.quantity)))
                self._with_permission(
                    "typed_weight", what, lambda name: weighing.confirm(number, name)
                )
            return
        why = weighing.why_not_typed(text)
        if why is not None:
            self._say(why, "warning")
            return
        what = because("permission.weight_typed", **_weight(view, text))
        self._with_permission("typed_weight", what, lambda name: weighing.type(number, text, name))

    def _scan(self, code: str) -> None:
        """What is scanned meanwhile is sold where it need not be weighed; the question stays."""
        before = self._till.view
        self._till.scan(code)
        weighing = self._till.weighing
        if weighing is None or weighing.view is None or self._prompt is None:
            return
        if self._till.view == before:
            self._bell()
        if self._entry.prompt is None:
            self._ask(self._prompt)


def question_of(view: WeighingView) -> Reason:
    """What the question says: the goods, what they weigh, and what to do."""
    state = because(f"weighing.{view.state}")
    if view.quantity is None:
        return because("weighing.question", name=view.name, state=state)
    values = _weight(view, str(view.quantity))
    if view.is_net or view.tare:
        return because("weighing.question_net", state=state, **values)
    return because("weighing.question_weight", state=state, **values)


def _weight(view: WeighingView, quantity: str) -> dict[str, str]:
    return {"name": view.name, "quantity": quantity, "unit": view.unit.rpartition("/")[2]}
