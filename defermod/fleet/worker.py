"""One repository, from its address to what the command says of it.  Runs on any machine that has the package."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import importlib.util
import json
import os
import platform
import re
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from defermod import __version__
from defermod.cli.progress import COMPILING
from defermod.files.private import cache_directory
from defermod.fleet import clones, git, process, trees
from defermod.fleet.git import GitError
from defermod.fleet.values import SETTINGS_PREFIX, SHIPPED, TREE, Changed, Outcome, Part, RepositoryError, Task
from defermod.toolchain.go import find_program

_OWN = (sys.executable, "-P", "-m", "defermod")
"""The command of this package, which never imports from where it runs."""
_MESSAGES_LIMIT = 64 << 10
"""Characters of a command's messages that are kept."""
_FULL = (errno.ENOSPC, errno.EDQUOT)
_FULL_WORDS = "No space left on device"
_MEMORY_WORDS = ("MemoryError", "runtime: out of memory", "Cannot allocate memory", "cannot allocate memory")
_LEAST_FREE = 1 << 20
"""Bytes that a disk has left which is not full."""
_NOTHING = re.compile(r": no Go files (here )?(but|except|to look at) ")
"""A message about modules that hold nothing but what is excluded or generated, also that of earlier versions."""
_FAILED = 2
"""The exit status of a command that could not look at everything."""


def work(task: Task) -> Outcome:
    """Do the task; whatever goes wrong with it is in the outcome.  A bug of this program is raised."""
    outcome = Outcome(
        task.target.key, "failed", started=time.time(), worker=socket.gethostname(), tool=__version__, part=task.part
    )
    try:
        _work(task, outcome)
    except RepositoryError as error:
        _fail(outcome, error.code, str(error), transient=error.transient)
    except GitError as error:
        _fail(outcome, "clone-failed", str(error))
    except OSError as error:
        detail = f"{error.strerror or type(error).__name__}: {error.filename or ''}".rstrip(": ")
        _fail(outcome, "disk-full" if error.errno in _FULL else "worker-error", detail, transient=True)
    if outcome.state == "failed" and not outcome.transient and _is_full(task, outcome.detail):
        outcome.reason, outcome.transient = "disk-full", True
    return outcome


def _is_full(task: Task, detail: str) -> bool:
    """Return True if a failure comes from a full disk: not every program that fails for it says so."""
    if _FULL_WORDS in detail:
        return True
    for place in (task.cache, cache_directory(), tempfile.gettempdir()):
        with contextlib.suppress(OSError):
            if place is not None and shutil.disk_usage(place).free < _LEAST_FREE:
                return True
    return False


def lacks(package: str = "") -> dict[str, str]:
    """Return the worker's versions: its own, Python's, git's, Go's, a package's; an empty text for a missing one."""
    return {
        "defermod": __version__,
        "python": platform.python_version(),
        "git": find_program("git", os.environ) or "",
        "go": _go(),
        "package": package if has_package(package) else "",
        "host": socket.gethostname(),
    }


def has_package(name: str) -> bool:
    """Return True if there is a Python module of this dotted name."""
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def _go() -> str:
    from defermod.toolchain.go import find_go

    found = find_go()
    return "" if found is None else found.version


def _fail(outcome: Outcome, reason: str, detail: str, *, transient: bool = False) -> None:
    outcome.state, outcome.reason, outcome.detail, outcome.transient = "failed", reason, detail, transient
    outcome.findings, outcome.changes = [], []


def _work(task: Task, outcome: Outcome) -> None:
    cache = Path(task.cache) if task.cache else clones.default_cache()
    with _place(cache, task) as place:
        root = place / "tree"
        trees.remove(root)
        try:
            tree, start = _lay_out(task, cache, root, outcome)
            _command(task, place, tree, start, outcome)
        finally:
            with contextlib.suppress(OSError):
                trees.remove(root)


@contextlib.contextmanager
def _place(cache: Path, task: Task) -> Iterator[Path]:
    """The own directory of a repository, or a part of one, in the cache, for this worker alone while it works."""
    place = clones.place_of(cache, task.target.key)
    if task.part is not None:
        place /= "part-" + hashlib.sha256("\0".join(task.part.modules).encode("utf-8", "surrogateescape")).hexdigest()
    with _alone(place, task):
        yield place


@contextlib.contextmanager
def _alone(place: Path, task: Task) -> Iterator[None]:
    """Wait until no other worker of this machine is at a directory; make it if there is none.

    Raises RepositoryError after the repository's time limit and a minute.
    """
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (place / "lock").open("ab") as lock:
        wait = (task.limits.seconds or 600.0) + 60
        if not _locked(lock.fileno(), wait):
            raise RepositoryError("worker-error", "another process has worked at it for too long", transient=True)
        yield


