"""``--output-format github``: workflow commands, which GitHub Actions shows as annotations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from defermod.model import Severity
from defermod.report.phrases import outcome
from defermod.report.places import Places, printable

if TYPE_CHECKING:
    from defermod.model import Finding
    from defermod.pipeline.request import RunResult

_LEVEL = {Severity.WARNING: "warning", Severity.ERROR: "error"}


def render(run: RunResult) -> str:
    """A ``::warning ...`` or ``::error ...`` line for each finding."""
    lines: list[str] = []
    for result in run.files:
        places = Places(result.before)
        lines += [_command(result.path, finding, places) for finding in result.findings]
    return "".join(lines)


def _command(path: str, finding: Finding, places: Places) -> str:
    line, column = places.position(finding.span.start)
    end_line, end_column = places.position(finding.span.end)
    properties = {"file": path, "line": line, "endLine": end_line}
    if line == end_line:
        # GitHub rejects columns on an annotation of several lines.  endColumn is inclusive there.
        properties |= {"col": column, "endColumn": max(column, end_column - 1)}
    properties["title"] = f"defermod ({finding.rule})"
    said = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    return f"::{_LEVEL[finding.severity]} {said}::{_data(f'{finding.message}; {outcome(finding)}')}\n"


def _data(text: str) -> str:
    """Escaped as the runner unescapes a command's message."""
    return printable(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    """Escaped as the runner unescapes a command's property."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
