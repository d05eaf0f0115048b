"""CPU profiles, read by Go's own ``go tool pprof -raw``.

The raw form lists each sample as its value and the numbers of its locations, the innermost first, and each
location as the functions that are inlined into one another there, the innermost first.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from defermod.toolchain.go import BUILD_TIMEOUT, Go

_SAMPLE = re.compile(r"^\s*(?P<values>\d+(?:\s+\d+)*):(?P<locations>(?:\s+\d+)+)\s*$")
_LOCATION = re.compile(r"^\s*(?P<number>\d+): 0x[0-9a-f]+ (?:M=\d+ )?(?:\[\w+\] )?(?P<rest>.*)$")
_FRAME = re.compile(r"^\s*(?P<name>\S+) (?P<file>.+?):\d+(?::\d+)?(?: s=\d+)?\s*$")
_HANDLES_DEFERS = re.compile(r"^runtime\.(?:\w*defer\w*|\(\*_panic\)\.\w+)$")


class ProfileError(ValueError):
    """A profile that can't be used; the message is half a sentence about the file."""


@dataclass(slots=True)
class Share:
    """What a function has of all samples, in percent."""

    file: str
    """The source file, as the compiler recorded it."""
    own: float = 0.0
    total: float = 0.0
    deferring: float = 0.0
    """Spent by the runtime on handling the function's defers, the deferred calls themselves left out."""


@dataclass(slots=True)
class _Raw:
    samples: list[tuple[int, list[int]]] = field(default_factory=list)
    frames: dict[int, list[tuple[str, str]]] = field(default_factory=dict)


def read(go: Go, profile: Path) -> Mapping[str, Share]:
    """The shares of all functions, by their full names less type arguments: ``example.com/p.(*T).M``.

    Raises ProfileError for a file that is no CPU profile, and OSError when go cannot be started.
    """
    if not profile.is_file():
        raise ProfileError("there is no such file")
    done = go.run(["tool", "pprof", "-raw", "-symbolize=none", str(profile.absolute())], cwd=profile.absolute().parent,
                  timeout=BUILD_TIMEOUT)  # fmt: skip
    if done.code:
        raise ProfileError(f"go tool pprof can't read it: {done.complaint}")
    text = done.stdout.decode(errors="replace")
    if "PeriodType: cpu" not in text:
        raise ProfileError("it is a profile of something else than CPU time")
    return _shares(_parse(text))


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
            if frame := _FRAME.match(rest):
                raw.frames.setdefault(location, []).append((_generic(frame["name"]), frame["file"]))
    return raw


def _shares(raw: _Raw) -> dict[str, Share]:
    everything = sum(value for value, _ in raw.samples)
    found: dict[str, Share] = {}
    for value, locations in raw.samples:
        stack = [frame for number in locations for frame in raw.frames.get(number, ())]
        share = 100 * value / everything if everything else 0.0
        for name, file in dict(stack).items():
            found.setdefault(name, Share(file)).total += share
        if stack:
            found[stack[0][0]].own += share
        if (owner := _deferring(stack)) is not None:
            found[owner].deferring += share
    return found


def _deferring(stack: list[tuple[str, str]]) -> str | None:
    """The function whose defers the runtime is handling at the top of the stack, if it is."""
    for (below, _), (name, _) in pairwise(stack):
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


def by_file(shares: Mapping[str, Share]) -> dict[str, list[tuple[str, Share]]]:
    """The functions, named less their package, by the last two parts of their file's path."""
    found: dict[str, list[tuple[str, Share]]] = defaultdict(list)
    for name, share in shares.items():
        found[tail(share.file)].append((less_package(name), share))
    return found


def tail(path: str) -> str:
    """The last two parts of a path: what a file is called with and without ``-trimpath``."""
    return "/".join(path.replace("\\", "/").split("/")[-2:])


def less_package(name: str) -> str:
    """``example.com/p.(*T).M`` less the package: ``(*T).M``."""
    return name.rpartition("/")[2].partition(".")[2]


def profiles_beside_main(roots: Iterator[Path]) -> list[Path]:
    """The ``default.pgo`` files below the modules ``roots``, which the go command builds main packages with."""
    found = {path for root in roots for path in root.rglob("default.pgo") if not _left_out(path.relative_to(root))}
    return sorted(found)


def _left_out(path: Path) -> bool:
    return any(part in ("vendor", "testdata") or part.startswith((".", "_")) for part in path.parts[:-1])
