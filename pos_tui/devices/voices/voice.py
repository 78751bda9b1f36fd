"""What every voice is to the till: something that says a sentence aloud."""

from __future__ import annotations

from typing import Protocol

from pos_tui.reasons import ReasonError


class VoiceError(ReasonError):
    """A sentence that was not spoken; its reason says what to do."""


class Voice(Protocol):
    """A voice says one sentence at a time; it is called from a worker thread."""

    def say(self, sentence: str) -> None:
        """Say the sentence and return when it has been spoken, or when the voice is closed.

        Raises VoiceError when it was not, or not wholly, spoken.
        """

    def close(self) -> None:
        """Stop in the middle of a word and say nothing more; returns at once, from any thread."""


class NullVoice:
    """No voice: accepts every sentence and is silent."""

    def say(self, sentence: str) -> None:
        """Accept the sentence."""

    def close(self) -> None:
        """Nothing is to be stopped."""
