"""Why a voice was not heard."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "no_kind": N_(
        "There is no voice of the kind '{kind}'. Set it to none, espeak, sapi, command or tones; selling"
        " goes on in silence."
    ),
    "failed": N_(
        "The voice failed ({why}). Selling goes on in silence; start the till again when there is"
        " time."
    ),
    "command_failed": N_(
        "The voice's command '{command}' did not work ({why}). Try it in a terminal with a"
        " sentence behind it; selling goes on in silence."
    ),
    "no_command": N_(
        "The voice is a command, but no command is set. Set one that says its last argument;"
        " selling goes on in silence."
    ),
    "command_quotes": N_(
        "The voice's command '{command}' cannot be read ({why}). Mend its quotes; selling goes on"
        " in silence."
    ),
    "command_batch": N_(
        "The voice's command '{command}' is a batch file, which would read signs in a sentence as"
        " commands. Name a program instead; selling goes on in silence."
    ),
    "program_too_slow": N_("it did not end within {seconds} seconds"),
    "program_status": N_("it ended with status {status}"),
    "no_language": N_(
        "The voice does not know the language '{language}'. Set it to one such as en, zh or fr;"
        " selling goes on in silence."
    ),
    "not_installed": N_(
        "The voice is not installed on this till: run pip install 'pos-tui[voice]'. Selling goes"
        " on in silence."
    ),
    "library": N_(
        "The voice's library cannot be used ({why}). Install it again: pip install"
        " --force-reinstall espeakng-loader. Selling goes on in silence."
    ),
    "windows_failed": N_(
        "Windows cannot speak ({why}). Check that a loudspeaker is connected and chosen in the"
        " sound settings; selling goes on in silence."
    ),
    "windows_unfinished": N_(
        "Windows did not come to the end of a sentence. Check the loudspeaker in the sound"
        " settings; selling goes on in silence."
    ),
    "windows_no_language": N_(
        "Windows has no voice that speaks the language '{language}'. Add one in Windows' settings"
        " under Time & language, Speech, and start the till again; selling goes on in silence."
    ),
    "windows_only": N_(
        "The voice 'sapi' is a part of Windows, and this is another system. Set the voice to"
        " espeak; selling goes on in silence."
    ),
    "windows_cannot_play": N_(
        "Windows cannot play the till's voice. Check that a loudspeaker is connected and chosen"
        " in the sound settings; selling goes on in silence."
    ),
    "no_player": N_(
        "The till's voice cannot be heard: this machine has neither paplay, pw-play nor"
        " aplay. Install the package pulseaudio-utils, pipewire-bin or alsa-utils; selling goes"
        " on in silence."
    ),
    "not_heard": N_(
        "The till's voice cannot be heard ({why}). Check the loudspeaker and the sound settings"
        " of this machine; selling goes on in silence."
    ),
    "player_failed": N_("{player}: {why}"),
}
