"""Why this till has no Redis, for the technician."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "away": N_("Redis is away; the till asks the gateway itself."),
    "url_unusable": N_("The [redis] url in till.toml is {why}. The gateway is asked."),
    "login_refused": N_(
        "Redis refuses this till's login; enrol this till again. Meanwhile the till asks the gateway itself."
    ),
    "not_permitted": N_(
        "Redis does not let this till read its own messages; enrol this till again. Meanwhile the till asks the gateway itself."
    ),
    "no_master": N_(
        "The sentinels know no master named {service}; compare the [redis] url in till.toml. Meanwhile the till asks the gateway itself."
    ),
    "no_certificates": N_(
        "The file of Redis' certificates ({file}) cannot be used: {why}. Put it back, or mend ca= in the [redis] url of till.toml. Meanwhile the till asks the gateway itself."
    ),
    "other_answer": N_(
        "Redis answers, but not with this till's messages ({why}). Meanwhile the till asks the gateway itself."
    ),
    "not_trusted": N_(
        "Redis' certificate is not trusted ({why}); see to the certificate, or to ca= in the [redis] url of till.toml. Meanwhile the till asks the gateway itself."
    ),
}
