"""What every voice is to the till: something that says a sentence aloud."""

from __future__ import annotations

from typing import Protocol

from pos_tui.reasons import ReasonError


class VoiceError(ReasonError):
    """A sentence that was not spoken; its reason says what to do."""


class Voice(Protocol):
    """A voice says one sentence at a time; `prepare` and `say` are called from a worker thread, the
    others from any, and these return at once.
    """

    def prepare(self) -> None:
        """Load what speaking needs, without a sound, so that the first sentence is not late.

        Raises VoiceError when nothing could be heard.
        """

    def say(self, sentence: str) -> None:
        """Say the sentence and return when it has been spoken, or when the voice is stopped.

        Raises VoiceError when it was not, or not wholly, spoken.
        """

    def stop(self) -> None:
        """Stop in the middle of a word and say nothing, also what is just about to begin, until
        `resume`.
        """

    def resume(self) -> None:
        """Say what comes next."""

    def close(self) -> None:
        """Stop in the middle of a word and say nothing more."""


class NullVoice:
    """No voice: accepts every sentence and is silent."""

    def prepare(self) -> None:
        """Nothing is needed."""

    def say(self, sentence: str) -> None:
        """Accept the sentence."""

    def stop(self) -> None:
        """Nothing is being said."""

    def resume(self) -> None:
        """Nothing was stopped."""

    def close(self) -> None:
        """Nothing is to be stopped."""
