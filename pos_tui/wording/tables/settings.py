"""What is wrong with a settings file, and where."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "at_line": N_("{path}, line {line}: {setting}: {why}."),
    "in_file": N_("{path}: {setting}: {why}."),
    "of_file": N_("{path}: {why}"),
    "not_utf8": N_("{path}: the file is not UTF-8 text; save it as UTF-8."),
    "unreadable": N_("{path}: cannot be read ({why})."),
    "not_toml": N_("{path}: not valid TOML: {why}."),
    "formats_unreadable": N_("payments.formats_file: {path} cannot be read ({why})."),
    "is_not_utf8": N_("it is not UTF-8 text"),
    "no_time_zone": N_("shop.time_zone: “{name}” is no time zone; write one like Asia/Shanghai."),
    "the_file": N_("settings"),
    "unknown": N_("there is no such setting"),
    "missing": N_("it needs the setting “{name}”"),
    "wrong_type": N_("Expected `{expected}`, got `{got}`"),
    "out_of_range": N_("Expected `{expected}` {sign} {bound}"),
    "wrong_length": N_("Expected `{expected}` of length {sign} {bound}"),
    "not_like": N_("Expected `str` matching regex {pattern}"),
    "no_choice": N_("Invalid value {value}"),
    "no_path": N_("Expected a path in quotes"),
    "gateway_key_needed": N_("it is set, so gateway.key is needed too"),
    "gateway_in_the_clear": N_(
        "anybody on the way to {host} could read and change payments; write https://, or insecure = true below it if the way is guarded otherwise"
    ),
    "not_plain": N_("it has control characters or marks of direction; write plain text"),
    "too_long": N_("it is too long; write at most {most} characters"),
    "nested_too_deep": N_("it is nested too deep"),
    "no_currency": N_("“{name}” is no currency; write three capital letters like JPY"),
    "no_zone": N_("“{name}” is no time zone; write one like Asia/Shanghai"),
    "no_command": N_("it is no command ({why})"),
    "printer_host_needed": N_("a printer on the network needs its address, like 192.168.1.50"),
    "printer_path_needed": N_("a printer of kind file needs the path of the file or device"),
    "printer_port_needed": N_(
        "a printer of kind serial needs its port, like /dev/ttyUSB0, COM3 or usb:067b:2303"
    ),
    "printer_queue_needed": N_("a printer of kind cups or windows needs the name of its queue"),
    "write_identity": N_("write letters A–Z, digits, - and _, at most 64"),
    "write_web_address": N_("write an address like https://pay.example.com"),
    "write_host": N_("write an address like 0.0.0.0 or a host's name"),
    "write_language_tag": N_("write a language like en or zh-CN"),
    "write_region": N_("write a region in two capital letters, like CN"),
    "no_percentage": N_("{percent} is no percentage; write one from 0 to 100, like 13 or 5.5"),
    "no_tax_rate": N_("there is no rate “{name}” in tax.rates"),
    "voice_command_needed": N_("a voice of kind command needs the command that speaks"),
    "no_encoding": N_(
        "“{name}” is no encoding of a printer or scanner; write one like gb18030, cp437 or utf-8"
    ),
    "no_language": N_("there is no language “{name}”; there are {languages}"),
    "redis_no_address": N_(
        "no Redis address; write rediss://USER:PASSWORD@HOST:6379/0, or redis+sentinel://…"
        " or redis+cluster://… with hosts between commas"
    ),
    "redis_parts": N_("no Redis address; its parts cannot be told apart"),
    "redis_options": N_(
        "the Redis address has what is not known here ({names}); special characters in the"
        " password are percent-encoded"
    ),
    "redis_socket": N_("a unix:// address names the socket's file"),
    "redis_service": N_("a sentinel address ends in the service's name: …:26379/SERVICE"),
    "redis_path": N_("the Redis address ends in at most the database's number"),
    "redis_tls": N_("the Redis address says tls=yes or tls=no"),
    "redis_host": N_("the Redis address has a host that cannot be one; write HOST:PORT"),
    "redis_database": N_("a Redis database is a number, usually 0"),
}
