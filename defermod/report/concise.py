"""``--output-format concise``: a line per finding, ``path:line:col: rule message [status]``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from defermod.printable import without_commands
from defermod.report.places import Places, printable

if TYPE_CHECKING:
    from defermod.pipeline.request import RunResult


def render(run: RunResult) -> str:
    """The findings, a line each; nothing at all where there are none."""
    lines: list[str] = []
    for result in run.files:
        places = Places(result.before)
        for finding in result.findings:
            line, column = places.position(finding.span.start)
            detail = f": {finding.refusal.code}" if finding.refusal else ""
            lines.append(
                f"{printable(result.path)}:{line}:{column}: {finding.rule} {finding.message}"
                f" [{finding.status.value}{detail}]\n"
            )
    return without_commands("".join(lines))
