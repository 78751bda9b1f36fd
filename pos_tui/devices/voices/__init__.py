"""Voices: whatever says a sentence aloud. Each kind is one module behind one protocol."""

from pos_tui.devices.voices.make import make_voice
from pos_tui.devices.voices.speaker import Speaker
from pos_tui.devices.voices.voice import NullVoice, Voice, VoiceError

__all__ = ["NullVoice", "Speaker", "Voice", "VoiceError", "make_voice"]
