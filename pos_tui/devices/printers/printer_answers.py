"""What an ESC/POS printer sends, told apart: what was asked for, and what nobody asked for."""

from __future__ import annotations

from msgspec import Struct

_BLOCK = 0x37  # what begins an answer of several bytes
_PRINTED, _CLEARED = 0x22, 0x25
_BLOCK_LENGTHS = {_PRINTED: 7, _CLEARED: 3}


class StatusByte(Struct, frozen=True):
    """The answer to one question for the status."""

    bits: int


class PrintedMark(Struct, frozen=True):
    """All that came before this mark of four characters is on paper."""

    mark: str


class BuffersCleared(Struct, frozen=True):
    """What was not printed is forgotten."""


PrinterAnswer = StatusByte | PrintedMark | BuffersCleared


class AnswerReader:
    """Reads the bytes that a printer sends, however they are split.

    What else a printer sends by itself is left out: XON and XOFF, and blocks of its automatic
    status, in which no byte can be taken for an answer.
    """

    def __init__(self) -> None:
        self._bytes = bytearray()

    def feed(self, data: bytes) -> list[PrinterAnswer]:
        """The answers that are whole with these bytes, in their order."""
        self._bytes += data
        answers: list[PrinterAnswer] = []
        while self._bytes:
            first = self._bytes[0]
            taken = 1
            if first == _BLOCK:
                length = self._block_length()
                if length > len(self._bytes):
                    break
                if length:
                    answers.append(_answer_of(bytes(self._bytes[:length])))
                    taken = length
            elif (first & 0x93) == 0x12:
                answers.append(StatusByte(first))
            del self._bytes[:taken]
        return answers

    def _block_length(self) -> int:
        """How long the block here is, of which some may not have come; 0 where it is none."""
        if len(self._bytes) < 2:
            return 2
        length = _BLOCK_LENGTHS.get(self._bytes[1], 0)
        end = length - 1
        if not all(0x20 <= byte <= 0x7E for byte in self._bytes[2:end]):
            return 0
        return length if len(self._bytes) < length or not self._bytes[end] else 0


def _answer_of(block: bytes) -> PrinterAnswer:
    return BuffersCleared() if block[1] == _CLEARED else PrintedMark(block[2:6].decode("ascii"))