def _locked(descriptor: int, seconds: float) -> bool:
    """Take the lock of an open file, which is let go when it is closed."""
    try:
        import fcntl
    except ImportError:  # Windows
        return True
    end = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.EACCES):
                return True  # a file system without locks
            if time.monotonic() > end:
                return False
            time.sleep(0.1)


def _lay_out(task: Task, cache: Path, root: Path, outcome: Outcome) -> tuple[trees.Tree, Path]:
    """The repository's files, and the directory in them that the command starts in.

    Raises RepositoryError, GitError.
    """
    begun = time.monotonic()
    target = task.target
    directory = Path(target.location)
    repository: Path | None
    if not target.is_directory:
        repository, outcome.commit = _clone(task, cache)
    else:
        if not directory.is_dir():
            raise RepositoryError("no-directory", f"no directory {directory} on {outcome.worker}")
        repository, outcome.commit = _own_repository(task, directory)
    outcome.fetch_seconds = time.monotonic() - begun
    start = root
    if repository is None:
        tree = trees.of_directory(directory, root)
        outcome.commit = tree.identity
        if task.part is not None and task.part.commit != tree.identity:
            raise RepositoryError("changed-meanwhile", "the directory changed while parts of it were looked at")
    else:
        if target.is_directory and git.run("-C", directory, "rev-parse", "--is-bare-repository").strip() != b"true":
            top = os.fsdecode(git.run("-C", directory, "rev-parse", "--show-toplevel").rstrip(b"\n"))
            outcome.dirty = trees.differs(repository, outcome.commit, Path(top))
            start = root / _prefix(directory)
        tree = trees.of_commit(repository, outcome.commit, root)
    outcome.files_seconds = time.monotonic() - begun - outcome.fetch_seconds
    return tree, start


def _clone(task: Task, cache: Path) -> tuple[Path, str]:
    """The clone of an address, and the commit of it that is wanted.  Raises RepositoryError, GitError."""
    place = clones.place_of(cache, task.target.key)
    if task.part is None:  # the place is this worker's
        return clones.fetched(place, task.target, task.limits.seconds)
    with _alone(place, task):
        repository = clones.with_commit(place, task.target, task.part.commit)
    if repository is None:
        raise RepositoryError("no-revision", f"the commit {task.part.commit} is gone, of which parts were looked at")
    return repository, task.part.commit


def _own_repository(task: Task, directory: Path) -> tuple[Path | None, str]:
    """The git directory and the commit of a directory; None for plain files.  Raises RepositoryError, GitError."""
    target = task.target
    found = git.git_directory(directory) if find_program("git", os.environ) else None
    wanted = (task.part.commit if task.part else target.revision) or "HEAD"
    commit = None if found is None or wanted.startswith(trees.FILES) else clones.commit_of(found, wanted)
    if found is None or commit is None:
        if target.revision:
            raise RepositoryError("no-revision", f"{directory} has no {target.revision}")
        return None, ""
    if git.run("-C", directory, "rev-parse", "--is-bare-repository").strip() != b"true":
        prefix = _prefix(directory)
        if prefix and _is_ignored_copy(found, commit, prefix):
            # A directory that merely lies below a repository which knows nothing of it.
            return None, ""
    return found, commit


def _prefix(directory: Path) -> str:
    """Return a directory's path in its working tree; empty for the root."""
    return os.fsdecode(git.run("-C", directory, "rev-parse", "--show-prefix").rstrip(b"\n"))


def _is_ignored_copy(repository: Path, commit: str, prefix: str) -> bool:
    return not git.run("ls-tree", commit, "--", prefix.rstrip("/"), repository=repository)


def _command(task: Task, place: Path, tree: trees.Tree, start: Path, outcome: Outcome) -> None:
    modules = tree.modules() if task.part is None else list(task.part.modules)
    outcome.modules = len(modules)
    outcome.files, outcome.lines = tree.go_files, tree.go_lines
    if not outcome.files:
        outcome.state, outcome.exit_status = "done", 0
        outcome.detail = "no file of Go"
        return
    every_module = task.every_module and start == tree.root and bool(modules)
    if every_module and task.part is None and task.most_lines is not None and outcome.lines > task.most_lines:
        groups = tree.groups(task.most_lines)
        if len(groups) > 1:
            outcome.state, outcome.parts = "divided", [Part(outcome.commit, group) for group in groups]
            return
    command = [*task.command]
    shipped = place / "shipped"
    if task.shipped:
        trees.remove(shipped)
        for name, content in task.shipped:
            (shipped / name).parent.mkdir(parents=True, exist_ok=True)
            (shipped / name).write_bytes(content)
            if any(word.endswith(f"{TREE}/{SETTINGS_PREFIX}{name}") for word in command):
                settings = start / f"{SETTINGS_PREFIX}{name}"
                settings.unlink(missing_ok=True)
                settings.write_bytes(content)
    command = [word.replace(SHIPPED, str(shipped)).replace(TREE, str(start)) for word in command]
    command += ["--output-format", "json"]
    if task.jobs is not None:
        command += ["--jobs", str(task.jobs)]
    if every_module:
        command += modules
    ended = process.run(
        [*([task.program] if task.program else _OWN), *command],
        cwd=start,
        environment=_environment(place, own=task.program is None),
        limits=task.limits,
    )
    outcome.command_seconds, outcome.processor_seconds = ended.seconds, ended.processor_seconds
    outcome.exit_status = ended.status
    outcome.messages = _clean(ended.stderr, tree.root)
    _judge(task, ended, outcome)
    if outcome.state != "failed" and task.command[0] != "check":
        _changes(tree, outcome)


