"""The inputs of a run: files are found, read once each, and dropped if they can't hold a finding.

Only files that may contain one stay in memory, so its size follows the number of suspects, not of files.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from defermod.config import Settings, all_settings
from defermod.engine.registry import concerned, decides_by_types, installed, judge_by_more, marked, only_defers
from defermod.files import FileError, Folder, Walk, check_utf8, content, is_generated, passed_over
from defermod.files.cache import Cache, FolderEntry, Results
from defermod.files.private import cache_directory
from defermod.model import FileResult, Problem
from defermod.pipeline.syntax_errors import suspected

if TYPE_CHECKING:
    from defermod.pipeline.pool import Workers

_BATCH = 200
"""The number of files that are scanned together."""


@dataclass(frozen=True, slots=True)
class Buffer:
    """A text, such as an editor's, that replaces the content of the file at ``path``."""

    path: str
    text: bytes


@dataclass(frozen=True, slots=True)
class Inputs:
    """The inputs of a run."""

    texts: tuple[Buffer, ...] = ()
    """Files that may contain a finding, and explicitly named files with syntax errors."""
    places: Mapping[str, str] = field(default_factory=dict)
    """The real path of each text's file when it was read."""
    failures: tuple[FileResult, ...] = ()
    """Files that can't be read."""
    problems: tuple[Problem, ...] = ()
    explicit: Set[str] = frozenset()
    """The paths that the user named one by one."""
    looked_at: int = 0
    memory: RunCache | None = None

    def recall(self, path: str, text: bytes, given: str) -> FileResult | None:
        """Return the engine's result of an earlier run; ``given`` stands for all its inputs besides the text."""
        if self.memory is None or judge_by_more(marked(text)):  # more than its text decides about it
            return None
        return self.memory.results.get(path, text, given)

    def remember(self, results: Mapping[str, FileResult], given: Mapping[str, str]) -> None:
        """Keep the engine's results for all ``texts``, for another run.

        ``given`` has the other inputs, as for ``recall``, of the texts that were not recalled; both are by path.
        """
        if self.memory is None:
            return
        plain = {path: result for path, result in results.items() if not judge_by_more(marked(result.before))}
        for path in plain.keys() & given.keys():
            result = plain[path]
            # What gave nothing is known by its folder's state; what went wrong may not do so again.
            if result.findings and not any(problem.fatal for problem in result.problems):
                self.memory.results.put(result, given[path])
        self.memory.save({path for path, result in plain.items() if not result.findings and not result.problems})


class RunCache:
    """The cache's entries, before and after this run."""

    def __init__(self, cache: Cache, results: Results) -> None:
        self._cache = cache
        self.results = results
        self._fresh: list[tuple[bytes, int, tuple[str, ...], str]] = []
        self._walked = False

    def known(self, folder: Folder) -> FolderEntry | None:
        """Return the cache's entry for the folder."""
        self._walked |= folder.state is not None
        return self._cache.get(folder.state) if folder.state is not None else None

    def note(self, folder: Folder, count: int, suspects: Sequence[str]) -> None:
        """Record the result of reading the folder; the engine decides about the ``suspects``."""
        if folder.state is not None:
            self._fresh.append((folder.state, count, tuple(suspects), folder.shown))

    def save(self, clean: Set[str]) -> None:
        """Write the cache; ``clean``: the paths of suspects without findings."""
        for state, count, suspects, shown in self._fresh:
            self._cache.put(state, FolderEntry(count, tuple(name for name in suspects if shown + name not in clean)))
        self._cache.save()
        if self._walked:  # for files that were named one by one, each with a cache of its own, there would be too many
            self.results.save()


def read_buffer(buffer: Buffer, settings: Settings) -> Inputs:
    """Return the inputs for a single text, as if its file had been named."""
    if settings.force_exclude:
        path, cwd = Path(buffer.path).absolute(), Path.cwd()
        folder = Folder("", str(path.parent), (path.name,), explicit=True)
        generated = not settings.include_generated and is_generated(buffer.text)
        if generated or _excluded(folder, settings, cwd):
            return Inputs()
    look = FolderScan(explicit=True)
    look.take(buffer.path, buffer.text, None, Rules.of(settings))
    return _together([look], None)


