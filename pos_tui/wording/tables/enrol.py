"""Why users of Redis cannot be made, and the servers not be made ready."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "not_all_there": N_("Every server must be there for this ({missing}). Nothing was changed."),
    "server_and_why": N_("{node}: {why}"),
    "one_of_several": N_(
        "{node} is one of several servers, which must all be made ready; name them by their sentinels (redis+sentinel://…). Nothing was changed."
    ),
    "operator_refused": N_(
        "{node} did not take the operator ({why}). Whoever could come in can still do so; run this again once that is put right."
    ),
    "failed_on_the_way": N_(
        "{node} failed on the way ({why}). The new passwords are good everywhere: put them into cloud.toml, then pos-tui enrol --everywhere."
    ),
    "may_not_make_users": N_(
        "The user “{user}” may not make users at {node}; set relay.admin_redis_url in cloud.toml to the operator's way in."
    ),
    "no_users": N_("{path} has no users; pos-tui enrol --prepare begins it."),
    "operator_without_name": N_(
        "relay.admin_redis_url has no user, and the users file shuts out whoever has no name. Write there how {operator} comes in."
    ),
    "another_users_file": N_(
        "{path} has another password for “{user}” than relay.admin_redis_url: it is not this Redis' users file, or an old one. Nothing was changed."
    ),
    "line_refused": N_(
        "{path}, line {line}: {why} Redis does not start with such a file. Put the line right and run this again; nothing was changed."
    ),
    "not_a_user": N_("it is not a user: user NAME RULES…"),
    "user_twice": N_("{name} is there twice."),
    "not_a_name": N_("“{name}” is not a name: letters, digits, - and _ only."),
    "folder_not_writable": N_("{folder} cannot be written to, so {name} could not be."),
    "another_owner": N_(
        "{path} belongs to another account (number {number}). Run this as that account or as root; nothing was changed."
    ),
    "no_public_url": N_(
        "relay.public_redis_url is not set, and relay.redis_url has the sentinels' password, which is not for tills; write there how tills reach Redis. Nothing was changed."
    ),
}
