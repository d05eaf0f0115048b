"""Find the lines that differ from where a branch began, by git.

Git is asked for nothing that would have it read the files of the working tree: it would put them through the filters
that the repository's settings name.  What is in the files is known here; only git's own objects are asked for, and
texts are compared outside of the repository.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import stat
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from defermod.toolchain.go import QUICK_TIMEOUT, Completed, find_program, run

Lines = tuple[tuple[int, int], ...]
"""Ranges of 1-based lines, both ends included, in order."""
EVERY_LINE: Lines = ((1, 2**62),)

_PLAIN = ("-c", "core.fsmonitor=false", "-c", "core.quotePath=false", "-c", "safe.bareRepository=explicit")
_NOTHING_ELSE = {"GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C", "GIT_ALLOW_PROTOCOL": "", "GIT_NO_LAZY_FETCH": "1"}
"""No writing, no translations, and no fetching of what a partial clone lacks."""
_DIFF = ("--no-color", "--no-ext-diff", "--no-textconv")
"""Nothing that a repository's configuration names is run."""
_HUNK = re.compile(rb"@@ -\d+(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@")
_NEW_FILE = re.compile(rb"\+\+\+ b/new/(\d{1,9})$")
_LINK = "120000"
_READ = ("info", "objects/info")
"""The directories below ``.git`` that git reads files of at once."""
_OF_A_REPOSITORY = re.compile(r"GIT_(?:DIR|WORK_TREE|COMMON_DIR|INDEX_FILE|OBJECT_DIRECTORY|CONFIG|ATTR_SOURCE)")
"""Variables that make a repository the one that git is in, as those are set where a hook of git runs."""


class GitError(Exception):
    """Git is not there, or can't answer; the message is one line for the user."""


def changed_lines(revision: str, texts: Mapping[Path, bytes]) -> dict[Path, Lines]:
    """The lines that differ from the merge base of ``revision`` and HEAD, by file (absolute, with its text).

    What counts is the text as it is now, be it committed, staged or neither; all lines of a file that is not in the
    merge base are changed, and none of one that was only renamed, which git knows once the renaming is staged.  Line
    ends don't count, since a checkout may change them.  A file of no repository is an error.  Raises GitError.
    """
    found: dict[Path, Lines] = {}
    by_directory: dict[Path, list[Path]] = {}
    for file in texts:
        by_directory.setdefault(file.parent, []).append(file)
    by_root: dict[Path, list[Path]] = {}
    _refuse_endless(by_directory)
    for directory, inside in by_directory.items():
        by_root.setdefault(_root(directory), []).extend(inside)
    for root, inside in by_root.items():
        base = _merge_base(root, revision)
        try:
            names = {(file.parent.resolve() / file.name).relative_to(root).as_posix(): file for file in inside}
        except ValueError:
            raise GitError(f"the repository says that its files are elsewhere, in {root}") from None
        changes = _changes(root, base, {name: texts[file] for name, file in names.items()})
        found |= {file: changes[name] for name, file in names.items()}
    return {file: found[file] for file in texts}


def require_revision(revision: str, directory: Path) -> None:
    """Raise GitError unless git can tell there what has changed since ``revision``."""
    _refuse_endless([directory])
    _merge_base(_root(directory), revision)


def described(directory: Path) -> str:
    """The short name of the commit that is checked out there; empty without git, a repository or a commit."""
    try:
        _refuse_endless([directory])
        done = _git(directory, "rev-parse", "--verify", "--quiet", "--short=12", "HEAD")
    except GitError:
        return ""
    return "" if done.code else done.stdout.decode(errors="replace").strip()


def _root(directory: Path) -> Path:
    done = _git(directory, "rev-parse", "--show-toplevel")
    if done.code:
        raise GitError(f"{directory} is in no git repository")
    return Path(os.fsdecode(done.stdout.rstrip(b"\n"))).resolve()


def _merge_base(root: Path, revision: str) -> str:
    known = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if known.code:
        raise GitError(f"{revision} is no revision that git knows here (a shallow clone has few: git fetch)")
    commit = known.stdout.decode().strip()
    done = _git(root, "merge-base", commit, "HEAD")
    if done.code:
        raise GitError(f"{revision} and HEAD have no commit in common here (a shallow clone: git fetch --unshallow)")
    return done.stdout.decode().strip()


def _changes(root: Path, base: str, texts: Mapping[str, bytes]) -> dict[str, Lines]:
    """The changed lines of texts, by their paths relative to ``root``."""
    old = _blobs(root, base)
    renamed = _renamed(root, base)
    found: dict[str, Lines] = dict.fromkeys(texts, EVERY_LINE)
    differing: dict[str, str] = {}
    for name, text in texts.items():
        blob = old.get(name) or renamed.get(name)
        if blob is not None and blob == _name_of_blob(text, len(blob)):
            found[name] = ()
        elif blob is not None:
            differing[name] = blob
    return found | _differences(root, differing, texts)


def _blobs(root: Path, commit: str) -> dict[str, str]:
    """The names of the objects that hold the commit's Go files, by path; links are left out."""
    listed = _answer(root, "ls-tree", "-r", "-z", "--full-tree", commit)
    found = {}
    for entry in listed.split(b"\0"):
        what, _, path = entry.partition(b"\t")
        if path.endswith(b".go"):
            mode, kind, name = what.decode("ascii").split()
            if kind == "blob" and mode != _LINK:
                found[os.fsdecode(path)] = name
    return found


