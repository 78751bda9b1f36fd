"""Standard input, output and error: UTF-8 on pipes and files, and no fault where nobody reads.

A terminal keeps its encoding, and a Windows console its own way of writing. What a pipe or a file
does not accept any more is dropped, and why is kept: whatever a command does is done all the same.
"""

from __future__ import annotations

import errno
import io
import os
import sys

from pos_tui.terminal_marks import replace_marks_on

TYPE_CHECKING = False  # not from typing: nothing large may come before the first frame
if TYPE_CHECKING:
    from typing import TextIO

_UTF16 = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))

_output: _Output | None = None


def open_standard_streams() -> None:
    """Set the three streams up, once, at the entry of a process, before anything is written."""
    global _output  # noqa: PLW0603 - a process has one standard output
    _fill_closed()
    if sys.stdin is sys.__stdin__ and isinstance(sys.stdin, io.TextIOWrapper):
        if is_terminal(sys.stdin):
            sys.stdin.reconfigure(errors="replace")
        else:
            sys.stdin.reconfigure(encoding="utf-8", errors="replace")
    if sys.stdout is sys.__stdout__:
        _output = _opened("stdout") or _output
    if sys.stderr is sys.__stderr__:
        _opened("stderr")


def is_terminal(stream: TextIO) -> bool:
    """Whether a person sees what is written here; on Windows NUL is no terminal, though it says so.

    What stands for a stream in a test says so itself.
    """
    if sys.platform == "win32":
        buffer = getattr(stream, "buffer", None)
        if isinstance(getattr(buffer, "raw", buffer), io.FileIO):  # a console has a class apart
            return False
    return stream.isatty()


def lost_output() -> OSError | None:
    """Why standard output did not accept all that was written, told once.

    A reader that has seen enough and left, like `head`, is no trouble.
    """
    if _output is None:
        return None
    sys.__stdout__.flush()  # type: ignore[union-attr] # _output is behind it
    trouble, _output.trouble = _output.trouble, None
    return None if trouble is None or _is_reader_gone(trouble) else trouble


def read_standard_input() -> str:
    """All of standard input; UTF-8 or, with its mark at the beginning, UTF-16, as PowerShell writes
    it. What is neither becomes U+FFFD, which no code has.
    """
    encoding = sys.stdin.encoding if is_terminal(sys.stdin) else "utf-8"
    return decode_marked(sys.stdin.buffer.read(), encoding)


def decode_marked(content: bytes, encoding: str = "utf-8") -> str:
    """Text in this encoding or, with its mark at the beginning, in UTF-16."""
    for mark, marked in _UTF16:
        if content.startswith(mark):
            return content[len(mark) :].decode(marked, "replace")
    return content.removeprefix(b"\xef\xbb\xbf").decode(encoding, "replace")


class _Output(io.FileIO):
    """Drops what cannot be written any more, after the first trouble, which it keeps."""

    trouble: OSError | None = None
    _is_useless = False

    def write(self, data: object) -> int:
        try:
            while not self._is_useless:
                written: int | None = super().write(data)  # type: ignore[arg-type]
                if written is not None:
                    return written
                self._wait()
        except OSError as error:
            self.trouble, self._is_useless = error, True
        return memoryview(data).nbytes  # type: ignore[arg-type]

    def _wait(self) -> None:
        """Until the pipe has room, which another process has set not to block."""
        import select

        select.select([], [self], [])


def _opened(name: str) -> _Output | None:
    """Make standard output or error UTF-8, if it is no terminal."""
    stream = getattr(sys, name)
    if is_terminal(stream):
        replace_marks_on(stream)
        return None
    stream.flush()
    raw = _Output(stream.fileno(), "wb", closefd=False)
    at_once = stream.line_buffering or stream.write_through
    text = io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding="utf-8",
        errors="backslashreplace",
        line_buffering=at_once,
        write_through=at_once,
    )
    setattr(sys, name, text)
    setattr(sys, f"__{name}__", text)
    return raw


def _fill_closed() -> None:
    """Give each stream that is closed a descriptor: no file that is opened later may get its place.

    Input is at its end then, error goes nowhere, and output cannot be written, which is told.
    """
    for name, access, mode in (
        ("stdin", os.O_RDONLY, "r"),
        ("stdout", os.O_RDONLY, "w"),
        ("stderr", os.O_WRONLY, "w"),
    ):
        if getattr(sys, name) is None:
            descriptor = os.open(os.devnull, access)
            os.set_inheritable(descriptor, True)
            stream = open(descriptor, mode, encoding="utf-8", closefd=False)  # noqa: SIM115
            setattr(sys, name, stream)
            setattr(sys, f"__{name}__", stream)


def _is_reader_gone(error: OSError) -> bool:
    if isinstance(error, BrokenPipeError | ConnectionResetError):
        return True
    return sys.platform == "win32" and error.errno == errno.EINVAL  # a closed pipe, there
