"""One file on its way through the stages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from defermod.model import (
    FileResult,
)
from defermod.pipeline.pool import Job

if TYPE_CHECKING:
    from defermod.toolchain.validate import Verdict


@dataclass(slots=True)
class Unit:
    """One file on its way through the stages: what is asked of the engine, and all that is known of it."""

    job: Job
    result: FileResult
    """The engine's, as the stages have left it."""
    named: bool = False
    """Says whether the user named the file itself, so that its errors are asked for."""
    verdicts: tuple[Verdict, ...] = ()
    """The verdicts of the validators; empty if none was asked."""

    @property
    def path(self) -> str:
        return self.job.path
