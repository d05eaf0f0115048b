"""Profiles of the CPU and of waiting for locks, read by Go's own ``go tool pprof -raw``.

The raw form lists each sample as its value and the numbers of its locations, the innermost first, and each
location as the functions that are inlined into one another there, the innermost first.
"""

from __future__ import annotations

import re
import tempfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

from defermod.bounded import PROFILE_LIMIT, UnfitError, read_bounded
from defermod.toolchain.go import BUILD_TIMEOUT, Go
from defermod.toolchain.modules import module_root

_SAMPLE = re.compile(r"^\s*(?P<values>\d+(?:\s+\d+)*):(?P<locations>(?:\s+\d+)+)\s*$")
_LOCATION = re.compile(r"^\s*(?P<number>\d+): 0x[0-9a-f]+ (?:M=\d+ )?(?:\[\w+\] )?(?P<rest>.*)$")
_PLACE = re.compile(r"^(?P<file>.+?):(?P<line>\d+)(?::\d+)?(?: s=(?P<start>\d+))?\s*$")
_WRAPPER = re.compile(r"\.deferwrap\d+$")
_PERIOD = re.compile(r"^PeriodType: (?P<type>.*)$", re.MULTILINE)
CPU, LOCKS = "cpu", "contentions count"
"""Kinds of profiles, as the beginning of their period's type; a mutex profile and a block profile are ``LOCKS``."""
_KINDS = {"space bytes": "heap memory", LOCKS: "waiting for locks (mutex or block)"}
_LIBRARY = re.compile(r"^(?:runtime|sync|internal/sync)\.")
_UNLOCKS = re.compile(r"^(?:internal/)?sync\.\(\*(?:RW)?Mutex\)\.(?:R?[Uu]nlock|unlockSlow|rUnlockSlow)$")
_USED = (
    "only a CPU profile says what is hot: go test -cpuprofile, or net/http/pprof's /debug/pprof/profile "
    "(one of waiting for locks is for --select wide-defer)"
)
_HANDLES_DEFERS = re.compile(r"^runtime\.(?:\w*defer\w*|\(\*_panic\)\.\w+)$")


class ProfileError(ValueError):
    """A profile that can't be used; the message is half a sentence about the file."""

    kind = ""
    """The type of its period, if it is a profile of something else."""


@dataclass(slots=True)
class Share:
    """A function's share of all samples, in percent."""

    file: str
    """The source file, as the compiler recorded it."""
    own: float = 0.0
    total: float = 0.0
    deferring: float = 0.0
    """Spent by the runtime on handling the function's defers, the deferred calls themselves left out."""
    start: int = 0
    """The 1-based line of its ``func``; 0 where the profile doesn't say."""
    lines: dict[int, float] = field(default_factory=dict)
    """``own`` by line, 1-based, with what the compiler's wrappers of deferred calls have of their own."""


