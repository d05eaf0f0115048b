"""Syntax errors: suspected by the grammar used here, confirmed or dismissed by Go's own parser.

The grammar lags behind the language, so an error by it proves nothing; ``gofmt -e`` has the last
word.  Without Go a suspicion counts as an error, and says that it is one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from defermod.model import FileResult, Problem, Span

if TYPE_CHECKING:
    from defermod.toolchain.go import Go

_DISMISSED = "partly not analysed: Go accepts this file, but its syntax here is not known to this program"
_UNCONFIRMED = "syntax error near here (by this program's own grammar: no go command was found to confirm it)"


def settled(result: FileResult, find_go: Callable[[], Go | None]) -> FileResult:
    """The result with every suspicion of a syntax error in it settled.

    ``find_go`` is only called if there is a suspicion.  Problems of other kinds stay as they are.
    """
    from defermod.syntax.source import Source

    errors = Source(result.before).errors()
    if not errors:
        return result
    others = [problem for problem in result.problems if problem.span not in errors]
    go = find_go()
    if go is None:
        verdict = [Problem(_UNCONFIRMED, errors[0])]
    else:
        verdict = _confirmed(go, result.before) or [Problem(_DISMISSED, errors[0], fatal=False)]
    return replace(result, problems=(*others, *verdict))


def _confirmed(go: Go, text: bytes) -> list[Problem]:
    """What Go's parser has against ``text``."""
    from defermod.toolchain.gofmt import syntax_problems

    try:
        errors = syntax_problems(go, text)
    except OSError as error:
        return [Problem(str(error))]
    # The first only: the others mostly follow from it.
    return [Problem(f"syntax error: {e.message}", _place(text, e.line, e.column)) for e in errors[:1]]


def _place(text: bytes, line: int, column: int) -> Span:
    """The empty span at a 1-based line and byte column, or at the end of a text that is shorter."""
    start = 0
    for _ in range(line - 1):
        start = text.find(b"\n", start) + 1 or len(text)
    offset = min(start + column - 1, len(text))
    return Span(offset, offset)
