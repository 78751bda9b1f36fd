"""`pos-tui voice`: what the till's voice sounds like, of each kind, or as a sound file."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pos_tui.commands.command import Subcommand, complain
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    import argparse

    from pos_tui.settings import VoiceSettings

_PAUSE_S = 0.5


def _arguments(parser: argparse.ArgumentParser) -> None:
    from pathlib import Path

    parser.add_argument(
        "text",
        nargs="?",
        default="",
        metavar=say("cmd_voice.text"),
        help=say("cmd_voice.text_help"),
    )
    parser.add_argument(
        "--kind",
        choices=("espeak", "sapi", "command", "tones"),
        help=say("cmd_voice.kind_help"),
    )
    file = say("cmd_voice.file")
    parser.add_argument("--to", type=Path, metavar=file, help=say("cmd_voice.to_help"))
    parser.add_argument("--demo", action="store_true", help=say("cmd_voice.demo_help"))


def _run(options: argparse.Namespace) -> int:
    from msgspec.structs import replace

    from pos_tui.commands.paths import find_shop
    from pos_tui.devices.voices import VoiceError, make_voice
    from pos_tui.receipts.speech_samples import sample_sentences
    from pos_tui.till.speech import tone_of

    settings, _ = find_shop(options.demo, options.settings, options.data)
    voice = settings.voice
    kind_set = "espeak" if voice.kind == "none" else voice.kind
    voice = replace(voice, kind=options.kind or kind_set)
    if options.text and voice.kind == "tones":
        return complain(say("cmd_voice.tones_have_no_words"))
    samples = sample_sentences(settings.currency, voice.language)
    said: dict[str, str] = {}
    for kind, text in samples.items():
        said[kind] = tone_of(kind) if voice.kind == "tones" else text
    if options.text:
        said = {"": options.text}
    try:
        if options.to is not None:
            if voice.kind not in {"espeak", "tones"}:
                return complain(say("cmd_voice.no_file", kind=voice.kind))
            options.to.write_bytes(_as_wav(voice, [*said.values()]))
            print(say("cmd_voice.written", file=str(options.to)), file=sys.stderr)
            return 0
        speaker = make_voice(voice.kind, voice.language, voice.rate, voice.command)
        for name, text in said.items():
            print(f"{name:9} {text}" if name else text, flush=True)
            speaker.say(text)
        speaker.close()
    except VoiceError as error:
        return complain(in_words(error.reason), 1)
    except OSError as error:
        return complain(say("cmd_voice.not_written", file=str(options.to), why=str(error.strerror)))
    return 0


def _as_wav(voice: VoiceSettings, sounds: list[str]) -> bytes:
    """All of them in one file, with pauses. Raises VoiceError."""
    from pos_tui.devices.voices.espeak import spoken
    from pos_tui.devices.voices.sound import join_wavs
    from pos_tui.devices.voices.tones import TONES, tone_wav

    if voice.kind == "tones":
        wavs = [tone_wav(name) for sound in sounds for name in TONES if name == sound]
    else:
        wavs = [spoken(sound, voice.language, voice.rate) for sound in sounds]
    return join_wavs(wavs, _PAUSE_S)


VOICE = Subcommand(
    "voice",
    "cmd_voice.help",
    "pos-tui voice --kind tones",
    _arguments,
    _run,
)
