"""Syntax errors: suspected by the grammar used here, confirmed or dismissed by Go's own parser.

The grammar lags behind the language, so its errors prove nothing; ``gofmt -e`` decides.
Without Go a suspected error counts as an error, and its message says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from defermod.model import FileResult, Problem, ProblemKind, Span

if TYPE_CHECKING:
    from defermod.toolchain.go import Go

_DISMISSED = (
    "a function with a defer is not analysed: Go accepts the file, but its syntax here is not known to this program;"
    " please report it with these lines"
)
_UNCONFIRMED = "syntax error near here (by this program's own grammar: no go command was found to confirm it)"


_SYNTAX = (ProblemKind.SYNTAX_BLIND, ProblemKind.SYNTAX_ELSEWHERE)


def confirm_syntax_errors(result: FileResult, find_go: Callable[[], Go | None]) -> FileResult:
    """Return the result with every suspected syntax error confirmed or dismissed.

    ``find_go`` is only called if there is a suspicion.  Problems of other kinds stay as they are.
    """
    suspicions = [problem for problem in result.problems if problem.kind in _SYNTAX]
    if not suspicions:
        return result
    others = [problem for problem in result.problems if problem.kind not in _SYNTAX]
    go = find_go()
    if go is None:
        verdict = [Problem(_UNCONFIRMED, suspicions[0].span)]
    else:
        verdict = _confirmed(go, result.before) or _dismissed(suspicions)
    return replace(result, problems=(*others, *verdict))


def suspected(text: bytes) -> tuple[Problem, ...]:
    """Return the suspected syntax error, if there is one, in a text that the engine has skipped."""
    from defermod.syntax.source import Source

    errors = Source(text).errors()
    message = "the grammar does not understand this"
    return tuple(Problem(message, error, False, ProblemKind.SYNTAX_ELSEWHERE) for error in errors[:1])


def _dismissed(suspicions: list[Problem]) -> list[Problem]:
    """Return the problems that remain if Go accepts the file: a place that may contain a finding was not analysed."""
    blind = [problem for problem in suspicions if problem.kind is ProblemKind.SYNTAX_BLIND]
    return [Problem(_DISMISSED, blind[0].span, kind=ProblemKind.SYNTAX_BLIND)] if blind else []


def _confirmed(go: Go, text: bytes) -> list[Problem]:
    """Return the complaints of Go's parser about ``text``."""
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