@dataclass(slots=True)
class _Raw:
    samples: list[tuple[int, list[int]]] = field(default_factory=list)
    frames: dict[int, list[_Frame]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Frame:
    name: str
    """The function, its type arguments left out."""
    file: str
    line: int
    start: int


def read(go: Go, profile: Path) -> Mapping[str, Share]:
    """The shares of all functions, by their full names less type arguments: ``example.com/p.(*T).M``.

    Raises ProfileError for a file that is no CPU profile, and OSError when go cannot be started.
    """
    kind, raw = _read(go, profile)
    if not kind.startswith(CPU):
        error = ProfileError(f"it is a profile of {_KINDS.get(kind, kind or 'something else')}, and {_USED}")
        error.kind = kind
        raise error
    return _shares(raw)


def read_locks(go: Go, profile: Path) -> Mapping[str, Share] | None:
    """The shares of the time that others waited for locks which a function gave up, or that it waited itself.

    The first is what a mutex profile tells (a deferred Unlock shows as its function's), the second a block profile.
    None for a profile of another kind.  Raises as ``read``.
    """
    kind, raw = _read(go, profile)
    return _lock_shares(raw) if kind.startswith(LOCKS) else None


def _read(go: Go, profile: Path) -> tuple[str, _Raw]:
    """The type of a profile's period, empty if it has none, and its samples.  Raises ProfileError, OSError."""
    _check_size(profile)
    command = ["tool", "pprof", "-raw", "-symbolize=none", str(profile.absolute())]
    # Not where the profile is: that may be a repository that names tools of its own.
    done = go.run(command, cwd=Path(tempfile.gettempdir()), timeout=BUILD_TIMEOUT)
    if done.code:
        raise ProfileError(f"go tool pprof can't read it: {done.complaint}")
    text = done.stdout.decode(errors="replace")
    period = _PERIOD.search(text)
    return (period["type"].strip() if period else ""), _parse(text)


def _check_size(profile: Path) -> None:
    """Raise ProfileError unless the profile is a file, and of no more than the limit when it is unpacked."""
    try:
        text = read_bounded(profile, PROFILE_LIMIT)
    except UnfitError as unfit:
        raise ProfileError(str(unfit)) from None
    except OSError:
        raise ProfileError("there is no such file") from None
    if not text.startswith(b"\x1f\x8b"):
        return
    size = 0
    while text.startswith(b"\x1f\x8b"):
        unpack = zlib.decompressobj(wbits=31)
        try:
            while not unpack.eof and text:
                size += len(unpack.decompress(text, 1 << 20))
                if size > PROFILE_LIMIT:
                    raise ProfileError(f"it unpacks to more than {PROFILE_LIMIT >> 20} MiB")
                text = unpack.unconsumed_tail
        except zlib.error:
            return  # pprof will say what is wrong
        text = unpack.unused_data


def _parse(text: str) -> _Raw:
    raw = _Raw()
    location = 0
    in_locations = False
    for line in text.splitlines():
        if line == "Locations":
            in_locations = True
        elif line == "Mappings":
            break
        elif not in_locations:
            if match := _SAMPLE.match(line):
                raw.samples.append((int(match["values"].split()[-1]), [int(n) for n in match["locations"].split()]))
        else:
            rest = line
            if match := _LOCATION.match(line):
                location, rest = int(match["number"]), match["rest"]
            if frame := _frame(rest.strip()):
                raw.frames.setdefault(location, []).append(frame)
    return raw


def _frame(text: str) -> _Frame | None:
    """A frame as it is printed; a function's name has spaces within type arguments only."""
    depth = 0
    for at, char in enumerate(text):
        depth += (char == "[") - (char == "]")
        if char == " " and not depth:
            place = _PLACE.match(text[at + 1 :])
            if place is None:
                return None
            return _Frame(_generic(text[:at]), place["file"], int(place["line"]), int(place["start"] or 0))
    return None


def _shares(raw: _Raw) -> dict[str, Share]:
    everything = sum(value for value, _ in raw.samples)
    found: dict[str, Share] = {}
    for value, locations in raw.samples:
        stack = [frame for number in locations for frame in raw.frames.get(number, ())]
        share = 100 * value / everything if everything else 0.0
        for frame in {frame.name: frame for frame in stack}.values():
            known = found.setdefault(frame.name, Share(frame.file))
            known.total += share
            known.start = known.start or frame.start
        if stack:
            found[stack[0].name].own += share
            _add_line(found, stack[0], share)
        if (owner := _deferring([frame.name for frame in stack])) is not None:
            found[owner].deferring += share
    return found


def _lock_shares(raw: _Raw) -> dict[str, Share]:
    everything = sum(value for value, _ in raw.samples)
    found: dict[str, Share] = {}
    for value, locations in raw.samples:
        stack = [frame for number in locations for frame in raw.frames.get(number, ())]
        own = next((at for at, frame in enumerate(stack) if not _LIBRARY.match(frame.name)), len(stack))
        unlocks = any(_UNLOCKS.match(frame.name) for frame in stack[:own])
        counted = stack[own : own + 1] if unlocks else stack[own:]
        for name, frame in {_WRAPPER.sub("", frame.name): frame for frame in counted}.items():
            known = found.setdefault(name, Share(frame.file, start=frame.start))
            known.total += 100 * value / everything if everything else 0.0
    return found


def _add_line(found: dict[str, Share], frame: _Frame, share: float) -> None:
    """Add to the line of the function whose code it is; a wrapper's is that of the defer that it was made for."""
    owner = _WRAPPER.sub("", frame.name)
    lines = found.setdefault(owner, Share(frame.file)).lines
    lines[frame.line] = lines.get(frame.line, 0.0) + share


def _deferring(stack: list[str]) -> str | None:
    """The function whose defers the runtime is handling at the top of the stack, if it is."""
    for below, name in pairwise(stack):
        if not below.startswith("runtime."):
            return None
        if not name.startswith("runtime."):
            return name if _HANDLES_DEFERS.match(below) else None
    return None


def _generic(name: str) -> str:
    """The name without type arguments, which the compiler writes as ``[...]`` or as shapes."""
    out, depth = "", 0
    for char in name:
        depth += char == "["
        if not depth:
            out += char
        depth -= char == "]"
    return out


def package_of(name: str) -> str:
    """Return ``example.com/p.(*T).M`` without the function: ``example.com/p``, as in an import declaration."""
    return unquote(name[: len(name) - len(less_package(name)) - 1])


def is_of_file(recorded: str, file: Path, module: tuple[str, Path] | None) -> bool:
    """Return True if a path that the compiler recorded, perhaps with -trimpath or elsewhere, means ``file``.

    ``module``: the name and the root of the module that ``file`` is in.
    """
    recorded = recorded.replace("\\", "/")
    if recorded == file.as_posix():
        return True
    if module is None or not file.is_relative_to(module[1]):
        return tail(recorded) == tail(str(file))
    inside = file.relative_to(module[1]).as_posix()
    if recorded.startswith(module[0]) and re.fullmatch(rf"(?:@[^/]+)?/{re.escape(inside)}", recorded[len(module[0]) :]):
        return True
    # Built elsewhere, without -trimpath: the directory of the module may be called anything.
    return recorded.endswith(f"/{inside}") and Path(recorded).is_absolute() and not Path(recorded).exists()


def tail(path: str) -> str:
    """The last two parts of a path: what a file is called with and without ``-trimpath``."""
    return "/".join(path.replace("\\", "/").split("/")[-2:])


def less_package(name: str) -> str:
    """Return ``example.com/p.(*T).M`` without the package: ``(*T).M``."""
    return name.rpartition("/")[2].partition(".")[2]


def profiles_beside_main(files: Iterable[Path]) -> list[Path]:
    """Return the ``default.pgo`` files, which the go command builds main packages with, in the modules of ``files``."""
    roots = {root for file in files if (root := module_root(file.absolute())) is not None}
    found = {path for root in roots for path in root.rglob("default.pgo") if not _left_out(path.relative_to(root))}
    return sorted(found)


def _left_out(path: Path) -> bool:
    return any(part in ("vendor", "testdata") or part.startswith((".", "_")) for part in path.parts[:-1])


__all__ = ["LOCKS", "ProfileError", "Share", "profiles_beside_main", "read", "read_locks"]
