"""`pos-tui customer --web`, as it is typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command_line import in_chinese, typed


@pytest.fixture
def settings(tmp_path: Path) -> str:
    path = tmp_path / "till.toml"
    path.write_text("[customer]\nenabled = true\n", encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("port", ["-1", "65536", "99999999"])
def test_a_port_that_is_none_is_refused(settings, tmp_path, port):
    done = typed(
        "customer", "--web", "--settings", settings, "--data", str(tmp_path), "--port", port
    )
    assert done.returncode == 2
    assert done.stderr == f"pos-tui: {port} is no port: 0 to 65535\n"


@pytest.mark.parametrize("host", ["a b", "a..b", "x" * 70, "300.1.1.1", "8.8.8.8"])
def test_a_host_that_is_not_this_machine_is_refused_in_the_readers_language(
    settings, tmp_path, host
):
    with in_chinese():
        done = typed(
            "customer", "--web", "--settings", settings, "--data", str(tmp_path), "--host", host
        )
    assert done.returncode == 2
    assert f"无法在 {host}:8830 提供网页" in done.stderr
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


def test_a_till_that_serves_no_screens_says_how_it_would(tmp_path):
    path = tmp_path / "till.toml"
    path.write_text("", encoding="utf-8")
    done = typed("customer", "--web", "--settings", str(path), "--data", str(tmp_path))
    assert done.returncode == 2
    assert "enabled = true" in done.stderr


def test_a_data_folder_that_is_a_file_is_said(settings, tmp_path):
    data = tmp_path / "data"
    data.write_text("", encoding="utf-8")
    done = typed("customer", "--web", "--settings", settings, "--data", str(data), "--port", "0")
    assert done.returncode == 2
    assert str(data) in done.stderr
    assert done.stderr.count("\n") == 1
