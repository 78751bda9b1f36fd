"""What a till or a server writes is for its owner only, by modes or by Windows' access lists."""

import os
import stat
import sys
from pathlib import Path

import pytest

from pos_tui.files import owner
from pos_tui.files.access_lists import is_kept_from_others, owners_list, restrict

USER = "S-1-5-21-1-2-3-1001"
INHERITED_IN_A_PROFILE = f"D:AI(A;ID;FA;;;SY)(A;ID;FA;;;BA)(A;ID;FA;;;{USER})"
ON_THE_DISKS_ROOT = "D:AI(A;ID;FA;;;BA)(A;ID;FA;;;SY)(A;ID;0x1200a9;;;BU)(A;ID;0x1301bf;;;AU)"

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has lists, not modes")
windows = pytest.mark.skipif(sys.platform != "win32", reason="the access lists are Windows'")


def refuse(path: Path) -> str:
    raise OSError(f"{path.name}: FAT has none")


class Lists:
    """Access lists as Windows would keep them, in memory."""

    def __init__(self) -> None:
        self.of: dict[str, str] = {}
        self.short = USER

    def user(self) -> str:
        return USER

    def read(self, path: Path) -> str:
        return self.of.get(path.name, ON_THE_DISKS_ROOT)

    def write(self, path: Path, sddl: str) -> None:
        self.of[path.name] = sddl

    def spelled(self, sddl: str) -> str:
        return sddl.replace(USER, self.short)


@pytest.fixture
def lists(monkeypatch: pytest.MonkeyPatch) -> Lists:
    lists = Lists()
    monkeypatch.setattr(owner, "_access_lists", lambda: lists)
    return lists


def test_new_files_and_folders_are_their_owners(lists: Lists, tmp_path: Path) -> None:
    owner.make_private_folder(tmp_path / "till")
    owner.write_for_owner(tmp_path / "till" / "journal.key", b"key")
    owner.make_private_file(tmp_path / "till" / "books.db")
    for_a_file = f"D:P(A;;FA;;;{USER})(A;;FA;;;SY)(A;;FA;;;BA)"
    for_a_folder = f"D:P(A;OICI;FA;;;{USER})(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)"
    assert lists.of == {"till": for_a_folder, "journal.key": for_a_file, "books.db": for_a_file}


def test_what_was_there_keeps_what_its_operator_gave_it(lists: Lists, tmp_path: Path) -> None:
    (tmp_path / "server").mkdir()
    owner.make_private_folder(tmp_path / "server")
    owner.make_private_folder(tmp_path / "log", owner.OWNER_AND_GROUP)
    assert lists.of == {}


def test_a_list_that_lets_in_others_is_narrowed_and_a_profiles_is_not(
    lists: Lists, tmp_path: Path
) -> None:
    lists.of["narrow"] = INHERITED_IN_A_PROFILE
    for name in ("narrow", "wide"):
        (tmp_path / name).touch()
    owner.restrict_to_owner(tmp_path / "narrow", tmp_path / "wide")
    assert lists.of["narrow"] == INHERITED_IN_A_PROFILE
    assert lists.of["wide"] == owners_list(USER, is_folder=False)
    assert owner.is_owners_only(tmp_path / "wide")


def test_a_user_with_a_short_name_is_the_same_user(tmp_path: Path) -> None:
    lists = Lists()
    lists.short = "LA"
    lists.of[tmp_path.name] = "D:P(A;OICI;FA;;;LA)(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)"
    assert is_kept_from_others(lists, tmp_path)


@pytest.mark.parametrize("everybody", ["D:NO_ACCESS_CONTROL", "", "D:P(A;;FA;;;WD)"])
def test_a_file_without_a_list_is_everybodys(everybody: str, tmp_path: Path) -> None:
    lists = Lists()
    lists.of[tmp_path.name] = everybody
    assert not is_kept_from_others(lists, tmp_path)
    restrict(lists, tmp_path)
    assert is_kept_from_others(lists, tmp_path)


def test_a_disk_that_keeps_no_lists_stops_nothing(lists: Lists, tmp_path: Path) -> None:
    lists.read = refuse  # type: ignore[method-assign]
    owner.write_for_owner(tmp_path / "journal.key", b"key")
    assert (tmp_path / "journal.key").read_bytes() == b"key"


@windows
def test_windows_keeps_the_list(tmp_path: Path) -> None:
    from pos_tui.files.access_lists import windows_access_lists  # type: ignore[attr-defined]

    lists = windows_access_lists()
    assert lists.user().startswith("S-1-5-")
    path = tmp_path / "收据.json"
    path.touch()
    lists.write(path, f"D:P(A;;FA;;;{lists.user()})(A;;FR;;;WD)")
    assert not owner.is_owners_only(path)
    owner.restrict_to_owner(path)
    assert owner.is_owners_only(path)
    owner.write_for_owner(tmp_path / "new.key", b"key")
    owner.make_private_folder(tmp_path / "new")
    assert owner.is_owners_only(tmp_path / "new.key")
    assert owner.is_owners_only(tmp_path / "new")


@windows
def test_windows_says_what_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        owner.is_owners_only(tmp_path / "gone")


@posix
def test_modes_where_there_are_modes(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        owner.make_private_folder(tmp_path / "till")
        owner.write_for_owner(tmp_path / "till" / "key", b"key")
        (tmp_path / "wide").touch(0o666)
        owner.restrict_to_owner(tmp_path / "wide", tmp_path / "not there")
    finally:
        os.umask(before)
    found = [tmp_path / "till", tmp_path / "till" / "key", tmp_path / "wide"]
    assert [stat.S_IMODE(path.stat().st_mode) for path in found] == [0o700, 0o600, 0o600]
    assert all(map(owner.is_owners_only, found))