def read_files(paths: Sequence[str], settings: Settings, workers: Workers, *, whole: bool = True) -> Inputs:
    """Find and read the files that ``paths`` refer to.

    ``whole``: they are looked at from their first line to the last, as which the cache knows them.
    """
    cwd = Path.cwd()
    # More than the files may decide: profiles, and what the compiler makes of the files.
    # And where types show what the text doesn't, nothing in the text is no reason to pass over a file.
    by_text = not judge_by_more(settings.rules) and not decides_by_types(settings.rules)
    remembers = settings.cache and whole and by_text
    directory = cache_directory() if remembers else None
    memory = _memory(paths, settings, cwd, directory) if directory is not None else None
    walk = Walk(
        paths,
        cwd=cwd,
        exclude=settings.exclude,
        exclude_root=settings.exclude_root,
        force_exclude=settings.force_exclude,
        include_vendor=settings.include_vendor,
        with_state=memory is not None,
        apart=settings.apart,
    )
    folders: Iterable[Folder] = walk
    if settings.force_exclude:
        folders = (folder for folder in folders if not (folder.explicit and _unwanted(folder, settings, cwd)))
    rules = Rules.of(settings)
    look = partial(_look_at_all, rules=rules, generated=settings.include_generated)
    batches = workers.each(look, _batches(folders, memory), lambda batch: sum(len(one.names) for one in batch))
    reading = _together(chain.from_iterable(batches), memory)
    problems = walk.problems
    if (settings.apart or settings.walked_to) and not reading.looked_at:
        # All that is here is in modules with settings of their own, or is passed over by such settings.
        problems = [problem for problem in problems if problem.fatal]
    # All that was named was to be passed over.
    spared = (settings.force_exclude or settings.apart or settings.walked_to) and not problems
    if not (spared or reading.looked_at or reading.problems or any(problem.fatal for problem in problems)):
        # A run that was asked to look at something and looked at nothing did not do its work.
        if not problems:
            shown = ", ".join(paths or ("./...",))
            problems = [Problem(f"{shown}: no Go files except excluded or generated ones (--include-generated)")]
        problems = [replace(problem, fatal=True) for problem in problems]
    unusable = map(Problem, settings.unusable)
    return replace(reading, problems=(*unusable, *problems, *reading.problems))


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules to run."""

    names: tuple[str, ...]
    only_defers: bool

    @classmethod
    def of(cls, settings: Settings) -> Rules:
        """Return the rules that the settings select."""
        return cls(tuple(sorted(settings.rules)), only_defers(settings.rules))

    def concern(self, text: bytes) -> bool:
        """Return False only if the text cannot hold a finding of any of them."""
        if b"defermod" in text:  # a comment that may silence nothing, or ask for another rule
            return True
        if self.only_defers and b"defer" not in text:
            return False
        return concerned(text, self.names)


@dataclass(frozen=True, slots=True)
class _Task:
    """A folder to scan."""

    folder: Folder
    names: tuple[str, ...]
    """The files to open."""
    known: FolderEntry | None


@dataclass(slots=True)
class FolderScan:
    """The result of scanning a folder's files."""

    explicit: bool = False
    folder: Folder | None = None
    known: FolderEntry | None = None
    count: int = 0
    """The number of files scanned."""
    suspects: list[str] = field(default_factory=list)
    """The names of files that may have findings or problems."""
    texts: list[tuple[Buffer, str | None]] = field(default_factory=list)
    """The texts to analyse, with the real path of their file."""
    failures: list[FileResult] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    """The paths of files that were named one by one."""

    def take(self, path: str, text: bytes, file: str | None, rules: Rules) -> bool:
        """Keep the text if it may contain a finding or problem; reports whether it may."""
        self.count += 1
        if problem := check_utf8(text):
            self.failures.append(FileResult(path, text, text, problems=(problem,)))
            return True
        if self.explicit:
            self.taken.append(path)
        # What gave something before may do so now; of a file that was named the errors are asked for, too.
        if self.known is None and not rules.concern(text) and not (self.explicit and suspected(text)):
            return False
        self.texts.append((Buffer(path, text), os.path.realpath(file) if file is not None else None))
        return True


