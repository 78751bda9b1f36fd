"""The payment formats that the gateway sorts codes by; a file of them is read when it changes."""

from __future__ import annotations

import logging
from pathlib import Path

from pos_tui.codes.payment import FormatsError, PaymentFormats, parse_formats
from pos_tui.reasons import reason_of
from pos_tui.settings import SettingsError, payment_formats_text

_log = logging.getLogger(__name__)


class PaymentFormatsFile:
    """The program's table, or the one in a file."""

    def __init__(self, path: Path | None) -> None:
        """Raises SettingsError for a table that cannot be used."""
        self._path = path
        self._stamp = self._look()
        try:
            self._formats = parse_formats(payment_formats_text(path))
        except FormatsError as error:
            why = reason_of(error)
            raise SettingsError("gateway_settings.formats_file", why=why) from error

    def current(self) -> PaymentFormats:
        """The table as it was last read."""
        return self._formats

    def refresh(self) -> None:
        """Read a file again that has changed; one that cannot be used changes nothing."""
        stamp = self._look()
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._formats = parse_formats(payment_formats_text(self._path))
        except (FormatsError, SettingsError) as error:
            _log.error("the payment formats stay as they were: %s", error)

    def _look(self) -> tuple[int, int] | None:
        if self._path is None:
            return None
        try:
            stat = self._path.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size
