"""Check the documents' links: each leads to a file, and to a heading in it, that there is.

python .make/links.py           the links of all documents
python .make/links.py --paths   also each `folder/` and `module.py` that the architecture names
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
DOCUMENTS = ("*.md", ".github/*.md", "pos_tui/README.md", "pos_tui/manual/**/*.md")
ARCHITECTURE = "pos_tui/README.md"
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)
PATH = re.compile(r"`([a-z_]+(?:/[a-z_]+)*(?:/|\.py))`")
CODE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def anchors_of(text: str) -> set[str]:
    """The anchors of a document's headings, made as GitHub makes them."""
    kept = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in HEADING.findall(_prose(text)))
    return {heading.replace(" ", "-") for heading in kept}


def broken_links(document: Path) -> list[str]:
    """The relative links of a document that lead nowhere, each with the reason."""
    faults = []
    for link in LINK.findall(_prose(document.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (document.parent / name).resolve() if name else document
        if not target.exists():
            faults.append(f"{link}: there is no such file")
        elif anchor and anchor not in anchors_of(target.read_text(encoding="utf-8")):
            faults.append(f"{link}: there is no such heading")
    return faults


def missing_paths(document: Path) -> list[str]:
    """The folders and modules that a document names and that are not there, from its own folder."""
    named = PATH.findall(_prose(document.read_text(encoding="utf-8")))
    near = (document.parent, document.parent.parent)
    return [
        f"{name}: there is no such folder or module"
        for name in dict.fromkeys(named)
        if not any((folder / name).exists() for folder in near)
    ]


def _prose(text: str) -> str:
    return CODE.sub("", text)


def main(arguments: list[str]) -> int:
    """Check all documents; 1 where a link is broken."""
    documents = sorted({path for pattern in DOCUMENTS for path in HERE.glob(pattern)})
    faults = [
        f"{path.relative_to(HERE)}: {fault}" for path in documents for fault in broken_links(path)
    ]
    if arguments == ["--paths"]:
        faults += [f"{ARCHITECTURE}: {fault}" for fault in missing_paths(HERE / ARCHITECTURE)]
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
