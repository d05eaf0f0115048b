"""Find the beginnings of functions in unparsed bytes; shared by the prefilters of rules.

A wrong "may be" costs a parse; a wrong "can't be" is a bug.  Whatever is not plainly well-formed (an open string, a
bad escape, braces that don't match) may be anything, and is left to the grammar.
"""

from __future__ import annotations

import re

# A literal prefix first, which the search is fast with; what stands before it is looked at afterwards.
# Beside a letter beyond ASCII the word counts although it is no word: that costs a parse at most.
DEFER = re.compile(rb"defer(?<!\wdefer)(?!\w)")
"""The word ``defer``, anywhere in the text."""
SIMPLE_TYPE = rb"(?:(?:\[\]|map\[[\w.*]*+\])[*]*+|chan )*\w++(?:\.\w++)?(?:\[[\w.*, ]*+\])?"
"""A simple type, which after a parameter list can only be a result."""

_PLAIN_LIST = rb"\([^()\n/\"'`]*+\)"
_DECLARATION = re.compile(
    rb"\n\}\n(?:(?://[^\n]*+)?\n)*"
    rb"func (?:[A-Za-z_]|"
    + _PLAIN_LIST
    + rb" (?!(?:func|chan)\()\w+\((?:[^()\n/\"'`]|"
    + _PLAIN_LIST
    + rb")*\) (?:(?:"
    + _PLAIN_LIST
    + rb"|"
    + SIMPLE_TYPE
    + rb") )?\{\n)"
)
"""The end of a declaration followed, except for comments, by the beginning of a function.

The line's end after a closing brace ends a statement.  None begins with ``func name``, and one that begins with a
``func``, a list in parentheses, a name and another such list, as ``func (x int) T(f)(func() {`` does, goes on as no
method's head does: hence nothing but a simple result, which no operator begins, and no comment or literal that
could hold the brace.
"""


def function_start(text: bytes, at: int) -> int:
    """Return the start of the function declaration around ``at``, or of one before it; 0 if neither can be told.

    What is code at ``at`` has to be so here, too: either nothing in between ends a raw string or a comment, or
    the text up to here is complete.
    """
    end = text.rfind(b"\n}\n", 0, at)
    while end >= 0:
        if _DECLARATION.match(text, end):
            return end + len(b"\n}\n")
        end = text.rfind(b"\n}\n", 0, end)
    return 0


__all__ = ["DEFER", "SIMPLE_TYPE"]
