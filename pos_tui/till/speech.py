"""What the till says aloud: which item is expired, and that its clock cannot be believed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import cached_property

from pos_tui.checkout import events
from pos_tui.devices.voices import Speaker, make_voice
from pos_tui.reasons import Reason
from pos_tui.receipts.speech import say_clock_is_wrong, say_expired
from pos_tui.settings import VoiceSettings


class Speech:
    """Speaks of what happens, in the shop's language; a voice that fails is told, once."""

    def __init__(self, settings: VoiceSettings, emit: Callable[[events.TillEvent], None]) -> None:
        self._settings = settings
        self._emit = emit
        self._has_spoken = False

    def speak_of(self, event: events.TillEvent) -> None:
        """Say what must be heard of an event; most need no words."""
        language = self._settings.language
        if isinstance(event, events.ItemExpired):
            self._say(say_expired(event.warning, language))
        elif isinstance(event, events.LinkChanged) and event.link == "clock" and not event.ok:
            self._say(say_clock_is_wrong(language))

    def close(self) -> None:
        """Stop speaking."""
        if self._has_spoken:
            self._speaker.close()

    def _say(self, sentence: str) -> None:
        self._has_spoken = True
        self._speaker.speak(sentence)

    @cached_property
    def _speaker(self) -> Speaker:
        loop, voice = asyncio.get_running_loop(), self._settings

        def notify(why: Reason | None) -> None:
            changed = events.LinkChanged("voice", why is None, why)
            loop.call_soon_threadsafe(self._emit, changed)

        return Speaker(make_voice(voice.kind, voice.language, voice.rate, voice.command), notify)
