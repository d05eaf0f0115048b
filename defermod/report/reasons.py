"""The reasons why a fix is unsafe, in as few words as possible: reasons of one kind are one sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from defermod.model import Fix, Hazard, Span

_NAMED = 2
"""Subjects beside the first that are named; the others are counted."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Hazards with one code that say the same, each of another subject."""

    code: str
    sentence: str
    """Without a final stop."""
    places: tuple[Span, ...]
    """The places that show the reason, in source order."""


def grouped(hazards: Iterable[Hazard]) -> list[Reason]:
    """The hazards as reasons, in the order in which each is first said.

    Sentences begin with their subject, one word such as ``os.Open``: those that go on alike are one.
    """
    subjects: dict[tuple[str, str], list[str]] = {}
    places: dict[tuple[str, str], set[Span]] = {}
    for hazard in hazards:
        subject, blank, rest = hazard.sentence.partition(" ")
        key = (hazard.code, rest) if blank else (hazard.code, subject)
        names = subjects.setdefault(key, [])
        if subject not in names:
            names.append(subject)
        if hazard.place is not None:
            places.setdefault(key, set()).add(hazard.place)
    return [
        Reason(code, _sentence(names, rest), tuple(sorted(places.get((code, rest), ()))))
        for (code, rest), names in subjects.items()
    ]


def reason_of(fix: Fix) -> str:
    """Return the justification of the fix's safety on one line: the reasons, or the proof."""
    return "; ".join(reason.sentence for reason in grouped(fix.hazards)) or fix.proof


def _sentence(subjects: list[str], rest: str) -> str:
    first, *others = subjects
    if not others:
        return first if first == rest else f"{first} {rest}"
    named = others[:_NAMED] if len(others) > _NAMED + 1 else others
    more = [f"{len(others) - len(named)} more"] if len(named) < len(others) else []
    *front, last = [*named, *more]
    return f"{first} {rest}; likewise {', '.join(front)}{' and ' if front else ''}{last}"
