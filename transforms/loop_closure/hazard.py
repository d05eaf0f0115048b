"""A reason why a deferred call may not run earlier."""

from __future__ import annotations

from dataclasses import dataclass

from defermod.codemod import Blocker, Hazard, Span


@dataclass(frozen=True, slots=True)
class ReleaseHazard:
    """One hazard of docs/semantics.md, found at one place."""

    code: str
    sentence: str
    span: Span
    """The place in the source that makes the hazard."""
    note: str
    """A few words on the effect of that place."""
    forbids: bool = True
    """False where the rewrite is probably right, and only not proven."""
    helper: str = ""
    """The ``t`` whose ``t.Helper()``, as a closure's first statement, takes the hazard away; empty if none does."""

    @property
    def blocker(self) -> Blocker:
        return Blocker(self.span, self.note)

    @property
    def value(self) -> Hazard:
        """The hazard as a fix carries it."""
        return Hazard(self.code, self.sentence, self.span)


def doubt(code: str, sentence: str, span: Span, note: str) -> ReleaseHazard:
    """A hazard that makes a fix UNSAFE instead of forbidding it."""
    return ReleaseHazard(code, sentence, span, note, forbids=False)
