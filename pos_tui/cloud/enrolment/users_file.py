"""The file of Redis' users: a line each, hashes only, replaced in one step by one writer."""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from filelock import FileLock

from pos_tui.cloud.enrolment.users import EnrolmentError, User, parse_user
from pos_tui.files.owner import open_private
from pos_tui.files.replacing import replace_file
from pos_tui.reasons import Reason, because


class UsersFile:
    """Redis' aclfile, or the copy of it that is taken to every node.

    Lines of users that were made by others stay as they are.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other operators out between reading the file and writing it. Raises OSError."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # Beside it, for the file itself is another one after every change.
        with FileLock(self.path.with_name(f".{self.path.name}.lock")):
            yield

    def read(self) -> dict[str, User]:
        """Every user of the file by name; none without a file. Raises EnrolmentError, OSError."""
        users: dict[str, User] = {}
        try:
            text = self.path.read_text(encoding="utf-8", errors="surrogateescape")
        except FileNotFoundError:
            return users
        for number, line in enumerate(text.split("\n"), 1):
            if not line.strip():
                continue
            try:
                user = parse_user(line)
            except EnrolmentError as error:
                raise self._refused(number, error.reason) from error
            if user.name in users:
                raise self._refused(number, because("enrol.user_twice", name=user.name))
            users[user.name] = user
        return users

    def _refused(self, number: int, why: Reason) -> EnrolmentError:
        return EnrolmentError("enrol.line_refused", path=str(self.path), line=number, why=why)

    def check(self) -> None:
        """Notice before anything is changed that the file could not be. Raises EnrolmentError."""
        folder = self.path.parent
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK):
            raise EnrolmentError(
                "enrol.folder_not_writable", folder=str(folder), name=self.path.name
            )
        if sys.platform != "win32" and os.geteuid() != 0 and self.path.exists():
            owner = self.path.stat().st_uid
            if owner != os.geteuid():
                # Redis could not read the new file, and would not start any more.
                raise EnrolmentError("enrol.another_owner", path=str(self.path), number=owner)

    def write(self, users: Iterable[User]) -> None:
        """Replace the file once the new one is on the disk. Raises OSError."""
        lines = sorted(user.line() for user in users)
        beside = self.path.with_name(f".{self.path.name}.{secrets.token_hex(4)}.new")
        handle = open_private(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write("".join(f"{line}\n" for line in lines).encode(errors="surrogateescape"))
                file.flush()
                os.fsync(file.fileno())
            if sys.platform != "win32" and self.path.exists():
                before = self.path.stat()
                with contextlib.suppress(PermissionError):  # of the group; check() saw the owner
                    os.chown(beside, before.st_uid, before.st_gid)
            replace_file(beside, self.path)
        finally:
            beside.unlink(missing_ok=True)
        if sys.platform != "win32":
            folder = os.open(self.path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
