"""The files of a repository, in a directory of their own.

What a command does to them stays there: neither the clone, nor the directory that was named, nor its index is
touched.  git's own checkout is not used, because it runs the filters that a repository's settings name.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from defermod.fleet import git
from defermod.fleet.values import RepositoryError

FILES = "files:"
"""Begins the identity of a tree that is no commit."""
_SKIPPED_FOR_MODULES = ("vendor", "testdata", "node_modules")
_CONFIG = "[core]\n\trepositoryformatversion = {version}\n\tfilemode = true\n\tbare = false\n\thooksPath = {null}\n"


@dataclass(frozen=True, slots=True)
class _File:
    before: Callable[[], bytes]
    state: tuple[int, int, int]
    """Inode, size and time of change as written."""


class Tree:
    """A directory of files, and what they were."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._files: dict[str, _File] = {}
        self._made: set[Path] = {root}
        self.identity = ""
        """Tells trees with different contents apart."""
        self.go_files = 0
        self.go_lines = 0
        self._lines: dict[str, int] = {}
        """Lines of Go by directory."""

    def write(self, path: str, content: bytes, *, executable: bool, before: Callable[[], bytes]) -> None:
        """Write one file; ``before`` gives its content again later.  Raises RepositoryError, OSError."""
        target = self._place(path)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        descriptor = os.open(target, flags, 0o755 if executable else 0o644)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            self._files[path] = _File(before, _state(os.fstat(descriptor)))
        if path.endswith(".go"):
            lines = content.count(b"\n")
            self.go_files += 1
            self.go_lines += lines
            directory = path.rpartition("/")[0]
            self._lines[directory] = self._lines.get(directory, 0) + lines

    def link(self, path: str, to: str) -> None:
        """Make a symbolic link, if it leads to something in the tree; otherwise leave it out."""
        if Path(to).is_absolute() or "\0" in to:
            return
        within = os.path.normpath(PurePosixPath(path).parent / to)
        if within == ".." or within.startswith(f"..{os.sep}"):
            return
        with contextlib.suppress(FileExistsError):
            self._place(path).symlink_to(to)

    def _place(self, path: str) -> Path:
        parts = PurePosixPath(path).parts
        if not parts or path.startswith("/") or any(_is_bad(part) for part in path.split("/")):
            raise RepositoryError("bad-tree", f"a path that no checkout may write: {path!r}")
        target = self.root.joinpath(*parts)
        if target.parent not in self._made:
            target.parent.mkdir(parents=True, exist_ok=True)
            self._made.add(target.parent)
        return target

    def changed(self) -> Iterator[tuple[str, bytes, bytes]]:
        """The files whose content has changed: path, before, after.  Files that are gone or new are left out."""
        for path in sorted(self._files):
            file = self._files[path]
            target = self.root.joinpath(*path.split("/"))
            try:
                now = os.lstat(target)
            except OSError:
                continue
            if _state(now) == file.state or not stat.S_ISREG(now.st_mode):
                continue
            before, after = file.before(), target.read_bytes()
            if before != after:
                yield path, before, after

    def modules(self) -> list[str]:
        """The directories that hold a ``go.mod``, relative to the root, as PATHS; those that Go would not look into
        are left out."""
        found = []
        for path in self._files:
            directory, _, name = path.rpartition("/")
            if name == "go.mod" and not any(_is_skipped(part) for part in directory.split("/") if part):
                found.append(f"./{directory}" if directory else ".")
        return sorted(found)

    def groups(self, most: int) -> list[tuple[str, ...]]:
        """The modules in their order, as many together as have at most ``most`` lines of Go; one may have more.

        A walk may lead from a module into those that lie in it where a go.work says so: these are not divided.
        """
        inside = {module: self._entered_from(module) for module in self.modules()}
        lines = dict.fromkeys(inside, 0)
        for directory, count in self._lines.items():
            module = f"./{directory}" if directory else "."
            while module not in lines and module != ".":
                module = module.rpartition("/")[0]
            if module in lines:
                lines[module] += count
        together: dict[str, list[str]] = {}
        for module, outer in inside.items():
            together.setdefault(outer, []).append(module)
        found: list[tuple[str, ...]] = []
        room = 0
        for those in together.values():
            count = sum(lines[module] for module in those)
            if found and count <= room:
                found[-1] += tuple(those)
                room -= count
            else:
                found.append(tuple(those))
                room = max(0, most - count)
        return found

    def _entered_from(self, module: str) -> str:
        """The outermost module from which a walk may come to this one; itself if there is none."""
        workspace = False
        for above in reversed(PurePosixPath(module).parents):
            directory = "" if str(above) == "." else f"{above}/"
            workspace = workspace or f"{directory}go.work" in self._files
            if workspace and f"{directory}go.mod" in self._files:
                return f"./{above}" if directory else "."
        return module


