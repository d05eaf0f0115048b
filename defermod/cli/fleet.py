"""``defermod fleet``: the flags of its commands, and what they print."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from defermod.cli import FAILED, FOUND, output

if TYPE_CHECKING:
    from defermod.fleet.run import Command

app = typer.Typer(
    name="fleet",
    help="Many repositories: run a command over all, report, compare, make branches.",
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

SEPARATOR = "--"
_COMMANDS = ("check", "fix", "run")
_NOT_HERE = ("output_format", "output", "interactive", "stdin_filename")
"""Flags of a command that choose where its output goes, or that need a person at the terminal."""
_SETTINGS = "--config"
_FILES = (_SETTINGS, "--profile")
"""Flags whose value is a file on this machine; the workers receive a copy."""
_CODEMOD = "CODEMOD"
_UNITS = {"": 1, "B": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}

Database = Annotated[Path, typer.Argument(metavar="DB", help="The file of results.")]
Number = Annotated[int | None, typer.Option("--run", metavar="N", help="Another run than the last one.")]
Repositories = Annotated[
    list[str] | None,
    typer.Option("--repository", metavar="GLOB", help="Only repositories whose name matches; may be repeated."),
]


@app.command("run")
def run(
    context: typer.Context,
    targets: Annotated[
        list[str],
        typer.Argument(
            metavar="TARGETS",
            help="Directories, clone addresses, a file of these, one per line, or a command that prints such lines.",
        ),
    ],
    db: Annotated[Path, typer.Option("--db", metavar="FILE", help="The file of results (SQLite).")],
    scheduler: Annotated[
        str | None,
        typer.Option("--scheduler", metavar="ADDRESS", help="Dask: tcp://HOST:PORT, or local:N for N processes here."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", "-w", metavar="N", min=1, help="Repositories at a time.  [one per CPU]")
    ] = None,
    timeout: Annotated[
        str, typer.Option("--timeout", metavar="TIME", help="For each repository, such as 90s; 0 is none.")
    ] = "10m",
    memory: Annotated[
        str | None,
        typer.Option("--memory", metavar="SIZE", help="For each repository, all its processes together, such as 4G."),
    ] = None,
    cache: Annotated[
        str | None, typer.Option("--cache", metavar="DIR", help="Where workers keep clones.  [the user's cache]")
    ] = None,
    program: Annotated[
        str | None,
        typer.Option("--program", metavar="FILE", help="Another defermod to run, such as an earlier version's."),
    ] = None,
    split: Annotated[
        int,
        typer.Option(
            "--split",
            metavar="LINES",
            min=0,
            help="Repositories with more lines of Go are looked at module by module; 0: never.",
            show_default=True,
        ),
    ] = 500_000,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Do the repositories again that have failed.")
    ] = False,
    new_run: Annotated[
        bool, typer.Option("--new-run", help="Begin another run, also where the last one can go on.")
    ] = False,
    resources: Annotated[
        list[str] | None,
        typer.Option("--resources", metavar="NAME=N", help="Dask resources that a repository takes; may be repeated."),
    ] = None,
    performance_report: Annotated[
        Path | None, typer.Option("--performance-report", metavar="FILE", help="Have Dask write its report there.")
    ] = None,
) -> int:
    """Run a command over many repositories: fleet run TARGETS --db FILE -- check|fix|run ... [flags].

    Nothing is written to the repositories: what fix changes is kept as a diff, for fleet branch.  A run that was
    stopped goes on where it was.  Exit status 2 if a repository failed; the others go on.
    """
    from defermod.cli.progress import Watcher
    from defermod.fleet.engines import is_scheduler
    from defermod.fleet.run import Request
    from defermod.fleet.run import run as start
    from defermod.fleet.values import FleetError, Limits

    try:
        if scheduler is not None and not is_scheduler(scheduler):
            raise FleetError(f"--scheduler takes tcp://HOST:PORT or local:N, not {scheduler!r}")
        if scheduler is not None and workers is not None:
            raise FleetError("--workers is for this machine alone; a scheduler has its own, and local:N names N")
        request = Request(
            tuple(targets),
            db,
            _command(context.obj),
            scheduler,
            workers,
            Limits(_seconds(timeout), None if memory is None else _size(memory)),
            cache if scheduler is not None or cache is None else str(Path(cache).absolute()),
            split or None,
            retry_failed,
            new_run,
            tuple(_resource(text) for text in resources or ()),
            performance_report,
            None if program is None else os.path.abspath(program),  # noqa: PTH100 - the link is what is meant
        )
        with Watcher() as watch:
            counts = start(request, say=output.say, watch=watch)
    except FleetError as error:
        output.error(str(error))
        return FAILED
    except KeyboardInterrupt:
        output.say("\nfleet: stopped; the same command goes on from here")
        raise
    output.put(_counted(counts, db))
    return FAILED if counts.get("failed") else 0


@app.command("report")
def report(
    db: Database,
    output_format: Annotated[
        str, typer.Option("--output-format", metavar="FORMAT", help="text, json, csv or html.")
    ] = "text",
    number: Number = None,
    against: Annotated[
        str | None,
        typer.Option("--against", metavar="DB", help="Another file of results to show the trend from.  [run before]"),
    ] = None,
    repository: Repositories = None,
    times: Annotated[
        bool, typer.Option("--times", help="Also what differs from run to run: seconds, hosts.  [html has it]")
    ] = False,
) -> int:
    """Show the findings of a run by repository, rule, package and safety."""
    from defermod.fleet import reports, store
    from defermod.fleet.values import FleetError

    if output_format not in reports.FORMATS:
        output.error(f"unknown output format {output_format!r}; there are {', '.join(reports.FORMATS)}")
        return FAILED
    try:
        with store.opened(db) as kept:
            results = kept.results(_chosen(kept.runs(), number, db))
            before = None
            if against is None:
                earlier = [run for run in kept.runs() if run.id < results.run.id]
                before = kept.results(earlier[-1]) if earlier else None
        if against is not None:
            with store.opened(Path(against)) as other:
                before = other.results(_chosen(other.runs(), None, Path(against)))
        results = reports.only(results, repository or ())
        before = None if before is None else reports.only(before, repository or ())
        output.put(reports.render(results, output_format, before=before, times=times))
    except FleetError as error:
        output.error(str(error))
        return FAILED
    return 0


@app.command("diff")
def diff(
    first: Annotated[Path, typer.Argument(metavar="DB1", help="The file of results before.")],
    second: Annotated[
        Path | None, typer.Argument(metavar="DB2", help="The one after.  [the last two runs of DB1]")
    ] = None,
    output_format: Annotated[str, typer.Option("--output-format", metavar="FORMAT", help="text or json.")] = "text",
) -> int:
    """Show what is new, gone or changed between two runs, such as two versions'.  Exit status 1 if anything is."""
    from defermod.fleet import compare, store
    from defermod.fleet.values import FleetError

    if output_format not in compare.FORMATS:
        output.error(f"unknown output format {output_format!r}; there are {', '.join(compare.FORMATS)}")
        return FAILED
    try:
        with store.opened(first) as kept:
            runs = kept.runs()
            if second is None and len(runs) < 2:
                raise FleetError(f"{first}: there is one run only; name another file to compare with")
            chosen = _chosen(runs[:-1] if second is None else runs, None, first)
            before = kept.results(chosen)
        with store.opened(second or first) as kept:
            after = kept.results(_chosen(kept.runs(), None, second or first))
        found = compare.compare(before, after)
        output.put(compare.render(found, output_format))
    except FleetError as error:
        output.error(str(error))
        return FAILED
    return FOUND if found.differs else 0