def _judge(task: Task, ended: process.Ended, outcome: Outcome) -> None:
    """Derive the outcome from the command's exit status and output.  Raises RepositoryError where there is none."""
    if ended.limit == "cancelled":
        raise RepositoryError("worker-lost", "the run was stopped", transient=True)
    if ended.limit:
        most = f"{task.limits.seconds:g} s" if ended.limit == "timeout" else f"{(task.limits.memory or 0) >> 20} MiB"
        raise RepositoryError(ended.limit, f"more than {most}")
    data = _json(ended.stdout)
    last = outcome.messages.strip().rpartition("\n")[2][:500]
    if ended.status is not None and ended.status < 0:
        raise RepositoryError("crashed", f"ended by signal {-ended.status}")
    if _FULL_WORDS in outcome.messages and (data is None or ended.status == _FAILED):
        raise RepositoryError("disk-full", last, transient=True)
    if data is None:
        if task.limits.memory is not None and any(word in outcome.messages for word in _MEMORY_WORDS):
            raise RepositoryError("memory-limit", f"more than {task.limits.memory >> 20} MiB")
        if "Traceback (most recent call last)" in outcome.messages:
            raise RepositoryError("crashed", last)
        raise RepositoryError("bad-output", last or f"exit status {ended.status}, nothing said")
    outcome.findings = [dict(found) for found in data.get("findings", ())]
    outcome.summary = dict(data.get("summary", {}))
    if task.previews:
        _preview(outcome)
    outcome.state = "partial" if ended.status == _FAILED else "done"
    lines = outcome.messages.splitlines()
    if ended.status == _FAILED and not outcome.findings and lines and all(map(_NOTHING.search, lines)):
        # Asked for these files alone the command has not done its work; asked for all repositories it has.
        outcome.state, outcome.exit_status, outcome.detail = "done", 0, "nothing to look at"
        outcome.messages = outcome.messages.replace("defermod: error: ", "defermod: warning: ")
    outcome.changes = [
        Changed(str(file.get("path", "")), b"", "", list(file.get("validators", ()))) for file in data.get("files", ())
    ]


def _preview(outcome: Outcome) -> None:
    """Call fixable what was fixed in the tree, which is all that happened to it."""
    for found in outcome.findings:
        if found.get("status") == "fixed":
            found["status"] = "fixable"
    if outcome.summary.get("fixed"):
        outcome.summary["fixable"] = outcome.summary.get("fixable", 0) + outcome.summary["fixed"]
        outcome.summary["fixed"] = 0


def _changes(tree: trees.Tree, outcome: Outcome) -> None:
    from defermod.report.diff import unified

    validators = {os.path.normpath(file.path).replace(os.sep, "/"): file.validators for file in outcome.changes}
    outcome.changes = [
        Changed(path, unified(path, before, after), trees.object_id(after), validators.get(path, []))
        for path, before, after in tree.changed()
    ]


def _json(text: bytes) -> dict[str, Any] | None:
    """Return the JSON object that the command printed, of version 1 or 2; None if it printed something else."""
    try:
        data = json.loads(text)
    except ValueError:
        return None
    if not isinstance(data, dict) or data.get("version") not in (1, 2) or not isinstance(data.get("findings"), list):
        return None
    return data


def _environment(place: Path, *, own: bool) -> dict[str, str]:
    """The environment of a command over files that nobody vouches for; ``own``: of this very package."""
    inherited = git.environment()
    if not own:  # it would find this package instead of its own
        inherited.pop("PYTHONPATH", None)
    flags = inherited.get("GOFLAGS", "")
    return {
        **inherited,
        "PYTHONSAFEPATH": "1",
        "PYTHONHASHSEED": "0",
        "NO_COLOR": "1",
        "GIT_CEILING_DIRECTORIES": str(place),
        # The tree's .git has no index: go would ask git what has changed, and be told that everything has.
        "GOFLAGS": flags if "-buildvcs" in flags else f"{flags} -buildvcs=false".strip(),
    }


def _clean(stderr: bytes, root: Path) -> str:
    """The messages, with the same text on every machine, however busy it is."""
    said = stderr[-_MESSAGES_LIMIT:].decode("utf-8", "replace").replace(f"{COMPILING}\n", "")
    for spelled in {str(root), str(root.resolve())}:
        said = said.replace(spelled + os.sep, "").replace(spelled, ".")
    return said
