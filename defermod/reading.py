"""What there is to look at: files are found, read once each, and let go if they can't hold a finding.

Only what may hold one stays in memory, so that this is as large as the suspicion and not as the tree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from pathlib import Path

from defermod.config import Settings
from defermod.files import FileError, Folder, Stamp, Walk, check_utf8, content, is_generated, passed_over
from defermod.files.cache import Cache, Known, user_directory
from defermod.model import FileResult, Problem
from defermod.suspicion import suspected
from defermod.transform import Transform


@dataclass(frozen=True, slots=True)
class Buffer:
    """A text that stands for the file at ``path``, whatever the disk says: an editor's."""

    path: str
    text: bytes


@dataclass(frozen=True, slots=True)
class Reading:
    """What there is to look at."""

    texts: tuple[Buffer, ...] = ()
    """Those that may hold a finding, and those named explicitly in which the grammar fails."""
    stamps: Mapping[str, Stamp] = field(default_factory=dict)
    failures: tuple[FileResult, ...] = ()
    """Files that can't be looked at."""
    problems: tuple[Problem, ...] = ()
    explicit: Set[str] = frozenset()
    """The paths that the user named one by one."""
    looked_at: int = 0
    memory: Memory | None = None

    def remember(self, results: Iterable[FileResult]) -> None:
        """Keep for another run which files gave nothing; ``results`` are the engine's, for all ``texts``."""
        if self.memory is not None:
            self.memory.save({result.path for result in results if not result.findings and not result.problems})


class Memory:
    """What the cache knows, and what it will know after this run."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._fresh: list[tuple[bytes, int, tuple[str, ...], str]] = []

    def known(self, folder: Folder) -> Known | None:
        """What the cache knows of the folder."""
        return self._cache.get(folder.state) if folder.state is not None else None

    def note(self, folder: Folder, count: int, suspects: Sequence[str]) -> None:
        """Note what reading the folder has shown; the engine will say more about the ``suspects``."""
        if folder.state is not None:
            self._fresh.append((folder.state, count, tuple(suspects), folder.shown))

    def save(self, clean: Set[str]) -> None:
        """Write the cache; ``clean``: the paths of suspects that turned out to be none."""
        for state, count, suspects, shown in self._fresh:
            self._cache.put(state, Known(count, tuple(name for name in suspects if shown + name not in clean)))
        self._cache.save()


def read_buffer(buffer: Buffer, rules: Iterable[str]) -> Reading:
    """The one text, as if it had been named."""
    reader = _Reader(rules, generated=True)
    reader.take(buffer, None, explicit=True)
    return reader.reading((), None)


def read_files(paths: Sequence[str], settings: Settings, *, whole: bool = True) -> Reading:
    """Find and read the files that ``paths`` mean.

    ``whole``: they are looked at from their first line to the last, as which the cache knows them.
    """
    cwd = Path.cwd()
    rooted_here = settings.exclude_root in (None, cwd)
    memory = Memory(_cache(paths, settings, cwd)) if settings.cache and whole else None
    try:
        walk = Walk(
            paths,
            cwd=cwd,
            exclude=settings.exclude if rooted_here else (),
            include_vendor=settings.include_vendor,
            with_state=memory is not None,
        )
        folders: Iterable[Folder] = walk if rooted_here else _not_excluded(walk, settings)
        if settings.force_exclude:
            folders = (folder for folder in folders if not (folder.explicit and _unwanted(folder, settings, cwd)))
        reader = _Reader(settings.rules, generated=settings.include_generated)
        for folder in folders:
            reader.take_folder(folder, memory)
    except ValueError as error:
        return Reading(problems=(Problem(f"exclude: {error}"),))
    problems = walk.problems
    if not reader.found and not any(problem.fatal for problem in problems):
        # A run that was asked to look at something and looked at nothing did not do its work.
        if reader.generated_only:
            shown = ", ".join(paths or ("./...",))
            problems = [Problem(f"{shown}: no Go files here save generated ones; --include-generated takes them, too")]
        problems = [replace(problem, fatal=True) for problem in problems]
    return reader.reading(problems, memory)


class _Reader:
    """Takes files one by one, and keeps those that are worth it."""

    def __init__(self, rules: Iterable[str], *, generated: bool) -> None:
        self.found = False
        """Was there any file to look at?"""
        self.generated_only = False
        """Was there any that is passed over as generated?"""
        self._rules = tuple(rules)
        self._generated = generated
        self._wanted: list[Transform] | None = None
        self._texts: list[Buffer] = []
        self._stamps: dict[str, Stamp] = {}
        self._failures: list[FileResult] = []
        self._problems: list[Problem] = []
        self._explicit: set[str] = set()
        self._looked_at = 0

    def reading(self, problems: Iterable[Problem], memory: Memory | None) -> Reading:
        """All that was taken."""
        return Reading(
            texts=tuple(sorted(self._texts, key=lambda buffer: buffer.path)),
            stamps=self._stamps,
            failures=tuple(self._failures),
            problems=(*problems, *self._problems),
            explicit=self._explicit,
            looked_at=self._looked_at,
            memory=memory,
        )

    def take_folder(self, folder: Folder, memory: Memory | None) -> None:
        """Read what the cache doesn't know to give nothing."""
        known = memory.known(folder) if memory is not None else None
        before = self._looked_at
        suspects = [
            name for name in (folder.names if known is None else known.suspects) if self._suspicious(folder, name)
        ]
        if known is not None:
            self._looked_at = before + known.count
            self.found |= known.count > 0
        elif memory is not None:
            memory.note(folder, self._looked_at - before, suspects)

    def take(self, buffer: Buffer, mtime_ns: int | None, *, explicit: bool) -> bool:
        """Keep the text if it may give anything; says whether it may."""
        self.found = True
        self._looked_at += 1
        text = buffer.text
        if problem := check_utf8(text):
            self._failures.append(FileResult(buffer.path, text, text, problems=(problem,)))
            return True
        if explicit:
            self._explicit.add(buffer.path)
        # Of a file that was named the errors are asked for, too.
        if not any(transform.concerns(text) for transform in self._transforms) and not (explicit and suspected(text)):
            return False
        self._texts.append(buffer)
        if mtime_ns is not None:
            self._stamps[buffer.path] = Stamp.of(text, mtime_ns)
        return True

    def _suspicious(self, folder: Folder, name: str) -> bool:
        """Read one file; says whether it gives anything, as far as reading it tells."""
        file = folder.file(name)
        try:
            text, mtime_ns = content(file.place)
        except FileError as error:
            self.found = True
            self._problems.append(Problem(str(error)))
            return True
        if not (self._generated or folder.explicit) and is_generated(text):
            self.generated_only = True
            return False
        return self.take(Buffer(file.path, text), mtime_ns, explicit=folder.explicit)

    @property
    def _transforms(self) -> list[Transform]:
        if self._wanted is None:
            # Their analyses take longer to import than it takes to see that nothing has changed.
            from defermod.registry import transforms

            known = transforms()
            self._wanted = [known[rule] for rule in self._rules]
        return self._wanted


