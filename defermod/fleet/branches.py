"""Commit the changes of ``fix`` to a branch in each repository.

Commits are made from objects alone: the working tree and its index are neither read nor written, so that it does not
matter what is in them.  A branch is only made where none of this name is, never under the name of the default branch
or of one that is checked out, and pushed to no other name.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from defermod import __version__
from defermod.fleet import clones, git
from defermod.fleet.git import GitError
from defermod.fleet.store import Repository, Results, Store
from defermod.fleet.targets import matches, names
from defermod.fleet.values import Changed, FleetError, RepositoryError, Target
from defermod.report.places import printable

_MESSAGE = "Release deferred resources earlier ({rules})\n\nMade by defermod {version}: {findings} in {files}.\n"
_AUTHOR = re.compile(r"([^<>\n]*\S)\s*<([^<>\s]+)>")
_FIELD = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The request of ``fleet branch``."""

    name: str
    message: str | None
    author: str | None
    repositories: tuple[str, ...]
    """Globs for short names or keys; empty: all."""
    paths: tuple[str, ...]
    push: bool
    remote: str
    request: str | None
    run_request: bool
    dry_run: bool
    cache: Path | None


class _SkippedError(Exception):
    """No branch, for this reason, which is no failure."""


def make(
    results: Results, wanted: Wanted, kept: Store, *, put: Callable[[str], None], say: Callable[[str], None]
) -> int:
    """Make the branches, report the outcome of each, and return the number of failures.  Raises FleetError."""
    _check(wanted)
    shown = names(repository.target.key for repository in results.repositories)
    failed = 0
    for repository in results.repositories:
        name = shown[repository.target.key]
        if not matches(wanted.repositories, name, repository.target.key):
            continue
        outcome = repository.outcome
        if outcome is None or outcome.state == "failed" or not outcome.changes:
            continue
        changes = [change for change in outcome.changes if matches(wanted.paths, change.path)]
        if not changes:
            continue
        try:
            put(f"{printable(name)}: {_make(repository, changes, name, wanted, results, kept, put)}\n")
        except _SkippedError as error:
            say(f"{printable(name)}: skipped: {printable(str(error))}")
        except (GitError, RepositoryError, OSError) as error:
            failed += 1
            say(f"{printable(name)}: error: {printable(str(error))}")
    return failed


def _check(wanted: Wanted) -> None:
    """Raise FleetError for what git would refuse in every repository."""
    try:
        git.run("check-ref-format", "--branch", wanted.name)
    except GitError:
        raise FleetError(f"{wanted.name!r} can't be the name of a branch") from None
    if wanted.author is not None and _AUTHOR.fullmatch(wanted.author.strip()) is None:
        raise FleetError(f"--author takes 'NAME <MAIL>', not {wanted.author!r}")
    if wanted.run_request and not wanted.request:
        raise FleetError("--run-request runs the command of --request, which is missing")


def _make(
    repository: Repository,
    changes: Sequence[Changed],
    name: str,
    wanted: Wanted,
    results: Results,
    kept: Store,
    put: Callable[[str], None],
) -> str:
    """Make one branch and return what to say of it.  Raises _SkippedError, GitError."""
    outcome = repository.outcome
    assert outcome is not None
    target = repository.target
    directory = _git_directory(target, outcome.commit, wanted.cache)
    _refuse_names(directory, target, wanted)
    base = outcome.commit
    try:
        git.run("cat-file", "-e", f"{base}^{{commit}}", repository=directory)
    except GitError:
        raise _SkippedError(f"the commit {base[:12]} that was looked at is not there any more") from None
    default = _default_branch(directory, target, wanted)
    if default == wanted.name:
        raise _SkippedError(f"{wanted.name} is the default branch")
    values = _values(name, changes, outcome.findings, wanted, directory, target, default)
    count = f"{len(changes)} file{'' if len(changes) == 1 else 's'}"
    if wanted.dry_run:
        return f"would commit {count} on {wanted.name}"
    ref = f"refs/heads/{wanted.name}"
    found = _existing(directory, ref)
    tree = _tree(directory, base, changes)
    if found and _is_same(directory, found, base, tree):
        commit, said = found, f"{wanted.name} is there already"
    elif found:
        raise _SkippedError(f"a branch {wanted.name} with other contents exists")
    else:
        commit = _commit(directory, base, tree, _filled(wanted.message or _MESSAGE, values), wanted.author)
        git.run("update-ref", "-m", "defermod fleet branch", ref, commit, "0" * len(commit), repository=directory)
        said = f"{count} committed on {wanted.name} as {commit[:12]}"
        if outcome.dirty:
            said += " (without the changes in the working tree, which stay as they are)"
    kept.branched(results.run, target.key, wanted.name, commit, pushed=False)
    if wanted.push:
        to = target.location if not target.is_directory else wanted.remote
        git.run("push", "--quiet", "--no-verify", "--", to, f"{ref}:{ref}", repository=directory)
        kept.branched(results.run, target.key, wanted.name, commit, pushed=True)
        said += ", pushed"
    if wanted.request:
        command = _filled(wanted.request, {key: shlex.quote(value) for key, value in values.items()})
        if not wanted.run_request:
            return f"{said}\n    {command}"
        done = subprocess.run(command, shell=True, stdin=subprocess.DEVNULL, cwd=values["directory"], check=False)
        if done.returncode:
            raise GitError(f"{said}, but the request ended with {done.returncode}: {command}")
        said += ", requested"
    return said


