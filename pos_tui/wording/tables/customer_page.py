"""`pos-tui customer --web`, and what its page says beside the customer's screen."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "web_help": N_("as a page for a tablet or any other browser, instead of in this terminal"),
    "host": N_("ADDRESS"),
    "host_help": N_(
        "serve the page at this address of this machine; 0.0.0.0 lets a tablet in the shop's network open it (without this only this machine can)"
    ),
    "port_help": N_("serve the page on this port instead of {port}; 0 takes any free port"),
    "no_port": N_("{port} is no port: 0 to 65535"),
    "cannot_serve": N_(
        "The page cannot be served at {where} ({why}). Choose another --port, or another --host."
    ),
    "address": N_("The customer's page: {address}"),
    "how_to_end": N_(
        "Whoever knows this address can see the sale. Leave this running; Ctrl+C ends it."
    ),
    "no_symbol": N_("To see the address as a code for a camera: pip install pos-tui[labels]"),
    "title": N_("Your purchase"),
    "needs_script": N_("Please switch JavaScript on in this browser, and load the page again."),
}