def _batches(folders: Iterable[Folder], memory: RunCache | None) -> Iterator[list[_Task]]:
    """Yield the folders in batches large enough to justify a message to another process."""
    batch: list[_Task] = []
    size = 0
    for folder in folders:
        known = memory.known(folder) if memory is not None else None
        names = folder.names if known is None else known.suspects
        batch.append(_Task(folder, names, known))
        size += len(names)
        if size >= _BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _look_at_all(batch: Iterable[_Task], *, rules: Rules, generated: bool) -> list[FolderScan]:
    return [_look(task, rules, generated=generated) for task in batch]


def _look(task: _Task, rules: Rules, *, generated: bool) -> FolderScan:
    """Read the files of one folder; ``generated``: include generated files."""
    folder = task.folder
    look = FolderScan(folder.explicit, folder, task.known)
    place = os.path.join(folder.place, "")  # noqa: PTH118 - speed
    for name in task.names:
        try:
            text, _ = content(place + name, folder.shown + name)
        except FileError as error:
            look.problems.append(Problem(str(error)))
            look.suspects.append(name)
            continue
        if not (generated or folder.explicit) and is_generated(text):
            continue
        if look.take(folder.shown + name, text, place + name, rules):
            look.suspects.append(name)
    if task.known is not None:
        look.count = task.known.count
    return look


def _together(looks: Iterable[FolderScan], memory: RunCache | None) -> Inputs:
    """Merge the results of the scans; each is dropped once it is merged."""
    texts: list[tuple[Buffer, str | None]] = []
    failures: list[FileResult] = []
    problems: list[Problem] = []
    explicit: set[str] = set()
    looked_at = 0
    for look in looks:
        texts += look.texts
        failures += look.failures
        problems += look.problems
        explicit.update(look.taken)
        looked_at += look.count
        if memory is not None and look.folder is not None and look.known is None:
            memory.note(look.folder, look.count, look.suspects)
    texts.sort(key=lambda one: one[0].path)
    return Inputs(
        texts=tuple(buffer for buffer, _ in texts),
        places={buffer.path: place for buffer, place in texts if place is not None},
        failures=tuple(failures),
        problems=tuple(problems),
        explicit=explicit,
        looked_at=looked_at,
        memory=memory,
    )


def _memory(paths: Sequence[str], settings: Settings, cwd: Path, directory: Path) -> RunCache:
    """Return the cache for everything that the result of scanning a folder depends on."""
    key = (
        *installed(),
        str(sorted(settings.rules)),
        *(str(settings.value(name)) for name, one in all_settings().items() if one.decides),
        str(settings.rule_options),
        str(cwd),
        str(settings.apart),
        *paths,
    )
    return RunCache(Cache(directory, key), Results(directory, key))


def _unwanted(folder: Folder, settings: Settings, cwd: Path) -> bool:
    """Return True if the file would be skipped if only its directory were named."""
    place = Path(folder.place, folder.names[0])
    if _excluded(folder, settings, cwd):
        return True
    try:
        return not settings.include_generated and is_generated(content(str(place))[0])
    except FileError:
        return False  # reading it again will say what is wrong


def _excluded(folder: Folder, settings: Settings, cwd: Path) -> bool:
    """Return True if the file would be skipped whatever it contains."""
    root = settings.exclude_root or cwd
    place = Path(folder.place, folder.names[0])
    return passed_over(place, exclude=settings.exclude, exclude_root=root, include_vendor=settings.include_vendor)