def of_commit(repository: Path, commit: str, root: Path) -> Tree:
    """Lay out a commit below ``root``, which must not exist.  Raises RepositoryError, git.GitError, OSError."""
    root.mkdir(parents=True)
    tree = Tree(root)
    tree.identity = commit
    links = []
    blobs = git.blobs(repository, commit)
    with closing(git.contents(repository, [blob.oid for blob in blobs])) as contents:
        for blob, content in zip(blobs, contents, strict=True):
            if blob.mode == "120000":
                links.append((blob.path, os.fsdecode(content)))
                continue
            oid = blob.oid
            tree.write(blob.path, content, executable=blob.mode == "100755", before=_blob(repository, oid))
    for path, to in links:
        tree.link(path, to)
    _pose_as_repository(root, repository, commit)
    return tree


def of_directory(source: Path, root: Path) -> Tree:
    """Copy the plain files of a directory below ``root``, which must not exist.  Raises RepositoryError, OSError."""
    root.mkdir(parents=True)
    tree = Tree(root)
    digest = hashlib.sha256()
    links = []
    for directory, below, names in os.walk(source):
        below[:] = sorted(name for name in below if name != ".git")
        here = Path(directory)
        for name in [*below]:
            if (here / name).is_symlink():
                below.remove(name)
                links.append(here / name)
        for name in sorted(names):
            file = here / name
            path = file.relative_to(source).as_posix()
            found = os.lstat(file)
            if stat.S_ISLNK(found.st_mode):
                links.append(file)
            elif stat.S_ISREG(found.st_mode) and name != ".git":
                content = file.read_bytes()
                digest.update(path.encode("utf-8", "surrogateescape") + b"\0%d\0" % len(content) + content)
                executable = bool(found.st_mode & 0o100)
                tree.write(path, content, executable=executable, before=_unchanged(file, _state(found)))
    for link in links:
        tree.link(link.relative_to(source).as_posix(), str(link.readlink()))
    tree.identity = FILES + digest.hexdigest()[:40]
    return tree


def differs(repository: Path, commit: str, directory: Path) -> bool:
    """Return True if a tracked file below ``directory``, the root of a working tree, is not as the commit has it.

    Line ends that git converts count as a difference.  Untracked files do not.
    """
    for blob in git.blobs(repository, commit):
        if blob.mode == "120000" or len(blob.oid) != 40:
            continue
        try:
            content = directory.joinpath(*blob.path.split("/")).read_bytes()
        except OSError:
            return True
        if object_id(content) != blob.oid:
            return True
    return False


def object_id(content: bytes) -> str:
    """The name that git gives to a file with this content, in a repository of SHA-1."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def remove(root: Path) -> None:
    """Delete a tree, whatever the modes of its directories are."""

    def open_up(function: Callable[[str], object], path: str, _: object) -> None:
        Path(path).parent.chmod(0o700)
        if not Path(path).is_symlink():
            Path(path).chmod(0o700)
        function(path)

    if root.is_symlink() or not root.exists():
        return
    shutil.rmtree(root, onerror=open_up)


def _blob(repository: Path, oid: str) -> Callable[[], bytes]:
    return lambda: git.run("cat-file", "blob", oid, repository=repository)


def _unchanged(file: Path, state: tuple[int, int, int]) -> Callable[[], bytes]:
    def read() -> bytes:
        content = file.read_bytes()
        if _state(os.lstat(file)) != state:
            raise RepositoryError("changed-meanwhile", f"{file} changed while it was looked at")
        return content

    return read


def _state(found: os.stat_result) -> tuple[int, int, int]:
    return found.st_ino, found.st_size, found.st_mtime_ns


def _is_bad(part: str) -> bool:
    """Names that lead elsewhere, or into git's own directory, on some file system."""
    return part in ("", ".", "..") or part.lower().rstrip(". ") in (".git", "git~1") or "\0" in part or "\\" in part


def _is_skipped(part: str) -> bool:
    return part in _SKIPPED_FOR_MODULES or part.startswith((".", "_"))


def _pose_as_repository(root: Path, repository: Path, commit: str) -> None:
    """Make ``root`` a repository at ``commit`` whose objects are borrowed and whose settings are this program's.

    So ``.gitignore`` counts as in a checkout.
    """
    directory = root / ".git"
    (directory / "objects" / "info").mkdir(parents=True)
    (directory / "refs").mkdir()
    common = repository
    if (repository / "commondir").is_file():  # a linked worktree
        common = (repository / (repository / "commondir").read_text("utf-8").strip()).resolve()
    (directory / "objects" / "info" / "alternates").write_bytes(os.fsencode(common / "objects") + b"\n")
    (directory / "HEAD").write_text(commit + "\n", "ascii")
    if (common / "shallow").is_file():
        shutil.copyfile(common / "shallow", directory / "shallow")
    config = _CONFIG.format(version=0, null=os.devnull)
    if len(commit) == 64:
        config = _CONFIG.format(version=1, null=os.devnull) + "[extensions]\n\tobjectFormat = sha256\n"
    (directory / "config").write_text(config, "utf-8")