def _cache(paths: Sequence[str], settings: Settings, cwd: Path) -> Cache:
    """The cache for all that decides, with a folder's state, what a look at the folder gives."""
    from defermod.registry import installed

    key = (
        *installed(),
        *(str(part) for part in (sorted(settings.rules), settings.include_generated, settings.knowledge)),
        str(cwd),
        *paths,
    )
    return Cache(user_directory(), key)


def _not_excluded(folders: Iterable[Folder], settings: Settings) -> Iterator[Folder]:
    """The folders less the files excluded by patterns that are relative to another directory than this one.

    Raises ValueError for a pattern that is none.
    """
    from pathspec import GitIgnoreSpec

    root = settings.exclude_root or Path.cwd()
    excluded = GitIgnoreSpec.from_lines(settings.exclude)
    for folder in folders:
        if folder.explicit or not Path(folder.place).is_relative_to(root):
            yield folder
            continue
        start = Path(folder.place).relative_to(root)
        names = tuple(name for name in folder.names if not excluded.match_file((start / name).as_posix()))
        if names == folder.names:
            yield folder
        elif names:
            yield Folder(folder.shown, folder.place, names)


def _unwanted(folder: Folder, settings: Settings, cwd: Path) -> bool:
    """Would the one file be passed over if only its directory were named?  Raises ValueError for a bad pattern."""
    root = settings.exclude_root or cwd
    place = Path(folder.place, folder.names[0])
    if passed_over(place, exclude=settings.exclude, exclude_root=root, include_vendor=settings.include_vendor):
        return True
    try:
        return not settings.include_generated and is_generated(content(str(place))[0])
    except FileError:
        return False  # reading it again will say what is wrong
