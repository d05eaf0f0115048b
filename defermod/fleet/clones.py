"""Shallow clones without files, one for each address, in a directory of the cache."""

from __future__ import annotations

import hashlib
import os
import re
import socket
from pathlib import Path

from defermod.files.private import cache_directory
from defermod.fleet import git, trees
from defermod.fleet.git import GitError
from defermod.fleet.values import RepositoryError, Target
from defermod.toolchain.go import find_program

_WANTED = "refs/fleet/wanted"
_OPTIONS = ("--quiet", "--depth=1", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules")
_BROKEN = re.compile(r"lock|corrupt|not a git repository|bad object|shallow|unpack")
"""Messages of git about a clone that a worker left when it was killed, or when its disk was full."""
_OBJECT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


def default_cache() -> Path:
    """The directory of clones and trees where nobody names another one.  Raises OSError for a user without a home."""
    directory = cache_directory()
    if directory is None:
        raise OSError(0, "no home directory for clones; DEFERMOD_CACHE_DIR names another")
    return directory / "fleet"


def place_of(cache: Path, key: str) -> Path:
    """The directory in the cache for the repository with this key."""
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", key.rstrip("/").removesuffix(".git"))[-60:].strip("-.")
    return cache / f"{name}-{hashlib.sha256(key.encode('utf-8', 'surrogateescape')).hexdigest()[:12]}"


def fetched(place: Path, target: Target, seconds: float | None) -> tuple[Path, str]:
    """The git directory of the clone in ``place``, and the commit that the target wants, fetched anew.

    ``seconds``: the time for each command of git; None for no limit.  Raises RepositoryError, git.GitError.
    """
    if why := git.refusal(target.location):
        raise RepositoryError("address-refused", why)
    if find_program("git", os.environ) is None:
        raise RepositoryError("no-git", f"no git on {socket.gethostname()}", transient=True)
    repository = place / "clone.git"
    known = (repository / "HEAD").is_file()
    try:
        if not known:
            _initialise(repository)
        return repository, _fetch(repository, target, seconds)
    except GitError as error:
        if not known or not _BROKEN.search(str(error)):
            raise
        _initialise(repository)
        return repository, _fetch(repository, target, seconds)


def with_commit(place: Path, target: Target, commit: str) -> Path | None:
    """The git directory of the clone with a commit that a run has seen; None if the commit is not to be had any more.

    Raises RepositoryError, git.GitError.
    """
    repository = place / "clone.git"
    if (repository / "HEAD").is_file() and commit_of(repository, commit):
        return repository
    repository, _ = fetched(place, target, None)
    if not commit_of(repository, commit):
        try:
            git.run("fetch", *_OPTIONS, "--", target.location, f"+{commit}:refs/fleet/base", repository=repository)
        except GitError:
            return None
    return repository


def commit_of(repository: Path, revision: str) -> str | None:
    """The commit that a revision names; None if it names none that the repository has."""
    asked = f"{revision}^{{commit}}"
    try:
        found = git.run("rev-parse", "--verify", "--quiet", "--end-of-options", asked, repository=repository)
        commit = found.decode("ascii").strip()
        # A name of the right form is taken for an object without a look.
        git.run("cat-file", "-e", commit, repository=repository)
    except GitError:
        return None
    return commit


def _initialise(repository: Path) -> None:
    trees.remove(repository)
    repository.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    git.run("init", "--quiet", "--bare", "--template=", repository)


def _fetch(repository: Path, target: Target, seconds: float | None) -> str:
    wanted = target.revision or "HEAD"
    if _OBJECT.fullmatch(wanted) and commit_of(repository, wanted):
        return wanted
    arguments = ("fetch", *_OPTIONS, "--", target.location, f"+{wanted}:{_WANTED}")
    git.run(*arguments, repository=repository, timeout=seconds)
    commit = commit_of(repository, _WANTED)
    if commit is None:
        raise RepositoryError("no-revision", f"{wanted} is no commit")
    return commit
