"""Which language a command speaks: the one asked for, the shop's, or the environment's."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pos_tui.reasons import ReasonError, because
from pos_tui.settings import SettingsError, settings_folder
from pos_tui.settings.reading import SETTINGS_ENCODING, explain_wrong, glance_at_screen
from pos_tui.wording.current import language_of_environment, say, use
from pos_tui.wording.keymap import key_labels
from pos_tui.wording.language import find_language, languages


class LanguageError(ReasonError):
    """There is no language of this name."""


def choose_language(arguments: Sequence[str]) -> None:
    """Use the language of --language, else of the settings' [shop] language, else the terminal's.

    Keys are called as the settings bind them; the demo shop has its own settings. Raises
    LanguageError or SettingsError for a name that is no language's.
    """
    use(language_of_environment())  # for what is wrong before there is another
    file = Path(option_in(arguments, "--settings") or settings_folder() / "till.toml")
    shops, keys = glance_at_screen(file)
    try:
        labels = None if list(arguments[:1]) == ["demo"] else key_labels(keys)
    except LookupError:  # the till says which command there is not
        labels = None
    asked = option_in(arguments, "--language")
    if asked:
        use_named(asked)
    elif shops and find_language(shops) is None:
        why = because("settings.no_language", name=shops, languages=languages())
        text = file.read_text(encoding=SETTINGS_ENCODING)
        raise SettingsError(explain_wrong(file, text, why, "shop.language"))
    use(asked or shops or language_of_environment(), labels)


def use_named(name: str) -> None:
    """Use the language of this name. Raises LanguageError."""
    if find_language(name) is None:
        raise LanguageError("commands.no_language", name=name, languages=languages())
    use(name)


def option_in(arguments: Sequence[str], name: str) -> str:
    """The last value of an option among arguments that no parser has read; "" without one."""
    found = ""
    for at, argument in enumerate(arguments):
        if argument == "--":
            break
        if argument == name and at + 1 < len(arguments):
            found = arguments[at + 1]
        elif argument.startswith(f"{name}="):
            found = argument.partition("=")[2]
    return found


def translate_argparse() -> None:
    """Have argparse's own words, which it asks a function of its module for, in this language."""
    import argparse

    from pos_tui.wording.tables.argparse import TABLE

    kinds = {sentence: f"argparse.{name}" for name, sentence in TABLE.items()}

    def translate(text: str) -> str:
        return say(kinds[text]) if text in kinds else text

    vars(argparse)["_"] = translate
