"""``--output-format checkstyle``: the XML that Jenkins, GitLab's converters and many viewers read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from defermod import __version__
from defermod.model import Severity
from defermod.report.phrases import outcome
from defermod.report.places import Places, printable

if TYPE_CHECKING:
    from defermod.pipeline.request import RunResult

_SEVERITY = {Severity.WARNING: "warning", Severity.ERROR: "error"}
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML document may hold, not even escaped."""


def render(run: RunResult) -> str:
    """One document, ending in a newline; columns are 1-based Unicode code points, as checkstyle counts them."""
    root = ET.Element("checkstyle", version=__version__)
    for result in run.files:
        if not result.findings:
            continue
        file = ET.SubElement(root, "file", name=_clean(printable(result.path)))
        places = Places(result.before)
        for finding in result.findings:
            line, column = places.character(finding.span.start)
            ET.SubElement(
                file,
                "error",
                line=str(line),
                column=str(column),
                severity=_SEVERITY[finding.severity],
                message=_clean(f"{finding.message}; {outcome(finding)}"),
                source=f"defermod.{finding.rule}",
            )
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=False).join(
        ('<?xml version="1.0" encoding="UTF-8"?>\n', "\n")
    )


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("�", text)