def _git_directory(target: Target, commit: str, cache: Path | None) -> Path:
    if target.is_directory:
        found = git.git_directory(Path(target.location)) if Path(target.location).is_dir() else None
        if found is None:
            raise _SkippedError("no git repository")
        return found
    clone = clones.with_commit(clones.place_of(cache or clones.default_cache(), target.key), target, commit)
    if clone is None:
        raise _SkippedError(f"the commit {commit[:12]} that was looked at is not there any more")
    return clone


def _refuse_names(directory: Path, target: Target, wanted: Wanted) -> None:
    """Raise _SkippedError if the branch is checked out somewhere."""
    if not target.is_directory:
        return
    listed = git.run("worktree", "list", "--porcelain", repository=directory).decode("utf-8", "replace")
    if f"branch refs/heads/{wanted.name}" in listed.splitlines():
        raise _SkippedError(f"{wanted.name} is checked out")


def _default_branch(directory: Path, target: Target, wanted: Wanted) -> str:
    """The default branch of where the repository came from, as far as it has to be known; empty if it has not.

    The remote is asked where something is pushed, or the request names ``{base}``.
    """
    asks = not wanted.dry_run and (wanted.push or "{base}" in (wanted.request or ""))
    address = target.location
    if target.is_directory:
        address = wanted.remote
        known = f"refs/remotes/{wanted.remote}/"
        if found := _asked(directory, "symbolic-ref", "--quiet", known + "HEAD"):
            return found.removeprefix(known)
    if asks:
        said = git.run("ls-remote", "--symref", "--", address, "HEAD", repository=directory, timeout=60)
        if match := re.search(rb"^ref: refs/heads/(\S+)\tHEAD$", said, re.MULTILINE):
            return os.fsdecode(match[1])
    usual = ("main", "master", _asked(directory, "config", "--get", "init.defaultBranch"))
    return wanted.name if wanted.name in usual else ""


def _existing(directory: Path, ref: str) -> str:
    return _asked(directory, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}")


def _is_same(directory: Path, commit: str, base: str, tree: str) -> bool:
    """Return True if this is the commit that would be made."""
    return _asked(directory, "rev-parse", f"{commit}^{{tree}}", f"{commit}^") == f"{tree}\n{base}"


def _asked(directory: Path, *arguments: str) -> str:
    try:
        return git.run(*arguments, repository=directory).decode("utf-8", "replace").strip()
    except GitError:
        return ""


def _tree(directory: Path, base: str, changes: Sequence[Changed]) -> str:
    """The tree of ``base`` with the changes.  Raises GitError if a diff gives anything but what the run saw."""
    with tempfile.TemporaryDirectory(prefix="defermod-fleet-") as scratch:
        index = {"GIT_INDEX_FILE": str(Path(scratch, "index"))}
        git.run("read-tree", base, repository=directory, changes=index)
        patch = b"".join(change.diff for change in changes)
        git.run(
            *("-c", "apply.whitespace=nowarn", "-c", "apply.ignorewhitespace=no"),
            *("apply", "--cached", "-"),
            repository=directory,
            stdin=patch,
            changes=index,
            cwd=Path(scratch),
        )
        listed = git.run(
            "ls-files", "-s", "-z", "--", *(f":(literal,top){change.path}" for change in changes),
            repository=directory, changes=index, cwd=Path(scratch),
        )  # fmt: skip
        found = {}
        for entry in listed.split(b"\0"):
            if entry:
                what, _, path = entry.partition(b"\t")
                found[os.fsdecode(path)] = what.split()[1].decode("ascii")
        for change in changes:
            oid = found.get(change.path, "")
            if len(oid) == len(change.after_id) and oid != change.after_id:
                raise GitError(f"{change.path}: the diff does not give what the run saw")
        return git.run("write-tree", repository=directory, changes=index).decode("ascii").strip()


def _commit(directory: Path, base: str, tree: str, message: str, author: str | None) -> str:
    """Make the commit, signed if git is set up to sign commits."""
    who = {}
    if author is not None and (match := _AUTHOR.fullmatch(author.strip())):
        who = {"GIT_AUTHOR_NAME": match[1], "GIT_AUTHOR_EMAIL": match[2]}
    sign = ["-S"] if _asked(directory, "config", "--type=bool", "--get", "commit.gpgsign") == "true" else []
    arguments = ["commit-tree", *sign, "-p", base, "-F", "-", tree]
    made = git.run(*arguments, repository=directory, stdin=message.encode("utf-8", "surrogateescape"), changes=who)
    return made.decode("ascii").strip()


def _values(
    name: str,
    changes: Sequence[Changed],
    findings: Sequence[dict[str, object]],
    wanted: Wanted,
    directory: Path,
    target: Target,
    default: str,
) -> dict[str, str]:
    """Return the values that templates may name."""
    paths = {change.path for change in changes}
    fixed = [one for one in findings if one.get("status") in ("fixed", "fixable") and one.get("path") in paths]
    rules = sorted({str(one.get("rule")) for one in fixed}) or ["codemod"]
    files = f"{len(changes)} file{'' if len(changes) == 1 else 's'}"
    return {
        "repository": name,
        "address": target.location,
        "directory": target.location if target.is_directory else str(directory),
        "branch": wanted.name,
        "base": default,
        "files": files,
        "findings": f"{len(fixed)} finding{'' if len(fixed) == 1 else 's'}",
        "rules": ", ".join(rules),
        "version": __version__,
    }


def _filled(template: str, values: dict[str, str]) -> str:
    """The template with the values in it; braces with other names stay as they are."""
    text = template.replace("\\n", "\n") if "\n" not in template else template
    return _FIELD.sub(lambda match: values.get(match[1], match[0]), text)
