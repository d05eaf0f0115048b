"""``--output-format text``: for people.

    path:line:col: rule message
        the source line
        ^^^^^
        fixable: what the fix does (safe: why)

and, for a finding that is left alone, the places that forbid the rewrite, each with its line.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from defermod.model import Refusal, Severity, Status
from defermod.printable import without_commands
from defermod.report.phrases import detail, label
from defermod.report.places import Places, printable
from defermod.report.reasons import Reason, grouped
from defermod.report.summary import sentence

if TYPE_CHECKING:
    from defermod.model import Finding, Hazard
    from defermod.pipeline.request import RunResult

_Painter = Callable[[str, str], str]
"""(SGR code, text) to text."""

_INDENT = "    "
_MOST_REASONS = 4
_MOST_LINES = 4
_NARROWEST = 40
_COLOURS = {
    Status.FIXED: "32",
    Status.FIXABLE: "32",
    Status.UNDECIDED: "34",
    Status.UNSAFE: "33",
    Status.REFUSED: "36",
    Status.REJECTED: "31",
}


def render(run: RunResult, *, colour: bool = False, width: int | None = None, brief: bool = False) -> str:
    """The findings, what the validators could not vouch for, and the summary line.

    ``width``: the characters of a line of the terminal, to which long sentences are wrapped.  ``brief``: leave the
    summary out.
    """
    paint = _paint if colour else _plain
    lines: list[str] = []
    for result in run.files:
        places = Places(result.before)
        for finding in result.findings:
            lines += _finding(result.path, finding, places, paint, width)
            lines += _objections(run, result.path, finding)
    lines += _doubts(run)
    if not brief and (run.looked_at or not run.failed):  # what has failed is said by itself, on stderr
        lines += _wrapped(sentence(run), "", width)
    return without_commands("".join(f"{line}\n" for line in lines))


def _finding(path: str, finding: Finding, places: Places, paint: _Painter, width: int | None) -> Iterator[str]:
    where = paint("1", _where(path, finding.span.start, places))
    error = paint("31", "error: ") if finding.severity is Severity.ERROR else ""
    yield f"{where}: {paint('35', finding.rule)} {error}{finding.message}"
    yield _INDENT + paint("2", places.quote(finding.span.start))
    yield _INDENT + paint(_COLOURS[finding.status], places.caret(finding.span))
    said = label(finding)
    hazards = finding.fix.hazards if finding.fix and finding.status is not Status.UNDECIDED else ()
    if finding.fix and hazards:
        yield f"{_INDENT}{paint(_COLOURS[finding.status], said)}: {finding.fix.title}"
        yield from _hazards(hazards, places, width)
    else:
        first, *rest = _wrapped(f"{said}: {detail(finding)}", _INDENT, width)
        yield _INDENT + paint(_COLOURS[finding.status], said) + first[len(_INDENT) + len(said) :]
        yield from rest
    if isinstance(finding.outcome, Refusal):
        for blocker in finding.outcome.blockers:
            yield f"{_INDENT * 2}{_where(path, blocker.span.start, places)}: {blocker.note}"
            yield _INDENT * 3 + paint("2", places.quote(blocker.span.start))


def _hazards(hazards: Sequence[Hazard], places: Places, width: int | None) -> Iterator[str]:
    """Yield the reasons why a fix is unsafe: an entry each, with its code and lines; of many the first ones."""
    reasons = grouped(hazards)
    for reason in reasons[:_MOST_REASONS]:
        yield from _wrapped(f"{reason.code}{_lines(reason, places)}: {reason.sentence}", _INDENT * 2, width)
    if (more := len(reasons) - _MOST_REASONS) > 0:
        yield f"{_INDENT * 2}and {more} more; --output-format json has them all"


def _lines(reason: Reason, places: Places) -> str:
    """``, line 3`` or ``, lines 3, 5, 9 ...``; nothing where no place shows the reason."""
    numbers = list(dict.fromkeys(str(places.position(span.start)[0]) for span in reason.places))
    if not numbers:
        return ""
    shown = ", ".join(numbers[:_MOST_LINES]) + (" ..." if len(numbers) > _MOST_LINES else "")
    return f", line{'s' if len(numbers) > 1 else ''} {shown}"


def _wrapped(text: str, indent: str, width: int | None) -> list[str]:
    """The text in lines that are no longer than the terminal's, those after the first indented more."""
    if width is None or len(indent) + len(text) <= width:
        return [indent + text]
    return textwrap.wrap(
        text,
        max(width, _NARROWEST),
        initial_indent=indent,
        subsequent_indent=indent + _INDENT,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _where(path: str, offset: int, places: Places) -> str:
    line, column = places.position(offset)
    return f"{printable(path)}:{line}:{column}"


def _doubts(run: RunResult) -> Iterator[str]:
    """Yield what the validators could not look at, file by file: never to be taken for a pass."""
    for result, validations in run.validated:
        for validation in validations:
            if validation.status.value == "skipped":
                yield f"{printable(result.path)}: not checked by {validation.validator}: {validation.message}"


def _objections(run: RunResult, path: str, finding: Finding) -> Iterator[str]:
    """Yield the validators' objections to the finding's fix."""
    for validation in run.validations.get(path, ()):
        if finding.span.start in validation.rejected:
            yield f"{_INDENT * 2}{validation.validator}: {validation.message}"


def _paint(code: str, text: str) -> str:
    return f"\x1b[{code}m{text}\x1b[0m"


def _plain(_code: str, text: str) -> str:
    return text
