"""One row of a form: a label, what is typed, and what is wrong with that."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Checkbox, Input, Select, Static

from pos_tui.tui.parts.fields import (
    YES,
    ChoiceField,
    Field,
    FieldError,
    FlagField,
    words_of_error,
)

AnyField = Field[object]
FieldEditor = Input | Checkbox | Select[str]
EDITORS = (Input, Checkbox, Select)


class FieldRow(Widget):
    """A label, what is typed, and what is wrong with that."""

    def __init__(self, field: AnyField, text: str) -> None:
        super().__init__()
        self.field = field
        self._note = Static(classes="note", markup=False)
        self._said = ""
        self.editor: FieldEditor
        match field:
            case FlagField():
                self.editor = _Flag(value=bool(text), compact=True)
            case ChoiceField():
                options = [(Text(words), value) for value, words in field.options]
                first = options[0][1] if field.needed else Select.NULL
                self.editor = _Choice(
                    options,
                    prompt=field.empty or "—",
                    value=text or first,
                    allow_blank=not field.needed,
                    compact=True,
                )
            case _:
                self.editor = _TextInput(text, field.empty, compact=True, select_on_focus=False)
                self.editor.cursor_blink = False

    def compose(self) -> ComposeResult:
        """Label and editor; the note comes when there is one."""
        yield Static(self.field.label, classes="label", markup=False)
        yield self.editor

    @property
    def text(self) -> str:
        """What is typed."""
        match self.editor:
            case Checkbox(value=value):
                return YES if value else ""
            case Select(value=value):
                return value if isinstance(value, str) else ""
            case _:
                return str(self.editor.value)

    @text.setter
    def text(self, text: str) -> None:
        match self.editor:
            case Checkbox():
                self.editor.value = bool(text)
            case Select():
                self.editor.value = text or Select.NULL
            case _:
                self.editor.value = text
                self.editor.cursor_position = len(text)

    def check(self) -> bool:
        """Say what is wrong, if anything is."""
        try:
            self.field.value(self.text)
        except FieldError as error:
            self.show_note(words_of_error(error))
            return False
        self.show_note("")
        return True

    def show_note(self, sentence: str) -> None:
        """Say something beside the field, or no more."""
        if sentence == self._said:
            return  # all of the page would be laid out anew
        self._said = sentence
        self._note.update(Content(f"✗ {sentence}" if sentence else ""))
        if sentence and not self._note.is_attached:
            self.mount(self._note)
        self.set_class(bool(sentence), "-wrong")

    def on_descendant_focus(self) -> None:
        """The label shows where one is."""
        self.add_class("-here")

    def on_descendant_blur(self) -> None:
        """What is typed is checked when it is left."""
        self.remove_class("-here")
        if self.text:
            self.check()

    def on_input_changed(self) -> None:
        """What was wrong is looked at again."""
        if self.has_class("-wrong"):
            self.check()


class _TextInput(Input):
    def action_delete_right(self) -> None:
        """Del behind the text empties the field."""
        if self.cursor_at_end:
            self.value = ""
        else:
            super().action_delete_right()


class _Flag(Checkbox, inherit_bindings=False):
    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "toggle_button")]
    BUTTON_INNER = " "

    def watch_value(self) -> None:
        """The mark is seen without colours."""
        self.BUTTON_INNER = "✓" if self.value else " "
        super().watch_value()


class _Choice(Select[str], inherit_bindings=False):
    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "show_overlay")]
