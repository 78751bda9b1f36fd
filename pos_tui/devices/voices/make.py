"""The voice of each kind: espeak-ng, Windows, a program of the shop's own, tones, or nothing."""

from __future__ import annotations

from pos_tui.devices.voices.voice import NullVoice, Voice, VoiceError


def make_voice(kind: str, language: str, rate: int, command: str = "") -> Voice:
    """The voice of a kind: `none`, `espeak`, `sapi`, a `command` that gets the sentence last, or
    `tones`, which says the names of tones.

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
        case "tones":
            from pos_tui.devices.voices.tones import TonesVoice

            return TonesVoice()
        case _:
            raise VoiceError("voice.no_kind", kind=kind)
