"""What is not on paper, by its names: print jobs that are not over, receipts that are still due."""

from __future__ import annotations

import apsw

from pos_tui.books.paper.jobs import PrintJob, PrintKind, open_jobs
from pos_tui.books.sales.paper import receipts_due
from pos_tui.reasons import Reason, because


def paper_name(job: PrintJob) -> Reason:
    """What a job is to print, as it is called: the receipt of a sale, a slip."""
    return name_of_paper(job.kind, job.document)


def name_of_paper(kind: PrintKind, document: int) -> Reason:
    """What a paper of this kind is called."""
    return because(f"print_job.of_{kind}", number=document)


def not_on_paper_yet(reader: apsw.Connection) -> list[Reason]:
    """The names of all that is not known to be printed, the earliest first."""
    jobs = [paper_name(each) for each in open_jobs(reader)]
    return jobs + [name_of_paper("receipt", number) for number in receipts_due(reader)]