def _renamed(root: Path, commit: str) -> dict[str, str]:
    """For files that the index has under another path than the commit: the object of the old one, by the new path."""
    options = ("--raw", "-z", "--no-abbrev", "--find-renames", "--diff-filter=R", *_DIFF)
    fields = iter(_answer(root, "diff-index", "--cached", *options, commit, "--", "*.go").split(b"\0"))
    found = {}
    for what in fields:
        if what.startswith(b":"):
            next(fields, b"")
            found[os.fsdecode(next(fields, b""))] = what.split()[2].decode("ascii")
    return found


def _name_of_blob(text: bytes, digits: int) -> str:
    """Return git's name for an object with this text; ``digits`` tells which hash the repository uses."""
    content = b"blob %d\0%b" % (len(text), text)
    return hashlib.sha256(content).hexdigest() if digits == 64 else hashlib.sha1(content).hexdigest()


def _differences(root: Path, old: Mapping[str, str], texts: Mapping[str, bytes]) -> dict[str, Lines]:
    """The lines in which texts differ from the objects of these names.  Raises GitError."""
    if not old:
        return {}
    names = list(old)
    before = _contents(root, [old[name] for name in names])
    with tempfile.TemporaryDirectory(prefix="defermod-since-") as scratch:
        for side in ("old", "new"):
            Path(scratch, side).mkdir()
        for number, (name, text) in enumerate(zip(names, before, strict=True)):
            Path(scratch, "old", str(number)).write_bytes(text)
            Path(scratch, "new", str(number)).write_bytes(texts[name])
        options = ("--unified=0", "--text", "--no-renames", "--ignore-cr-at-eol", "--src-prefix=a/", "--dst-prefix=b/")
        # Of no repository, wherever it lies: the attributes of one would put the files through its filters.
        kept = {name: value for name, value in os.environ.items() if not _OF_A_REPOSITORY.fullmatch(name)}
        apart = {**kept, "GIT_CEILING_DIRECTORIES": str(Path(scratch).resolve().parent)}
        command = ("diff", "--no-index", *options, *_DIFF, "--", "old", "new")
        done = _git(Path(scratch).resolve(), *command, environment=apart)
    if done.code not in (0, 1):
        raise GitError(f"git diff failed: {done.complaint}")
    changed = _parsed(done.stdout)
    return {name: changed.get(number, ()) for number, name in enumerate(names)}


def _contents(root: Path, names: Sequence[str]) -> Iterator[bytes]:
    """Yield the contents of the objects of these names.  Raises GitError."""
    done = _git(root, "cat-file", "--batch", stdin="".join(f"{name}\n" for name in names).encode())
    at, answer = 0, done.stdout
    for _ in names:
        end = answer.find(b"\n", at)
        header = answer[at:end].split()
        if done.code or end < 0 or len(header) != 3:
            raise GitError("git lacks the text that a file had (a partial clone: git fetch)")
        size = int(header[2])
        yield answer[end + 1 : end + 1 + size]
        at = end + size + 2


def _parsed(diff: bytes) -> dict[int, Lines]:
    """The changed lines of the files ``new/NUMBER``, by their numbers."""
    found: dict[int, list[tuple[int, int]]] = {}
    lines: list[tuple[int, int]] = []
    skip = 0
    for line in diff.split(b"\n"):
        if skip:  # the hunk's own lines, which may look like anything
            skip -= not line.startswith(b"\\")
        elif match := _NEW_FILE.match(line):
            lines = found.setdefault(int(match[1]), [])
        elif match := _HUNK.match(line):
            start, count = int(match[2]), int(match[3] or 1)
            skip = count + int(match[1] or 1)
            if count:
                lines.append((start, start + count - 1))
    return {number: tuple(ranges) for number, ranges in found.items()}


def _answer(directory: Path, *arguments: str) -> bytes:
    done = _git(directory, *arguments)
    if done.code:
        raise GitError(f"git {arguments[0]} failed: {done.complaint}")
    return done.stdout


def _refuse_endless(directories: Iterable[Path]) -> None:
    """Raise GitError if a file that git would read in the repositories of the directories is a pipe or a device.

    Git waits for such a file, or reads it without end.
    """
    above = (
        next((git for place in (each, *each.parents) if (git := place / ".git").is_dir()), None) for each in directories
    )
    for repository in {found for found in above if found is not None}:
        refs = (Path(folder) for folder, *_ in os.walk(repository / "refs"))
        for folder in (repository, *(repository / name for name in _READ), *refs):
            with contextlib.suppress(OSError), os.scandir(folder) as entries:
                if endless := next(filter(_is_endless, entries), None):
                    raise GitError(f"{endless.path} is not a regular file, and git would wait for it")


def _is_endless(entry: os.DirEntry[str]) -> bool:
    try:
        mode = entry.stat().st_mode
    except OSError:  # a link that leads nowhere
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISCHR(mode) or stat.S_ISBLK(mode)


def _git(
    directory: Path, *arguments: str, stdin: bytes = b"", environment: Mapping[str, str] = os.environ
) -> Completed:
    git = find_program("git", os.environ)
    if git is None:
        raise GitError("git cannot be run: it is not on PATH")
    environment = {**environment, **_NOTHING_ELSE}
    try:
        done = run(
            [git, *_PLAIN, *arguments], environment=environment, cwd=directory, stdin=stdin, timeout=QUICK_TIMEOUT
        )
    except OSError as error:
        raise GitError(f"git cannot be run: {error.strerror or error}") from error
    if done.timed_out:
        raise GitError("git took too long")
    return done
