"""Voices: whatever says a sentence aloud. Each kind is one module behind one protocol."""

from pos_tui.devices.voices.make import make_voice
from pos_tui.devices.voices.speaker import Sentence, Speaker
from pos_tui.devices.voices.voice import NullVoice, Voice, VoiceError

__all__ = ["NullVoice", "Sentence", "Speaker", "Voice", "VoiceError", "make_voice"]
