"""What `pos-tui merchants` says."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "help": N_(
        "The merchants who pay through this gateway; their keys go in sealed and never come out."
    ),
    "act_help": N_(
        "add ID --accounts FILE; list; rotate ID, a new key for its tills, or with --accounts new accounts instead; disable ID, which ends new payments, not those that run; enable ID"
    ),
    "id": N_("ID"),
    "id_help": N_("the merchant's id, as in M001"),
    "file": N_("FILE"),
    "accounts_help": N_(
        "TOML with a table for each account, named after its platform, as [wechat]; keys as text or file:PATH from the folder of FILE"
    ),
    "hours": N_("HOURS"),
    "keep_hours_help": N_("how long tills may use the previous key; {hours} if not given"),
    "json_help": N_("the list as one JSON object a line"),
    "nothing_changed": N_("{why} Nothing was changed."),
    "file_fault": N_("{path}: {why}. Nothing was changed."),
    "list_takes_no_id": N_("list takes no id."),
    "say_which": N_("Say which: pos-tui merchants {act} ID."),
    "no_id": N_("“{id}” is no id: 1-64 letters, digits, - and _ only."),
    "say_which_accounts": N_(
        "Say which accounts: pos-tui merchants add {merchant} --accounts FILE."
    ),
    "takes_no_accounts": N_("{act} takes no --accounts."),
    "keep_hours_of_rotation": N_(
        "--keep-hours belongs to a rotation of the till key, which --accounts leaves alone."
    ),
    "keep_hours_range": N_("--keep-hours: write 0 to {most} hours."),
    "in_cloud_toml": N_("{merchant} is written in cloud.toml; change it there."),
    "no_merchant": N_(
        "There is no merchant {merchant}; pos-tui merchants list shows who there is."
    ),
    "there_already": N_("There is a merchant {merchant} already."),
    "added": N_(
        "{merchant} is a merchant now, with {channels}; its keys are sealed in {file}. Next, for each till: pos-tui enrol {merchant} 01 -o FILE"
    ),
    "new_accounts": N_("{merchant} has new accounts: {channels}. Its till key is as it was."),
    "new_accounts_and_gone": N_(
        "{merchant} has new accounts: {channels}; gone: {gone}. Its till key is as it was."
    ),
    "account_refused": N_("{path}: [{account}]: {why}."),
    "rotated": N_(
        "{merchant} has a new till key; {before}. Next, for each till: pos-tui enrol {merchant} 01 -o FILE, and there pos-tui setup FILE"
    ),
    "key_before_until": N_("the previous key is valid until {until}"),
    "key_before_until_older_ended": N_(
        "the previous key is valid until {until}, the one before that no longer"
    ),
    "key_before_ended": N_("the previous key is no longer valid"),
    "key_before_ended_older_ended": N_(
        "the previous key is no longer valid, the one before that no longer"
    ),
    "disabled_already": N_("{merchant} is disabled already."),
    "enabled_already": N_("{merchant} is enabled already."),
    "disabled": N_("{merchant} is disabled; payments that run are still brought to their end."),
    "enabled": N_("{merchant} is enabled."),
    "list_empty": N_("There are no merchants: pos-tui merchants add ID --accounts FILE"),
    "state_enabled": N_("enabled"),
    "state_disabled": N_("disabled"),
    "key_of": N_("key of {made}"),
    "key_in": N_("key in {file}"),
    "key_and_before": N_("{key}, the one before until {until}"),
}
