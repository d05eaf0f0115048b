"""The commands and their flags.  Nothing is imported for a command before that command runs."""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer

from defermod.cli import FAILED, completion, fleet
from defermod.cli.flags import STDIN, Flags, check_names, known_flags, names_of
from defermod.settings import ConfigError, Setting, regexp

CLICK_EXCEPTION = next(c for c in typer.BadParameter.__mro__ if c.__name__ == "ClickException")
"""The exception for bad usage.  Typer has it from click, or from its own copy of it, by version."""

_COMPLETING = "_DEFERMOD_COMPLETE"
"""Set by a shell's completion script, which asks how a command line may go on."""

app = typer.Typer(
    name="defermod",
    help="Find Go defers that leak or cost too much, and fix them.",
    add_completion=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(fleet.app)

_PATHS = Annotated[
    list[str] | None,
    typer.Argument(metavar="PATHS", help="Files, directories, Go patterns (./...), or - for stdin.  [./...]"),
]


def _named(paths: list[str] | None) -> list[str] | None:
    if STDIN in (paths or ()):
        raise typer.BadParameter("- stands for stdin, which this command does not read; name the file")
    return paths


_NAMED_PATHS = Annotated[
    list[str] | None,
    typer.Argument(metavar="PATHS", help="Files, directories, Go patterns (./...).  [./...]", callback=_named),
]


def _command(names: str, name: str | None = None) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Make a function a command that takes these flags, in the order of its help.

    A name is that of a flag that commands share, of a parameter of the function's own, or ``paths``.  The function
    is called with ``Flags`` first, and with its own parameters by name.
    """
    shared = known_flags()
    paths = _PATHS if "stdin_filename" in names.split() else _NAMED_PATHS

    def register(function: Callable[..., int]) -> Callable[..., int]:
        own = {one.name: one for one in inspect.signature(function, eval_str=True).parameters.values()}
        shown: list[inspect.Parameter] = []
        for each in names_of(name or function.__name__, names):
            if each in own:
                shown.append(own[each].replace(kind=inspect.Parameter.KEYWORD_ONLY))
            else:
                kind, default = (paths, None) if each == "paths" else _typed(shared[each])
                shown.append(inspect.Parameter(each, inspect.Parameter.KEYWORD_ONLY, annotation=kind, default=default))

        def command(**typed: Any) -> int:
            mine = {name: typed.pop(name) for name in own if name in typed}
            typed["paths"] = tuple(typed["paths"] or ())
            return function(Flags.of(typed), **mine)

        command.__doc__ = function.__doc__
        command.__signature__ = inspect.Signature(shown)  # type: ignore[attr-defined]
        command.__annotations__ = {one.name: one.annotation for one in shown}
        app.command(name or function.__name__)(command)
        return function

    return register


def _regexp(text: str | None) -> str | None:
    try:
        return None if text is None else regexp(text)
    except ConfigError as error:
        raise typer.BadParameter(str(error)) from None


def _typed(one: Setting) -> tuple[Any, Any]:
    """Return the annotation from which typer makes a flag for a setting, and the default that means "not given"."""
    kind = list[str] if one.kind.typed is list else one.kind.typed
    # A flag that no file sets is off unless it is there; of the others, nobody may have said anything.
    never_said = one.kind.typed is bool and not one.kind.negated
    completer = completion.of_setting(one)
    option = typer.Option(*one.spellings, metavar=one.metavar or None, help=one.help, autocompletion=completer)
    return Annotated[kind if never_said else kind | None, option], False if never_said else None


@app.callback()
def _root(
    version: Annotated[bool, typer.Option("--version", "-V", help="Show the version and exit.")] = False,
) -> None:
    # `--version` alone never comes here; this is for the help text, and for `--version check`.
    if version:
        from defermod import __version__

        print(f"defermod {__version__}")
        raise typer.Exit(0)


@_command("paths " + " ".join(check_names()))
def check(flags: Flags) -> int:
    """Show the findings, by the text alone; with --types, also whether each can be fixed.  Nothing is written.

    Exit status 1 if there are any.
    """
    from defermod.cli import commands

    return commands.check(flags)


@_command(
    "paths diff interactive select ignore unsafe_fixes validate verify verify_timeout output_format lines"
    " stdin_filename jobs config exclude include_generated include_vendor OWN trust option"
    " since statistics output quiet color force_exclude cache"
)
def fix(flags: Flags) -> int:
    """Apply the safe fixes, after gofmt and go vet have accepted them.

    With --diff: exit status 1 if there is a diff.
    """
    from defermod.cli import commands

    return commands.fix(flags)


@_command(
    "codemod paths diff interactive option unsafe_fixes validate verify verify_timeout output_format lines"
    " stdin_filename jobs config exclude include_generated include_vendor trust since statistics output quiet color"
    " force_exclude"
)
def run(
    flags: Flags,
    codemod: Annotated[
        str, typer.Argument(metavar="CODEMOD", help="FILE.py or PACKAGE, with :NAME if it has several.")
    ],
) -> int:
    """Apply the safe fixes of a codemod of your own, as fix does those of the rules.

    Runs the Python code that is named here, and no other of the repository.
    """
    from defermod.cli import run_codemod

    return run_codemod.run(codemod, flags)


@app.command("new-rule")
def new_rule(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The rule's name, and the folder's: kebab-case.")],
) -> int:
    """Write a folder NAME with a rule that finds and fixes something, and its test, to start from."""
    from defermod.cli import new_rule as folder

    return folder.new_rule(name)


@_command(
    "paths pattern count benchtime select ignore unsafe_fixes evidence profile profiles raw OWN trust config exclude"
)
def bench(
    flags: Flags,
    pattern: Annotated[
        str, typer.Option("--bench", metavar="REGEXP", callback=_regexp, help="Run these benchmarks.")
    ] = ".",
    count: Annotated[int, typer.Option("--count", metavar="N", min=1, help="Runs on each side.")] = 10,
    benchtime: Annotated[
        str, typer.Option("--benchtime", metavar="TIME", help="Time or count per benchmark and run, as for go test.")
    ] = "200ms",
    evidence: Annotated[
        str | None,
        typer.Option("--hot-profile", metavar="FILE", help="A CPU profile (pprof) that says which functions are hot."),
    ] = None,
    profile: Annotated[
        bool,
        typer.Option("--profile", help="Also show what the handling of defers takes of CPU profiles, by function."),
    ] = False,
    profiles: Annotated[
        str | None,
        typer.Option("--profiles", metavar="DIR", help="As --profile, and keep the CPU profiles of both sides there."),
    ] = None,
    raw: Annotated[
        str | None, typer.Option("--output", metavar="FILE", help="Write all results there: benchstat -col side FILE.")
    ] = None,
) -> int:
    """Run the benchmarks of the packages that the fixes change, before and after.  Nothing is written."""
    from defermod.cli import commands

    asked = flags.having(diff=True, profile=evidence)
    return commands.bench(asked, pattern, count, benchtime, profile=profile, profiles=profiles, raw=raw)


@_command("paths bench tests benchtime timeout threshold output_format config exclude include_generated")
def cost(
    flags: Flags,
    bench: Annotated[
        str | None,
        typer.Option("--bench", metavar="REGEXP", callback=_regexp, help="Count while these benchmarks run.  [.]"),
    ] = None,
    tests: Annotated[bool, typer.Option("--tests", help="Count while the packages' tests run instead.")] = False,
    benchtime: Annotated[
        str, typer.Option("--benchtime", metavar="TIME", help="Time or count, as for go test.")
    ] = "1s",
    timeout: Annotated[
        str | None, typer.Option("--timeout", metavar="TIME", help="Time limit for each package, such as 90s.  [10m]")
    ] = None,
    threshold: Annotated[
        float | None,
        typer.Option("--hot-threshold", metavar="PERCENT", help="The share of CPU time that is worth a look.  [1]"),
    ] = None,
    output_format: Annotated[
        str | None, typer.Option("--output-format", metavar="FORMAT", help="text or json.  [text]")
    ] = None,
) -> int:
    """Show how often each defer runs, how it is compiled, and what it costs at most.

    Runs the packages' benchmarks or tests with counters in them.  Nothing is written.
    """
    from defermod.cli import machine

    asked = flags.having(hot_threshold=threshold, output_format=output_format)
    return machine.cost(asked, bench=bench, tests=tests, benchtime=benchtime, timeout=timeout)


@_command("function paths unsafe_fixes OWN output_format config exclude include_generated")
def asm(
    flags: Flags,
    function: Annotated[str, typer.Argument(metavar="FUNCTION", help="F, pkg.F, (*T).M, as for --hot.")],
    output_format: Annotated[
        str | None, typer.Option("--output-format", metavar="FORMAT", help="text or json.  [text]")
    ] = None,
) -> int:
    """Show where the compiler puts a function's defers: registration, exits, code size and frame.

    Before and after the fix, where one applies.  Compiles the package; runs and writes nothing.
    """
    from defermod.cli import machine

    return machine.asm(flags.having(output_format=output_format), function)


@_command("paths dry_run select ignore since OWN config exclude include_generated include_vendor jobs")
def silence(
    flags: Flags,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing; print a diff.")] = False,
) -> int:
    """Write a comment with the reason above each finding, so that check no longer reports it."""
    from defermod.cli import silence as command

    return command.silence(flags, dry_run=dry_run)


@app.command()
def explain(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME",
            help="A rule, or any name that a message prints; without it, list all.",
            autocompletion=completion.names,
        ),
    ] = None,
) -> int:
    """Explain a rule, a refusal, a hazard or an assumption, and what to do about it."""
    from defermod.cli import explain as page

    return page.explain(name)


@app.command()
def lsp(
    stdio: Annotated[bool, typer.Option("--stdio", hidden=True, help="What many editors add; it is so anyway.")] = True,
) -> int:
    """Serve an editor: the Language Server Protocol on stdin and stdout."""
    from defermod.cli import output
    from defermod.lsp import MissingExtraError, serve

    try:
        serve()
    except MissingExtraError as error:
        output.error(str(error))
        return FAILED
    return 0


def invoke(arguments: list[str]) -> int:
    """Parse ``arguments``, run the command and return its exit status."""
    command = typer.main.get_command(app)
    if not arguments and _COMPLETING not in os.environ:
        # Asked for nothing: that is bad usage, and the help is the best answer to it.
        with command.make_context("defermod", [], resilient_parsing=True) as context:
            print(command.get_help(context), file=sys.stderr)
        return FAILED
    own, behind = fleet.split(arguments)
    try:
        status = command.main(args=own, prog_name="defermod", standalone_mode=False, obj=behind)
    except Exception as error:
        if not isinstance(error, CLICK_EXCEPTION):
            raise
        return _bad_usage(error)
    return status if isinstance(status, int) else 0


def _bad_usage(error: Any) -> int:
    """Report in one line what is wrong with the command line, and how to list its flags."""
    context = getattr(error, "ctx", None)
    where = context.command_path if context is not None else "defermod"
    message = " ".join(error.format_message().split()).rstrip(".")
    print(f"defermod: error: {message} (see '{where} --help')", file=sys.stderr)
    return FAILED
