"""Other people's programs that judge the ledger: bean-check, hledger, a schema's validator.

Nothing of theirs is needed to sell; where one is not installed, that is what it answers.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Literal

from msgspec import Struct

JudgeName = Literal["beancount", "hledger", "saft"]
JudgeState = Literal["agrees", "disagrees", "absent"]
_MOST_WORDS = 2000
_PATIENCE_S = 600


class Judgement(Struct, frozen=True):
    """What one of them says of a file: the beginning of its own words where it disagrees."""

    judge: JudgeName
    state: JudgeState
    words: str = ""


def judge_beancount(file: Path) -> Judgement:
    """What bean-check says of a beancount file."""
    beside = Path(sys.executable).parent
    program = shutil.which("bean-check") or shutil.which("bean-check", path=str(beside))
    return _judged("beancount", program, [str(file)])


def judge_hledger(file: Path) -> Judgement:
    """What hledger says of a journal, with its strict checks."""
    arguments = ["-f", str(file), "check", "--strict", "ordereddates"]
    return _judged("hledger", shutil.which("hledger"), arguments)


def judge_schema(file: Path, schema: Path) -> Judgement:
    """Whether an XML file is as a schema (XSD) wants it: by xmllint, or by lxml."""
    program = shutil.which("xmllint")
    if program is not None:
        arguments = ["--nonet", "--noout", "--schema", str(schema), str(file)]
        return _judged("saft", program, arguments)
    try:
        etree = import_module("lxml.etree")
    except ImportError:
        return Judgement("saft", "absent")
    try:
        judge = etree.XMLSchema(etree.parse(str(schema)))
        if judge.validate(etree.parse(str(file))):
            return Judgement("saft", "agrees")
        words = "\n".join(str(each) for each in judge.error_log)
    except (OSError, etree.XMLSyntaxError, etree.XMLSchemaParseError) as error:
        words = str(error)
    return Judgement("saft", "disagrees", words[:_MOST_WORDS])


def _judged(judge: JudgeName, program: str | None, arguments: list[str]) -> Judgement:
    if program is None:
        return Judgement(judge, "absent")
    try:
        done = subprocess.run(
            [program, *arguments],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=_PATIENCE_S,
            check=False,
            env={**os.environ, "LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"},
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Judgement(judge, "disagrees", str(error))
    if done.returncode == 0:
        return Judgement(judge, "agrees")
    words = (done.stderr + done.stdout).decode("utf-8", "replace").strip()
    return Judgement(judge, "disagrees", words[:_MOST_WORDS])
