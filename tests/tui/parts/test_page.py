"""When the parts of pages are loaded."""

import subprocess
import sys

START = """
import sys
import pos_tui.tui.app
late = ("textual.widgets._checkbox", "pos_tui.tui.parts.page", "pos_tui.tui.parts.form")
print(*(name for name in late if name in sys.modules))
"""


def test_the_till_starts_without_them():
    run = subprocess.run([sys.executable, "-c", START], capture_output=True, text=True, check=True)
    assert run.stdout.split() == []
