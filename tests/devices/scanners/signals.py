"""What scanners send for a code: the keys of a keyboard, the reports of HID-POS."""

from pos_tui.devices.scanners.layouts import (
    ALT_GR,
    KEYPAD,
    LAYOUTS,
    LEFT_ALT,
    LEFT_CTRL,
    LEFT_SHIFT,
    SPACE,
)

COLA, GS, GS1 = "5449000000996", "\x1d", "01095011010209171726\x1d10aB-1"
CLOSING_BRACKET = 27


def tap(*codes):
    """Press these keys together and let go of them."""
    return [(code, 1) for code in codes] + [(code, 0) for code in reversed(codes)]


def keys_of(layout, text):
    """The key events with which a scanner set to this layout types a text."""
    where = {}
    for level, keys in reversed(list(enumerate(LAYOUTS[layout].levels))):
        modifiers = ([LEFT_SHIFT] if level & 1 else []) + ([ALT_GR] if level & 2 else [])
        for code, character in keys.items():
            follow = tap(SPACE) if character in LAYOUTS[layout].dead[level] else []
            if character not in where or not follow:
                where[character] = tap(*modifiers, code) + follow
    events = []
    for character in text:
        if character == GS:
            events += tap(LEFT_CTRL, CLOSING_BRACKET)
        elif character in where:
            events += where[character]
        else:
            events += by_number(f"0{ord(character)}")
    return events


def by_number(digits):
    """Alt held, digits on the keypad."""
    on_keypad = {character: code for code, character in KEYPAD.items()}
    typed = [event for digit in digits for event in tap(on_keypad[digit])]
    return [(LEFT_ALT, 1), *typed, (LEFT_ALT, 0)]


def report(data, continued=False, symbology=b"]E0", number=2, count=None):
    """One scanned-data report of the usual 64 bytes."""
    head = bytes([number, len(data) if count is None else count]) + symbology
    return head + data.ljust(56, b"\0") + b"\0\0" + bytes([continued])


def reports_of(data, symbology=b"]Q1", size=56):
    """The reports that carry these bytes, `size` at a time."""
    pieces = [data[start : start + size] for start in range(0, len(data), size)]
    return [
        report(piece, number < len(pieces), symbology) for number, piece in enumerate(pieces, 1)
    ]
