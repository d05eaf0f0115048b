"""Files and writers that a function has opened, has written to, and closes without looking at the error."""

from __future__ import annotations

import re
from typing import Protocol

from defermod.codemod import Binding, Node
from defermod.golang.defuse import assigns
from defermod.golang.statements import statements

_OPENERS = {
    "os": {"Create", "CreateTemp", "OpenFile"},
    "io/ioutil": {"TempFile"},
    "compress/gzip": {"NewWriter", "NewWriterLevel"},
    "compress/zlib": {"NewWriter", "NewWriterLevel", "NewWriterLevelDict"},
    "compress/flate": {"NewWriter", "NewWriterDict"},
    "archive/zip": {"NewWriter"},
    "archive/tar": {"NewWriter"},
    "mime/multipart": {"NewWriter"},
}
_WRITING = re.compile(r"\bO_(WRONLY|RDWR|APPEND|CREATE|TRUNC)\b")
_READS = frozenset({"Close", "Name", "Stat", "Fd", "Read", "ReadAt", "Seek", "FormDataContentType", "Boundary"})


class Names(Protocol):
    """The meanings of a file's names, as a ``Context`` has them."""

    def binding(self, identifier: Node) -> Binding | None:
        """Return the variable that an identifier refers to."""

    def names_package(self, identifier: Node, path: str) -> bool:
        """Return True if an identifier is the name under which the file imports ``path``."""


def closed_unseen(names: Names, function: Node, defer: Node) -> Binding | None:
    """The variable whose Close a ``defer`` of a function calls, if its error tells whether writing has failed and
    nobody sees it.
    """
    closed = _closed(names, defer)
    return closed if closed is not None and _is_written(names, function, closed) else None


def _closed(names: Names, defer: Node) -> Binding | None:
    """The local variable whose Close is deferred, alone or as the one statement of a literal."""
    call = defer.named_children[0]
    called = call.need("function")
    if called.kind == "func_literal":
        body = statements(called.need("body"))
        if len(body) != 1 or body[0].kind != "expression_statement" or call.need("arguments").named_children:
            return None
        call = body[0].named_children[0]
        called = call.need("function") if call.kind == "call_expression" else call
    if called.kind != "selector_expression" or called.need("field").text != "Close":
        return None
    operand = called.need("operand")
    binding = names.binding(operand) if operand.kind == "identifier" else None
    return binding if binding is not None and binding.kind == "var" else None


def _is_written(names: Names, function: Node, closed: Binding) -> bool:
    """Return True if the function opened the variable for writing, wrote to it, and nobody asks Close or Sync."""
    if closed.function is not function or not _opened_for_writing(names, closed):
        return False
    written = False
    for use in closed.uses:
        parent = use.parent
        if parent is None or use is closed.node or assigns(use):
            continue
        if parent.kind == "argument_list":
            written = True
        elif parent.kind == "selector_expression":
            method = parent.need("field").text
            call = parent.parent
            statement = call.parent if call is not None else None
            unseen = statement is None or statement.kind in ("expression_statement", "defer_statement")
            if method in ("Close", "Sync") and not unseen:
                return False
            written = written or method not in _READS
        else:
            return False  # stored, returned, compared: another may close it
    return written


def _opened_for_writing(names: Names, closed: Binding) -> bool:
    declaration = closed.node.parent.parent if closed.node.parent is not None else None
    if declaration is None or declaration.kind not in ("short_var_declaration", "assignment_statement"):
        return False
    values = declaration.need("right").named_children
    if (
        len(values) != 1
        or values[0].kind != "call_expression"
        or closed.node is not declaration.need("left").named_children[0]
    ):
        return False
    called = values[0].need("function")
    if called.kind != "selector_expression":
        return False
    for path, makers in _OPENERS.items():
        if called.need("field").text in makers and names.names_package(called.need("operand"), path):
            return called.need("field").text != "OpenFile" or _WRITING.search(values[0].text) is not None
    return False
