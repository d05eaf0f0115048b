"""The language server: findings as diagnostics, fixes as code actions, in any editor that speaks LSP.

It needs the extra ``lsp`` (pygls).  Nothing here is imported by any other command.
"""

from __future__ import annotations

import errno
import re
import sys
from typing import Any

_MOST_MESSAGE = 256 << 20
"""Bytes of a message, as of a source."""
_MOST_HEADER = 64 << 10
_LENGTH = re.compile(rb"content-length:\s*0*(\d+)\s*", re.IGNORECASE)


class MissingExtraError(Exception):
    """The packages of the extra ``lsp`` are not installed; the message is one line for the user."""


def serve() -> None:
    """Speak the protocol on stdin and stdout until the editor says goodbye.  Raises MissingExtraError."""
    try:
        import pygls.lsp.server  # noqa: F401
    except ImportError as error:
        raise MissingExtraError(
            f"the language server needs the extra 'lsp' ({error}): pip install 'defermod[lsp]'"
        ) from error
    from defermod.lsp.server import create
    from defermod.toolchain.go import end_running

    try:
        create().start_io(stdin=_Messages(sys.stdin.buffer))  # type: ignore[arg-type]
    finally:
        end_running()  # the threads that wait for Go are waited for before anything else is tidied up


class _Messages:
    """The messages of an editor, up to one that is too large to be waited for: reading that raises OSError."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.read = stream.read

    def readline(self) -> bytes:
        line: bytes = self._stream.readline(_MOST_HEADER)
        length = _LENGTH.fullmatch(line)
        if len(line) == _MOST_HEADER or (length and (len(length[1]) > 18 or int(length[1]) > _MOST_MESSAGE)):
            raise OSError(errno.EMSGSIZE, f"the editor announces a message of more than {_MOST_MESSAGE >> 20} MiB")
        return line
