"""Entries that damaged books have lost, made again from the journal's rows that say so."""

from __future__ import annotations

import apsw

from pos_tui.books.journal.by_tag import bodies_of, readable_act
from pos_tui.books.journal.entries import Posted


def entries_again(connection: apsw.Connection) -> int:
    """Put back each entry, leg and account's name that only the journal still has; how many.

    A sale that only its receipt tells of gets no entry: its goods' cost and its tenders are not
    known well enough to be posted.
    """
    kept = {
        int(str(row)): int(str(number))
        for row, number in connection.execute("SELECT journal, number FROM ledger_entries")
    }
    used = set(kept.values())
    names = {str(name): int(str(id_)) for id_, name in
             connection.execute("SELECT id, name FROM accounts")}  # fmt: skip
    legs = {
        (int(str(entry)), int(str(leg))): int(str(account))
        for entry, leg, account in connection.execute("SELECT entry, leg, account FROM postings")
    }
    made, before = 0, 0
    for row, at, sale_no, body in list(bodies_of(connection, "posted")):
        act = readable_act(body)
        if not isinstance(act, Posted):
            continue
        number = kept.get(row, 0)
        if not number:
            number = before + 1 if before + 1 not in used else max(used) + 1
            used.add(number)
            connection.execute(
                "INSERT INTO ledger_entries (number, at, day, shift, kind, sale_no, document, by,"
                " journal) VALUES (?,?,?,?,?,?,?,?,?)",
                (number, at, act.day, act.shift, act.entry, sale_no, act.document, act.by, row),
            )
            made += 1
        before = number
        for leg, (account, amount) in enumerate(act.postings, start=1):
            id_ = legs.get((number, leg), 0)
            if account not in names:
                connection.execute(
                    "INSERT INTO accounts (id, name) VALUES (?, ?)",
                    (id_ if id_ and id_ not in names.values() else None, account),
                )
                names[account] = connection.last_insert_rowid()
            if not id_:
                connection.execute(
                    "INSERT INTO postings (entry, leg, account, amount) VALUES (?,?,?,?)",
                    (number, leg, names[account], amount),
                )
    return made