@app.command("branch")
def branch(
    db: Database,
    name: Annotated[
        str, typer.Option("--branch", metavar="NAME", help="The branch to make in each repository.")
    ] = "defermod",
    message: Annotated[
        str | None,
        typer.Option(
            "--message", metavar="TEXT", help="Commit message; {repository}, {files}, {findings}, {rules}, {version}."
        ),
    ] = None,
    author: Annotated[
        str | None, typer.Option("--author", metavar="'NAME <MAIL>'", help="The commits' author.  [git's user]")
    ] = None,
    repository: Repositories = None,
    path: Annotated[
        list[str] | None,
        typer.Option("--path", metavar="GLOB", help="Only changes of files that match; may be repeated."),
    ] = None,
    push: Annotated[bool, typer.Option("--push", help="Push the branch to where the repository came from.")] = False,
    remote: Annotated[
        str, typer.Option("--remote", metavar="NAME", help="Where directories' repositories are pushed.")
    ] = "origin",
    request: Annotated[
        str | None,
        typer.Option(
            "--request",
            metavar="COMMAND",
            help="Print this for each branch, such as 'gh pr create --head {branch}'; {directory}, {address}, {base}.",
        ),
    ] = None,
    run_request: Annotated[bool, typer.Option("--run-request", help="Run it instead of printing it.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", "-n", help="Only say what would be done.")] = False,
    number: Number = None,
    cache: Annotated[
        str | None, typer.Option("--cache", metavar="DIR", help="Where the clones are.  [the user's cache]")
    ] = None,
) -> int:
    """Commit what fix changed on a branch in each repository.

    Working trees, their indexes, and branches that exist are not touched.  Exit status 2 if a branch could not be made.
    """
    from defermod.fleet import branches, store
    from defermod.fleet.values import FleetError

    wanted = branches.Wanted(
        name,
        message,
        author,
        tuple(repository or ()),
        tuple(path or ()),
        push,
        remote,
        request,
        run_request,
        dry_run,
        None if cache is None else Path(cache).absolute(),
    )
    try:
        with store.opened(db) as kept:
            results = kept.results(_chosen(kept.runs(), number, db))
            failed = branches.make(results, wanted, kept, put=output.put, say=output.say)
    except FleetError as error:
        output.error(str(error))
        return FAILED
    return FAILED if failed else 0


