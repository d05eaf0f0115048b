"""The language server: findings as diagnostics, fixes as code actions, in any editor that speaks LSP.

It needs the extra ``lsp`` (pygls).  Nothing here is imported by any other command.
"""

from __future__ import annotations


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
        create().start_io()
    finally:
        end_running()  # the threads that wait for Go are waited for before anything else is tidied up
