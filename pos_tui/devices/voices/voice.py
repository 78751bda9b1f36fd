"""What says a sentence aloud: espeak-ng, Windows, a program of the shop's own, or nothing."""

from __future__ import annotations

from typing import Protocol


class VoiceError(Exception):
    """A sentence that was not spoken; its text is a sentence that says what to do."""


class Voice(Protocol):
    """A voice says one sentence at a time; it is called from a worker thread."""

    def say(self, sentence: str) -> None:
        """Say the sentence and return when it has been spoken, or when the voice is closed.

        Raises VoiceError when it was not, or not wholly, spoken.
        """

    def close(self) -> None:
        """Stop in the middle of a word and say nothing more; returns at once, from any thread."""


class NullVoice:
    """No voice: takes every sentence and is silent."""

    def say(self, sentence: str) -> None:
        """Take the sentence."""

    def close(self) -> None:
        """Nothing is to be stopped."""


def make_voice(kind: str, language: str, rate: int, command: str = "") -> Voice:
    """The voice of a kind: `none`, `espeak`, `sapi`, or a `command` that gets the sentence last.

    language is a tag such as zh, en-GB or fr; rate is in words a minute (80 to 450). Nothing is
    loaded before the first sentence. Raises VoiceError for a kind that does not exist.
    """
    match kind:
        case "none":
            return NullVoice()
        case "espeak":
            from pos_tui.devices.voices.espeak import EspeakVoice

            return EspeakVoice(language, rate)
        case "sapi":
            from pos_tui.devices.voices.sapi import SapiVoice

            return SapiVoice(language, rate)
        case "command":
            from pos_tui.devices.voices.command import CommandVoice

            return CommandVoice(command)
        case _:
            raise VoiceError(
                f"There is no voice of the kind '{kind}'. Set it to none, espeak, sapi or command;"
                " selling goes on in silence."
            )
