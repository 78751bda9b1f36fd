"""A voice that is a program of the shop's own: it gets the sentence as its last argument."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys

from pos_tui.devices.voices.child import Child
from pos_tui.devices.voices.voice import VoiceError
from pos_tui.reasons import plain

_LONGEST_S = 60.0
_BATCH = re.compile(r"\.(bat|cmd)\b", re.IGNORECASE)


class CommandVoice:
    """Runs a command line with each sentence behind it; it is spoken when the program ends."""

    def __init__(self, command: str) -> None:
        self._command = command
        self._child = Child()

    def prepare(self) -> None:
        """What the program needs is its own affair; raises VoiceError for no command line."""
        _arguments(self._command, "")

    def say(self, sentence: str) -> None:
        """Run the command for one sentence; raises VoiceError when it fails or does not end."""
        words = " ".join(sentence.replace("\0", " ").split())
        if not words:
            return
        # A hyphen in front would be read as an option.
        argument = f" {words}" if words.startswith("-") else words
        trouble = self._child.run(_arguments(self._command, argument), _LONGEST_S)
        if trouble:
            raise VoiceError("voice.command_failed", command=self._command, why=trouble)

    def stop(self) -> None:
        """End the program."""
        self._child.stop()

    def resume(self) -> None:
        """Run the program for what comes next."""
        self._child.resume()

    def close(self) -> None:
        """End the program, and run it no more."""
        self._child.stop()


def _arguments(command: str, sentence: str) -> list[str] | str:
    if not command.strip():
        raise VoiceError("voice.no_command")
    return (
        windows_line(command, sentence)
        if sys.platform == "win32"
        else posix_words(command, sentence)
    )


def posix_words(command: str, sentence: str) -> list[str]:
    """The words that Linux runs; raises VoiceError for a command whose quotes do not match."""
    try:
        return [*shlex.split(command), sentence]
    except ValueError as error:
        raise VoiceError("voice.command_quotes", command=command, why=plain(str(error))) from error


def windows_line(command: str, sentence: str) -> str:
    """The line that Windows runs; raises VoiceError for a batch file, which is not safe."""
    if _BATCH.search(command):
        raise VoiceError("voice.command_batch", command=command)
    return f"{command} {subprocess.list2cmdline([sentence])}"
