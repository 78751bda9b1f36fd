"""What the servers of Redis lack, and what to do about it."""

from __future__ import annotations

from pos_tui.wording.marks import N_, P_, Table

TABLE: Table = {
    "do_mend_users_file": N_("Put it right, or bring back a copy."),
    "users": P_("{count} user", "{count} users"),
    "users_file_read": N_("{path} can be read."),
    "users_file_empty": N_(
        "{path} has no users: a Redis that forgets them cannot be given them again."
    ),
    "do_prepare_or_copy": N_("Run pos-tui enrol --prepare, or bring back a copy of the file."),
    "lets_in": N_("The operator may sign in."),
    "user": N_("user {user}"),
    "not_permitted": N_("It answers, but “{user}” may not look at how it is set up."),
    "do_set_operator": N_("Set relay.admin_redis_url in cloud.toml to the operator's way in."),
    "this_machine": N_("this machine"),
    "no_tls": N_("no TLS"),
    "way_private": N_("Nobody on the way can read along."),
    "way_open": N_("What is said with {place} can be read and changed on the way, passwords too."),
    "do_tls": N_("Give Redis a certificate, and take tls=no out of the addresses in cloud.toml."),
    "refused": N_("login refused"),
    "login_refused": N_("{where} does not let the operator in."),
    "do_compare_password": N_(
        "See that relay.admin_redis_url has today's password; if it has, this server has lost its users. Run pos-tui enrol --everywhere."
    ),
    "away": N_("away"),
    "no_answer": N_("{where} does not answer ({why})."),
    "do_start": N_(
        "Start it, or see to the way there. If users were made meanwhile: Run pos-tui enrol --everywhere."
    ),
    "version_new_enough": N_("It knows all that is used here."),
    "version_too_old": N_("It is too old: it has neither functions nor users who may only read."),
    "do_install": N_("Install Redis 7 or later, or Valkey."),
    "keeps_nothing": N_(
        "A Redis that stops forgets the tills' messages; the relay publishes them again from the log, and until then tills ask the gateway."
    ),
    "do_append": N_("Set appendonly yes and appendfsync always in redis.conf."),
    "keeps_late": N_(
        "A power cut takes the last second of messages, or more; the relay notices and publishes them again, and until then tills ask the gateway."
    ),
    "do_append_always": N_("Set appendfsync always in redis.conf."),
    "keeps_all": N_("What it has confirmed is on its disk."),
    "off": N_("switched off"),
    "on": N_("switched on"),
    "default_user_off": N_("Nobody comes in without a name."),
    "default_user_on": N_(
        "Whoever reaches this Redis, a till too, can read and change everything without a name."
    ),
    "do_prepare": N_("Run pos-tui enrol --prepare."),
    "has_users": N_("It has all users of the users file."),
    "missing_and_other": N_("{missing} missing, {other} other"),
    "lacks_users": N_(
        "It lacks users of the users file, or has them otherwise ({users}): their tills do not come in there."
    ),
    "do_everywhere": N_("Run pos-tui enrol --everywhere."),
    "none": N_("none"),
    "no_aclfile": N_("It forgets its users when it is started again, and then lets anybody in."),
    "do_set_aclfile": N_("Set aclfile in redis.conf to {path}, or to a copy of it."),
    "aclfile_elsewhere": N_("It has an aclfile; from here nobody sees what is in it."),
    "do_look_as_owner": N_("Look at the file as its owner."),
    "aclfile_complete": N_("{path} has all of the users file."),
    "missing_or_other": N_("{count} missing or other"),
    "aclfile_behind": N_(
        "{path} is behind the users file ({users}): these are lost when this Redis starts again."
    ),
    "do_copy": N_("Copy {path} there."),
    "todays": N_("today's"),
    "has_functions": N_("It has the relay's functions."),
    "missing_or_old": N_("missing or old"),
    "lacks_functions": N_(
        "It has not the relay's functions of this version, so the relay cannot publish there."
    ),
    "keeps_messages": N_("Messages are never thrown away to make room."),
    "throws_away": N_("When its memory is full it throws away messages that tills have not read."),
    "throws_away_later": N_(
        "When its memory is full it throws away messages that tills have not read; it has no limit now."
    ),
    "do_noeviction": N_("Set maxmemory-policy noeviction in redis.conf."),
}
