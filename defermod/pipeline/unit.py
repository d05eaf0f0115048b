"""One file on its way through the stages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from defermod.model import (
    FileResult,
)
from defermod.pipeline.pool import Job

if TYPE_CHECKING:
    from defermod.toolchain.validate import Validation


@dataclass(slots=True)
class Unit:
    """One file on its way through the stages: the engine's input, and everything known about the file."""

    job: Job
    result: FileResult
    """The engine's result, as changed by the stages so far."""
    named: bool = False
    """True if the user named the file itself, so that all its errors are reported."""
    validations: tuple[Validation, ...] = ()
    """The validations of the validators; empty if none was asked."""

    @property
    def path(self) -> str:
        return self.job.path