def split(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Split the arguments of ``fleet run`` at the first ``--``."""
    if list(arguments[:2]) != ["fleet", "run"] or SEPARATOR not in arguments:
        return list(arguments), []
    at = list(arguments).index(SEPARATOR)
    return list(arguments[:at]), list(arguments[at + 1 :])


def _command(typed: Any) -> Command:
    """The command for each repository, checked as far as it can be without one.  Raises FleetError."""
    from defermod.fleet.run import Command
    from defermod.fleet.values import FleetError

    words: list[str] = list(typed or ())
    if not words or words[0] not in _COMMANDS:
        said = f", not {words[0]!r}" if words else ""
        raise FleetError(f"after -- comes the command for each repository: {', '.join(_COMMANDS)}{said}")
    values = _parsed(words)
    for name in _NOT_HERE:
        if values.get(name):
            raise FleetError(f"--{name.replace('_', '-')} can't be used in a fleet: the results go into the file")
    paths = [str(path) for path in values.get("paths") or ()]
    if "-" in paths:
        raise FleetError("- stands for stdin, which a fleet does not have")
    codemod, _, _ = str(values.get("codemod") or "").partition(":")
    is_package = bool(codemod) and not (codemod.endswith(".py") or os.sep in codemod)
    sent, shipped = _ship(words, None if is_package else values.get("codemod"))
    previews = bool(values.get("diff"))
    if previews:
        sent.remove("--diff")
    return Command(
        typed=tuple(words),
        words=tuple(sent),
        names_paths=bool(paths),
        previews=previews,
        takes_jobs="jobs" in values and values["jobs"] is None,
        needs_go=words[0] != "check" or bool(values.get("types")),
        package=codemod if is_package else "",
        shipped=shipped,
    )


def _parsed(words: list[str]) -> dict[str, Any]:
    """The command's flags and arguments as its own parser sees them.  Raises FleetError."""
    from defermod.cli.app import CLICK_EXCEPTION
    from defermod.cli.app import app as all_commands
    from defermod.fleet.values import FleetError

    group: Any = typer.main.get_command(all_commands)
    command = group.commands.get(words[0])
    if command is None:
        raise FleetError(f"this version has no command {words[0]!r}")
    try:
        context = command.make_context(words[0], list(words[1:]))
    except Exception as error:
        if not isinstance(error, CLICK_EXCEPTION):
            raise
        message = " ".join(error.format_message().split()).rstrip(".")  # type: ignore[attr-defined]
        raise FleetError(f"{words[0]}: {message}") from None
    return dict(context.params)


def _ship(words: list[str], codemod: str | None) -> tuple[list[str], tuple[tuple[str, bytes], ...]]:
    """The command with its files of this machine replaced, and these files.  Raises FleetError.

    ``codemod`` is the word that names one in a file, or in a directory that is a package.
    """
    from defermod.fleet.values import SETTINGS_PREFIX, SHIPPED, TREE, FleetError

    sent = list(words)
    shipped: dict[str, bytes] = {}

    def ship(path: str, flag: str = "") -> str:
        top = Path(path)
        name = top.resolve().name
        try:
            files = sorted(top.rglob("*.py")) if flag == _CODEMOD and top.is_dir() else [top]
            for file in files:
                content = file.read_bytes()
                under = (Path(name) / file.relative_to(top)).as_posix()
                if shipped.setdefault(under, content) != content:
                    raise FleetError(f"{path}: two files of the command have this name")
        except OSError as error:
            raise FleetError(f"{path}: {error.strerror}") from None
        # Patterns in settings are relative to the file.  Code must not stand among the repository's.
        return f"{TREE}/{SETTINGS_PREFIX}{name}" if flag == _SETTINGS else f"{SHIPPED}/{name}"

    for at, word in enumerate(words):
        flag, equals, value = word.partition("=")
        if flag in _FILES and equals:
            sent[at] = f"{flag}={ship(value, flag)}"
        elif word in _FILES and at + 1 < len(words):
            sent[at + 1] = ship(words[at + 1], word)
        elif at and word == codemod and (match := re.fullmatch(r"(.+?)(:\w+)?", word)):
            sent[at] = ship(match[1], _CODEMOD) + (match[2] or "")
            codemod = None
    return sent, tuple(sorted(shipped.items()))


def _seconds(text: str) -> float | None:
    from defermod.fleet.values import FleetError
    from defermod.settings import ConfigError, duration

    if text.strip("0") in ("", "s"):
        return None
    try:
        return duration(text)
    except ConfigError as error:
        raise FleetError(f"--timeout: {error}") from None


def _size(text: str) -> int:
    from defermod.fleet.values import FleetError

    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B)?", text.strip(), re.IGNORECASE)
    if match is None or not float(match[1]):
        raise FleetError(f"--memory: {text!r} is not a size such as 512M or 4G")
    return int(float(match[1]) * _UNITS[match[2].upper()])


def _resource(text: str) -> tuple[str, float]:
    from defermod.fleet.values import FleetError

    name, equals, amount = text.partition("=")
    try:
        if not name or not equals:
            raise ValueError
        return name, float(amount)
    except ValueError:
        raise FleetError(f"--resources takes NAME=N, not {text!r}") from None


def _chosen(runs: Sequence[Any], number: int | None, path: Path) -> Any:
    from defermod.fleet.values import FleetError

    if not runs:
        raise FleetError(f"{path}: it holds no run")
    if number is None:
        return runs[-1]
    for run in runs:
        if run.id == number:
            return run
    raise FleetError(f"{path}: there is no run {number}; there are {', '.join(str(run.id) for run in runs)}")


def _counted(counts: dict[str, int], db: Path) -> str:
    done = sum(counts.get(state, 0) for state in ("done", "partial"))
    parts = [f"{done} of {counts['all']} repositories looked at"]
    if counts.get("partial"):
        parts.append(f"{counts['partial']} of them in part")
    if counts.get("failed"):
        parts.append(f"{counts['failed']} failed")
    return f"{', '.join(parts)}: defermod fleet report {db}\n"
