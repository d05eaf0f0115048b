"""Values that travel to and from workers: plain ones that every pickle and every version can read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

TREE = "{tree}"
"""Stands in a command for the directory that the repository's files are in."""
SHIPPED = "{shipped}"
"""Stands in a command for the directory that the shipped files are in."""

SETTINGS_PREFIX = ".defermod-fleet-"
"""Begins the name of a shipped file of settings in a repository's tree."""


class FleetError(Exception):
    """The fleet's work can't be done as asked; one line for the user."""


class RepositoryError(Exception):
    """One repository can't be looked at; ``code`` is one of ``CODES``."""

    def __init__(self, code: str, message: str, *, transient: bool = False) -> None:
        super().__init__(message)
        self.code, self.transient = code, transient


@dataclass(frozen=True, slots=True)
class Target:
    """A repository to look at."""

    key: str
    """Its name in the file of results: the clone address, or the absolute path of a directory."""
    location: str
    """A URL that git can clone, or the absolute path of a directory."""
    is_directory: bool
    revision: str = ""
    """A branch, tag or commit; empty for what the remote's HEAD, or the directory's, names."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The resources that one repository may take; None is no limit."""

    seconds: float | None = 600.0
    memory: int | None = None
    """Bytes, for all processes of the command together."""


@dataclass(frozen=True, slots=True)
class Part:
    """Some modules of a large repository."""

    commit: str
    """The commit, or the contents of a plain directory, that the repository was divided at."""
    modules: tuple[str, ...]
    """Directories relative to the root, as PATHS."""


@dataclass(frozen=True, slots=True)
class Task:
    """All that a worker has to know."""

    target: Target
    command: tuple[str, ...]
    """The command line after ``defermod``, without PATHS that depend on the repository."""
    every_module: bool
    """True if the command names no PATHS, so it gets the repository's modules."""
    previews: bool
    """True if fixes count as fixable only: the command was given with ``--diff``."""
    jobs: int | None
    """Processes that the command may use; None if its own flag sets the number, or if it has no such flag."""
    limits: Limits
    cache: str | None
    """The directory of clones and trees; None for the worker's own."""
    most_lines: int | None = None
    """Lines of Go above which a repository of several modules is divided; None: never."""
    part: Part | None = None
    """The modules to look at; None for all of them."""
    program: str | None = None
    """The defermod to run; None for the worker's own."""
    shipped: tuple[tuple[str, bytes], ...] = ()
    """Files of the coordinator's machine that the command reads, by their plain names."""


@dataclass(slots=True)
class Outcome:
    """The outcome for one repository."""

    key: str
    state: str
    """``done``; ``partial``: there are results, and what could not be looked at; ``failed``: there are none;
    ``divided``: there will be one for each of ``parts``."""
    reason: str = ""
    """The code of the failure; empty otherwise."""
    detail: str = ""
    transient: bool = False
    """True if the failure is the machine's and not the repository's: such work is done again when a run goes on."""
    commit: str = ""
    dirty: bool = False
    """True if the directory's files differ from its commit; it is the commit that was looked at."""
    exit_status: int | None = None
    messages: str = ""
    """The command's stderr."""
    findings: list[dict[str, Any]] = field(default_factory=list)
    summary: dict[str, Any] = field(default_factory=dict)
    changes: list[Changed] = field(default_factory=list)
    modules: int = 0
    files: int = 0
    """Files of Go in the repository."""
    lines: int = 0
    """Lines of these files."""
    started: float = 0.0
    """The time at which the worker began, in seconds since 1970 by its own clock."""
    fetch_seconds: float = 0.0
    """Until the commit was there: git's fetch, or the reading of a directory's repository."""
    files_seconds: float = 0.0
    """Until its files were written."""
    command_seconds: float = 0.0
    processor_seconds: float = 0.0
    """Of the command and the processes that it has waited for; 0 where the system does not tell."""
    worker: str = ""
    tool: str = ""
    part: Part | None = None
    """The part of the repository that this is about; None for all of it."""
    parts: list[Part] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """All of its time."""
        return self.fetch_seconds + self.files_seconds + self.command_seconds


@dataclass(slots=True)
class Changed:
    """A file that the command changed."""

    path: str
    """Relative to the repository's root."""
    diff: bytes
    """A unified diff from the root; ``git apply`` takes it."""
    after_id: str
    """The git object id (SHA-1) of the file's new content."""
    validators: list[dict[str, Any]] = field(default_factory=list)


def failed(task: Task, reason: str, detail: str, *, worker: str = "", tool: str = "") -> Outcome:
    """The outcome of a task that the machine has failed; it is done again when the run goes on."""
    return Outcome(task.target.key, "failed", reason, detail, True, worker=worker, tool=tool, part=task.part)


CODES = {
    "address-refused": "The address uses a protocol that is not allowed, or could be read as an option of git.",
    "bad-output": "The command ended without the JSON that it was asked for.",
    "bad-tree": "The commit names paths that no checkout may write.",
    "changed-meanwhile": "The directory changed while it was looked at.",
    "clone-failed": "git could not fetch the repository.",
    "crashed": "The command ended by a signal, or with a bug of its own.",
    "disk-full": "The worker's disk is full.",
    "memory-limit": "The command's processes took more memory than --memory allows.",
    "no-directory": "The directory does not exist where the worker runs.",
    "no-git": "There is no git where the worker runs.",
    "no-revision": "The repository has no such branch, tag or commit.",
    "timeout": "The command took longer than --timeout allows.",
    "worker-lost": "The workers that had the repository went away, several times.",
    "worker-error": "The worker could not do its work for a reason of its machine.",
}
"""Every reason for which a repository can fail, with its meaning."""
