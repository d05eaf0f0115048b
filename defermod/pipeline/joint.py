"""Rules that look at whole packages: their view of the package, and fixes of several files, applied all or none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from defermod.codes import Shared
from defermod.files import FileError, content
from defermod.golang.function_names import package_name
from defermod.model import FileResult, Finding, FindingKey, Joint, PackageFile, Refusal, Status

if TYPE_CHECKING:
    from defermod.pipeline.unit import Unit
    from defermod.toolchain.validate import Refix


def show_packages(units: Iterable[Unit]) -> None:
    """Give the units' jobs the other files of their packages, as the run has read them or from the disk."""
    by_place = _by_place(units)
    here = {place: unit.job.text for place, unit in by_place.items()}
    folders = {folder: _texts(folder, here) for folder in {place.parent for place in here}}
    for place, unit in by_place.items():
        clause = package_name(unit.job.text)
        package = tuple(
            PackageFile(name, text)
            for name, text in folders[place.parent].items()
            if name != place.name and (text is None or package_name(text) == clause)
        )
        unit.job = replace(unit.job, options=replace(unit.job.options, file_name=place.name, package=package))


def _texts(folder: Path, here: Mapping[Path, bytes]) -> dict[str, bytes | None]:
    """The Go files of a directory by name; None for one that can't be read."""
    found: dict[str, bytes | None] = {}
    for place in sorted(folder.glob("*.go")):
        if place.name.startswith(("_", ".")):
            continue
        try:
            found[place.name] = here[place] if place in here else content(str(place))[0]
        except FileError:
            found[place.name] = None
    return found


def withdraw_parts(units: Iterable[Unit], refix: Refix, *, unsafe_fixes: bool) -> bool:
    """Withdraw the fixes that belong to changes of which another part is not made; return True if there were any.

    The units' jobs remember them, and their results are made anew without; as that may take other parts away, again
    until all that is left is whole.
    """
    by_place = _by_place(units)
    found = False
    while withdrawn := _withdrawn(by_place, unsafe_fixes):
        found = True
        for place, refusals in withdrawn.items():
            unit = by_place[place]
            unit.job = replace(unit.job, withdrawn=(*unit.job.withdrawn, *refusals.items()))
            rejected = frozenset(f.span.start for f in unit.result.findings if f.status is Status.REJECTED)
            unit.result = replace(refix(unit.result, rejected), problems=unit.result.problems)
    return found


def _withdrawn(by_place: Mapping[Path, Unit], unsafe_fixes: bool) -> dict[Path, dict[FindingKey, Refusal]]:
    """Return the fixed findings whose other parts are missing, by file, each with its new explanation."""

    @cache
    def missing(folder: Path, rule: str, joint: Joint) -> tuple[str, str] | None:
        for name in joint.files:
            if why := _why_not_made(by_place.get(folder / name), rule, joint, unsafe_fixes):
                return name, why
        return None

    found: dict[Path, dict[FindingKey, Refusal]] = {}
    for place, unit in by_place.items():
        for finding in unit.result.findings:
            joint = _joint(finding)
            if joint is None or finding.status is not Status.FIXED:
                continue
            if gap := missing(place.parent, finding.rule, joint):
                refusal = Refusal(Shared.PART_MISSING, f"its part in {gap[0]} is not made: {gap[1]}")
                found.setdefault(place, {})[finding.key] = refusal
    return found


def _why_not_made(unit: Unit | None, rule: str, joint: Joint, unsafe_fixes: bool) -> str:
    """Return the reason why a file's part of a change is not made; empty if it is made."""
    if unit is None:
        return "this run does not look at that file, or passes it over"
    parts = [finding for finding in unit.result.findings if finding.rule == rule and _joint(finding) == joint]
    if not parts:
        return "a comment silences it, it is refused there, or only other lines were asked for"
    left = [finding.status for finding in parts if finding.status is not Status.FIXED]
    if not left:
        return ""
    if left[0] is Status.REJECTED:
        return "a validator rejects it"
    if left[0] is Status.UNSAFE and not unsafe_fixes:
        return "it is unsafe there"
    return "it was left out, or another fix is in its way"


def parts(file: FileResult) -> set[tuple[Path, str, Joint]]:
    """Return the changes to several files of which this file's part is made, with directory and rule."""
    folder = Path(file.path).absolute().parent
    made = [finding for finding in file.findings if finding.status is Status.FIXED]
    return {(folder, finding.rule, joint) for finding in made if (joint := _joint(finding)) is not None}


def _joint(finding: Finding) -> Joint | None:
    return finding.fix.joint if finding.fix is not None else None


def _by_place(units: Iterable[Unit]) -> dict[Path, Unit]:
    return {Path(unit.path).absolute(): unit for unit in units}
