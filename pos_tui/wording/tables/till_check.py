"""What a till finds of its servers."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "no_redis": N_(
        "No Redis is set, so the till hears of a payment only when it asks the gateway."
    ),
    "do_enrol": N_("Have the operator enrol this till, and run pos-tui setup with that file."),
    "redis_read": N_("The till reads its own messages at {place}."),
    "do_reach_redis": N_(
        "See that {place} runs and is reached from here; if it is, the operator enrols this till again (pos-tui enrol)."
    ),
    "no_gateway": N_("No gateway is set, so the till takes cash only."),
    "gateway_away": N_("The gateway at {url} does not answer, so the till takes cash only."),
    "do_network": N_("See that the till is on the network, and that the gateway runs."),
    "gateway_ready": N_("The gateway at {url} takes orders."),
    "no_such_host": N_("There is no machine of the name {host}, so the till takes cash only."),
    "do_name": N_(
        "Compare the gateway's address with the operator's; see that this machine asks a name server."
    ),
    "not_secure": N_("The gateway at {host} cannot prove who it is: {why}"),
    "do_certificate": N_(
        "See that this machine's clock is right; then the operator looks at the gateway's certificate."
    ),
    "certificate_ends": N_("The gateway's certificate ends in {count} days."),
    "days": N_("{count} days"),
    "do_renew": N_("The operator renews it before that day."),
    "not_let_in": N_("The gateway does not let this till in: {why}"),
    "not_signed": N_("The gateway's answer cannot be believed: {why}"),
    "status": N_("status {status}"),
    "gateway_refuses": N_("The gateway at {url} answers but takes no orders now."),
    "do_look_at_gateway": N_("The operator looks at the gateway: its own words are at /v1/health."),
}
