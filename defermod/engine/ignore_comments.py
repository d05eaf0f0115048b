"""Write the ``//defermod:ignore`` comments that silence findings; ``suppress`` reads them."""

from __future__ import annotations

from collections.abc import Iterable

from defermod.model import Edit, Finding


def comment(rules: Iterable[str], reason: str) -> bytes:
    """Return the comment that silences ``rules``."""
    return f"//defermod:ignore {','.join(dict.fromkeys(rules))} {reason}".encode()


def above(text: bytes, findings: Iterable[tuple[Finding, str]]) -> list[Edit]:
    """Return the edits that insert a comment with rule and reason on a line above each finding."""
    return _with_comments(text, findings, line_above=True)


def behind(text: bytes, findings: Iterable[tuple[Finding, str]]) -> list[Edit]:
    """Return the same edits with comments at the ends of lines, for places where a line above would not be a
    comment.
    """
    return _with_comments(text, findings, line_above=False)


def _with_comments(text: bytes, findings: Iterable[tuple[Finding, str]], *, line_above: bool) -> list[Edit]:
    lines: dict[int, list[tuple[Finding, str]]] = {}
    for finding, reason in findings:
        lines.setdefault(text.rfind(b"\n", 0, finding.span.start) + 1, []).append((finding, reason))
    edits: list[Edit] = []
    for start, found in sorted(lines.items()):
        rules, reasons = [finding.rule for finding, _ in found], dict.fromkeys(reason for _, reason in found)
        said = comment(rules, ", ".join(reasons))
        end = text.find(b"\n", start)
        end = len(text) if end < 0 else end
        line = text[start:end]
        newline = b"\r\n" if line.endswith(b"\r") else b"\n"
        if line_above:
            indent = line[: len(line) - len(line.lstrip(b" \t"))]
            edits.append(Edit(start, start, indent + said + newline))
        else:
            at = end - line.endswith(b"\r")
            edits.append(Edit(at, at, b" " + said))
    return edits
