"""Makes text from outside (file names, source, other programs' output) harmless for terminals and CI logs."""

from __future__ import annotations

import re

_OLD_COMMAND = "##["
"""Text that GitHub's runner takes for a command anywhere in a line."""
_COMMAND_LINE = re.compile(r"^([^\S\n]*)::", re.MULTILINE)


def printable(text: str) -> str:
    """Return ``text`` on one line with control characters escaped: a source file must not control the terminal."""
    if not text.isprintable():
        text = "".join(
            c if c.isprintable() else " " if c == "\t" else c.encode("unicode_escape").decode() for c in text
        )
    return text.replace(_OLD_COMMAND, "##\\[") if _OLD_COMMAND in text else text


def without_commands(lines: str) -> str:
    """``lines`` with none that GitHub's runner takes for a workflow command, as it does those that begin with ``::``.

    What begins so is a path or a quotation; a path means the same with ``./`` before it.
    """
    return _COMMAND_LINE.sub(r"\1./::", lines) if "::" in lines else lines
