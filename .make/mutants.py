"""Change the money's side of the program one place at a time, and see that a test notices each.

    python .make/mutants.py [PATTERN…]       like "pos_tui.payments.tracker*"

What no test notices must stand in tests/mutants.toml with the reason why nothing is wrong with it.
The program is copied first: mutmut works in a folder beside it.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
ACCEPTED = HERE / "tests" / "mutants.toml"
COPIED = ("pos_tui", "tests", "themes", "pyproject.toml", "README.md")
PASSED = ("killed", "timeout", "caught by type check", "segfault")


def main(patterns: list[str]) -> None:
    """Run mutmut in a copy; exit 1 where a change went unnoticed and is not accepted."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / HERE.name
        place.mkdir()
        for name in COPIED:
            copy = shutil.copytree if (HERE / name).is_dir() else shutil.copy
            copy(HERE / name, place / name)
        tool = Path(sys.executable).with_name("mutmut")
        log = place / "mutmut.log"
        with log.open("wb") as stream:
            ended = subprocess.run(
                [tool, "run", *patterns], cwd=place, stdout=stream, stderr=stream, check=False
            )
        results = subprocess.run(
            [tool, "results", "--all", "true"],
            cwd=place,
            capture_output=True,
            text=True,
            check=True,
        )
        states = [
            line.strip().rsplit(": ", 1) for line in results.stdout.splitlines() if ": " in line
        ]
        tried = [(name, state) for name, state in states if state != "not checked"]
        if not tried:
            sys.exit(log.read_text(errors="replace")[-3000:] or f"mutmut ended {ended.returncode}")
        unnoticed = [(name, state) for name, state in tried if state not in PASSED]
        accepted = {each["change"] for each in tomllib.loads(ACCEPTED.read_text())["mutant"]}
        left = 0
        for name, state in unnoticed:
            shown = subprocess.run(
                [tool, "show", name], cwd=place, capture_output=True, text=True, check=False
            )
            change = changed_line(shown.stdout)
            if change not in accepted:
                left += 1
                print(f"{state}: {name}\n    {change}")
        print(f"{len(tried)} changes, {len(unnoticed)} unnoticed, {left} of them not accepted")
        sys.exit(left > 0)


def changed_line(diff: str) -> str:
    """What a change writes, and where: `function: line`."""
    lines = diff.splitlines()
    header = next((line for line in lines if line.startswith("# ")), "# ?: ")
    name = header[2:].split("__mutmut_")[0].replace(".xǁ", ".").replace("ǁ", ".")
    name = name.replace(".x_", ".")
    added = [line[1:].strip() for line in lines if line[:1] == "+" and line[:3] != "+++"]
    return f"{name}: {' '.join(added)}"


if __name__ == "__main__":
    main(sys.argv[1:])
