"""What `pos-tui enrol` says."""

from __future__ import annotations

from pos_tui.wording.marks import N_, P_, Table

TABLE: Table = {
    "help": N_(
        "Make (or renew) a till's own user in Redis, and the file that pos-tui setup takes there."
    ),
    "merchant": N_("MERCHANT"),
    "merchant_help": N_("the merchant's id"),
    "till": N_("TILL"),
    "till_help": N_("the till's number"),
    "many_help": N_("enrol the tills of a CSV file with the columns merchant and till"),
    "prepare_help": N_(
        "ready a fresh Redis (functions, operator, relay, no default user), or renew the operator's and the relay's passwords"
    ),
    "everywhere_help": N_("give every server of Redis the users and functions that it lacks"),
    "shut_out_help": N_(
        "let this till in no more, as it is gone; to enrol it again lets it in again"
    ),
    "output_help": N_(
        "write a new file that only its owner can read, instead of printing the secrets; with --many the folder for a file a till"
    ),
    "json_help": N_("with --many: the outcome as JSON"),
    # ---- words that do not go together ----
    "one_at_once": N_("A till is named, or many are, or the servers are readied: one at once."),
    "name_the_till": N_("Name the merchant and the till: pos-tui enrol M001 01 -o till-01.toml"),
    "many_needs_folder": N_("--many needs -o DIR, the folder for the tills' files."),
    "json_with_many": N_("--json goes with --many only."),
    # ---- Redis and the disk ----
    "operator_not_let_in": N_(
        "Redis does not let the operator in ({why}). See that relay.admin_redis_url has today's password; a server that has lost its users is given them by pos-tui enrol --everywhere."
    ),
    "redis_away": N_("Redis cannot be reached ({why}). Run this again once it can."),
    "unusable": N_("{path} cannot be used ({why})."),
    "there_already": N_("{path} is there already; nothing was changed."),
    "not_written": N_("{path} cannot be written ({why}). Nothing was changed."),
    # ---- one till ----
    "no_merchant": N_(
        "There is no merchant “{merchant}” in cloud.toml or in {folder}; pos-tui merchants list shows who there is."
    ),
    "enrolled": N_(
        "Till {till} of {merchant} is enrolled. Take {file} there by a safe way, run pos-tui setup {name}, then delete both copies: they hold the till's secrets."
    ),
    "merchant_disabled": N_(
        "{merchant} is disabled, so this till takes cash only until pos-tui merchants enable {merchant}."
    ),
    "no_till": N_("There is no till {till} of {merchant} in {path}."),
    "shut_out": N_(
        "Till {till} of {merchant} reads no message any more. It still has {merchant}'s key to the gateway: if it is in wrong hands, pos-tui merchants rotate {merchant}."
    ),
    # ---- many tills ----
    "many_unreadable": N_("{path}: cannot be read ({why})."),
    "many_not_csv": N_("{path}: no CSV file in UTF-8 ({why})."),
    "many_columns": N_("{path}, line 1: the columns merchant and till are needed."),
    "many_not_written": N_(
        "{path} cannot be written ({why}). The tills whose files are in {folder} may not be enrolled; delete those files and run this again."
    ),
    "row": N_("line {line}: {why}"),
    "more_rows": P_("… and {count} more", "… and {count} more"),
    "row_incomplete": N_("merchant or till is missing"),
    "row_twice": N_("{merchant} {till} is in line {first} already"),
    "row_no_merchant": N_("there is no merchant “{merchant}”"),
    "row_file_there": N_("{path} is there already, so this till stays as it is"),
    "many_done": P_(
        "{count} till is enrolled (see {folder}), rows refused: {refused}.",
        "{count} tills are enrolled (see {folder}), rows refused: {refused}.",
    ),
    # ---- the servers ----
    "not_written_as_before": N_(
        "{path} cannot be written ({why}). Whoever could come in to Redis can still do so."
    ),
    "prepared": N_(
        "Redis' servers that are ready: {count}. The functions are loaded, {operator} and {relay} have new passwords, and nobody comes in without a name. Put {where} into cloud.toml and start the relay again: until then the tills ask the gateway."
    ),
    "the_lines_above": N_("the lines above"),
    "master_not_kept": N_(
        "Not every server has written down how it comes to its master, so after a restart it would not find it: put the lines in the comments of {where} there."
    ),
    "what_was_printed": N_("what was printed"),
    "in_every_redis_conf": N_("Every server's redis.conf:"),
    "in_every_sentinel_conf": N_("Every sentinel.conf:"),
    "server_given": N_("{node}: was given {given}."),
    "server_has_all": N_("{node}: has all."),
    "given_missing": P_(
        "{count} user that it had not ({names})", "{count} users that it had not ({names})"
    ),
    "given_anew": P_("{count} user anew ({names})", "{count} users anew ({names})"),
    "given_functions": N_("the relay's functions"),
    "copy_users_file": N_(
        "{path} has all the users now. Take it to every server of Redis as its aclfile: without, a restart there forgets them."
    ),
    "server_not_reached": N_(
        "{node} was not reached ({why}); once it is there, pos-tui enrol --everywhere brings it what it lacks."
    ),
}
