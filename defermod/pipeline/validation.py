"""Validators and tests judge the results of a run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from defermod.codes import Shared
from defermod.config import Settings
from defermod.model import (
    FileResult,
    Finding,
    Hazard,
    Problem,
    Safety,
    Status,
)
from defermod.pipeline.joint import withdraw_parts
from defermod.pipeline.unit import Unit

if TYPE_CHECKING:
    from defermod.toolchain.go import Go
    from defermod.toolchain.validate import Refix, Validation


def needs_go(results: Iterable[FileResult], settings: Settings) -> bool:
    """Return True if the requested validation needs Go."""
    if settings.verify:
        return any(result.changed or any(found.fix for found in result.findings) for result in results)
    return bool(settings.validate) and any(result.changed for result in results)


def validate_units(units: list[Unit], refix: Refix, go: Go, settings: Settings) -> None:
    """Validate the units' results; fixes that validators or tests reject are dropped.

    A result from which fixes were dropped is validated again.
    """
    _judge_once(units, refix, go, settings)
    while withdraw_parts(units, refix, unsafe_fixes=settings.unsafe_fixes):
        against = {unit.path: [validation for validation in unit.validations if validation.message] for unit in units}
        _judge_once(units, refix, go, settings)
        for unit in units:
            unit.validations = tuple(dict.fromkeys((*against[unit.path], *unit.validations)))


def _judge_once(units: list[Unit], refix: Refix, go: Go, settings: Settings) -> None:
    results = [unit.result for unit in units]
    validations: dict[str, tuple[Validation, ...]] = {}
    if settings.validate:
        from defermod.toolchain.validate import validate

        named = frozenset(settings.validate)
        results, validations = validate(results, go=go, refix=refix, cwd=Path.cwd(), validators=named)
        results = [vouched(result, validations.get(result.path, ())) for result in results]
    if settings.verify and any(result.changed for result in results):
        from defermod.toolchain.verify import verify

        results, tested = verify(results, go=go, cwd=Path.cwd(), timeout=settings.verify_timeout)
        validations |= {path: (*validations.get(path, ()), validation) for path, validation in tested.items()}
    for unit, result in zip(units, results, strict=True):
        unit.result, unit.validations = result, validations.get(unit.path, unit.validations)


def vouched(result: FileResult, validations: Sequence[Validation]) -> FileResult:
    """Return the result; without its changes, and with a problem, if a requested validator could not check the file."""
    from defermod.toolchain.validate import ValidationStatus

    blind = [validation for validation in validations if validation.status is ValidationStatus.SKIPPED]
    if not blind or not result.changed:
        return result
    first = blind[0]
    findings = tuple(_unvouched(f, first) if f.status is Status.FIXED else f for f in result.findings)
    cure = "--unsafe-fixes --validate gofmt does without vet"
    message = f"undecided, because {first.validator} could not look at it: {first.message}; {cure}"
    return replace(result, after=result.before, findings=findings).with_problem(Problem(message))


def _unvouched(finding: Finding, validation: Validation) -> Finding:
    assert finding.fix is not None
    hazard = Hazard(Shared.NOT_VETTED, f"{validation.validator} could not look at the file: {validation.message}")
    fix = replace(finding.fix, safety=Safety.UNSAFE, hazards=(hazard, *finding.fix.hazards), assumes=(), proof="")
    return replace(finding, outcome=fix, status=Status.UNDECIDED)
