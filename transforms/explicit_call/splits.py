"""The compiler's word on splits: a defer that was to become open-coded, and does not, is no reason to move code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from defermod.codemod import Edit, Finding
from defermod.lines import line_of
from defermod.model import FileResult, Shift, apply_edits
from defermod.rewrite.explicit.split import TITLE

from ..hotness import OPEN_CODED

if TYPE_CHECKING:
    from defermod.toolchain.go import Go


def unconfirmed_splits(results: Iterable[FileResult], go: Go) -> dict[str, tuple[int, ...]]:
    """The 1-based lines, in the texts before, of defers that a split is for and that the compiler does not call
    open-coded after it, by path; files without any have no entry.

    The texts with their splits, and without any other fix, are compiled through an overlay; nothing is written, linked
    or run.  A file that is not compiled here, and a generic function that nothing instantiates, confirm nothing.
    """
    from defermod.toolchain.defer_kinds import defer_kinds

    found: dict[str, set[int]] = {}
    waiting = {result.path: list(_splits(result)) for result in results}
    before = {result.path: result.before for result in results}
    while waiting := {path: splits for path, splits in waiting.items() if splits}:
        chosen = {path: _disjoint(splits) for path, splits in waiting.items()}
        edits = {path: _edits(splits) for path, splits in chosen.items()}
        texts = {path: apply_edits(before[path], edits[path]) for path in chosen}
        kinds = defer_kinds(go, {Path(path): texts[path] for path in chosen})
        for path, splits in chosen.items():
            said, shift = dict(kinds.get(Path(path), ())), Shift(edits[path])
            for finding in splits:
                at = line_of(texts[path], shift.moved(finding.span.start))
                if said.get(at) != OPEN_CODED:
                    found.setdefault(path, set()).add(line_of(before[path], finding.span.start))
        waiting = {path: [f for f in splits if f not in chosen[path]] for path, splits in waiting.items()}
    return {path: tuple(sorted(lines)) for path, lines in found.items()}


def compiled_now(results: Iterable[FileResult], go: Go) -> dict[str, tuple[tuple[int, str], ...]]:
    """The 1-based lines of defers that a split is for, and what the compiler makes of them as they are, by path.

    It counts returns when it has optimised them: those of constants may have become one.
    """
    from defermod.toolchain.defer_kinds import defer_kinds

    before = {result.path: result.before for result in results}
    lines = {
        result.path: {line_of(result.before, finding.span.start) for finding in splits}
        for result in results
        if (splits := list(_splits(result)))
    }
    kinds = defer_kinds(go, {Path(path): before[path] for path in lines}) if lines else {}
    return {
        path: tuple((line, kind) for line, kind in kinds.get(Path(path), ()) if line in wanted)
        for path, wanted in lines.items()
    }


def _splits(result: FileResult) -> Iterable[Finding]:
    return (finding for finding in result.findings if finding.fix is not None and finding.fix.title == TITLE)


def _disjoint(splits: Sequence[Finding]) -> list[Finding]:
    """Those whose fixes can be made together: the first ones, and the others of the same fixes."""
    chosen: list[Finding] = []
    taken: list[tuple[int, int, tuple[Edit, ...]]] = []
    for finding in splits:
        assert finding.fix is not None
        edits = finding.fix.edits
        start, end = edits[0].start, edits[-1].end
        if all(edits == others or end < first or last < start for first, last, others in taken):
            chosen.append(finding)
            taken.append((start, end, edits))
    return chosen


def _edits(splits: Sequence[Finding]) -> list[Edit]:
    different = dict.fromkeys(finding.fix.edits for finding in splits if finding.fix is not None)
    return [edit for edits in sorted(different, key=lambda each: each[0].start) for edit in edits]
