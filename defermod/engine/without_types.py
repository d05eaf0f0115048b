"""Results without types: all verdicts that depend on types are undecided.

The analyses of the text alone find the defers, and make the fixes that types may allow.  They can't decide whether a
fix is safe, nor whether a hazard seen in the text would remain with types.
"""

from __future__ import annotations

from dataclasses import replace

from defermod.codes import SETTLED_BY_TEXT, Shared
from defermod.model import FileResult, Finding, Fix, Hazard, Refusal, Safety, Status

_SENTENCE = "Go's types were not asked, and the text alone can't tell"
_IN_VAIN = "Go's types can't be had, and the text alone can't tell"


def without_types(result: FileResult, *, keep: bool) -> FileResult:
    """Return the result of an analysis without type facts; whatever the text doesn't settle is undecided.

    ``keep``: keep the fixes in the new text, for a user who accepts unsafe fixes.
    """
    findings = tuple(_undecided(finding, keep) for finding in result.findings)
    return replace(result, findings=findings, after=result.after if keep else result.before)


def _undecided(finding: Finding, keep: bool) -> Finding:
    match finding.outcome:
        case Refusal(code=code, settled=settled):
            if settled or code in SETTLED_BY_TEXT:
                return finding
            return replace(finding, outcome=Refusal(Shared.NO_TYPES, _SENTENCE), status=Status.UNDECIDED)
        case Fix() as fix:
            # A rule's own word on what it misses without types says the same.
            others = (hazard for hazard in fix.hazards if hazard.code != Shared.NO_TYPES)
            hazards = (Hazard(Shared.NO_TYPES, _SENTENCE, finding.span), *others)
            doubted = replace(fix, safety=Safety.UNSAFE, hazards=hazards, assumes=(), proof="")
            stays = finding.status is Status.REJECTED or (keep and finding.status is Status.FIXED)
            return replace(finding, outcome=doubted, status=finding.status if stays else Status.UNDECIDED)


def in_vain(result: FileResult) -> FileResult:
    """Return the result of ``without_types`` with findings that say that types were asked for, and not to be had."""
    return replace(result, findings=tuple(map(_asked_in_vain, result.findings)))


def _asked_in_vain(finding: Finding) -> Finding:
    match finding.outcome:
        case Refusal(code=Shared.NO_TYPES) as refusal:
            return replace(finding, outcome=replace(refusal, explanation=_IN_VAIN))
        case Fix(hazards=(Hazard(code=Shared.NO_TYPES) as hazard, *others)) as fix:
            return replace(finding, outcome=replace(fix, hazards=(replace(hazard, sentence=_IN_VAIN), *others)))
        case _:
            return finding
