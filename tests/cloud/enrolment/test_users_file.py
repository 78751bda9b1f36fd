"""The file of Redis' users, as it is written, checked and read again."""

from pathlib import Path

from pos_tui.cloud.enrolment.users import User
from pos_tui.cloud.enrolment.users_file import UsersFile
from pos_tui.files.owner import is_owners_only


def test_users_are_written_in_one_step_and_for_their_owner_only(tmp_path: Path) -> None:
    file = UsersFile(tmp_path / "redis" / "users.acl")
    users = [User("relay", ("on", "~*")), User("default", ("off",))]
    with file.locked():
        file.check()
        file.write(users[:1])
        file.write(users)
    file.check()
    assert sorted(file.read()) == ["default", "relay"]
    assert is_owners_only(file.path)
    names = {path.name for path in file.path.parent.iterdir()}
    assert names - {".users.acl.lock"} == {"users.acl"}
