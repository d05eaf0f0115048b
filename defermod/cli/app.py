"""The commands and their flags.  Nothing is imported for a command before that command runs."""

from __future__ import annotations

import os
import sys
from typing import Annotated, Any

import typer

from defermod.cli import FAILED, fleet

CLICK_EXCEPTION = next(c for c in typer.BadParameter.__mro__ if c.__name__ == "ClickException")
"""What bad usage is raised as.  Typer has it from click, or from its own copy of it, by version."""

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

Paths = Annotated[
    list[str] | None,
    typer.Argument(metavar="PATHS", help="Files, directories, Go patterns (./...), or - for stdin.  [./...]"),
]
Select = Annotated[
    list[str] | None, typer.Option("--select", metavar="RULES", help="Run these rules only, comma-separated.")
]
Ignore = Annotated[list[str] | None, typer.Option("--ignore", metavar="RULES", help="Do not run these rules.")]
Unsafe = Annotated[
    bool | None,
    typer.Option("--unsafe-fixes/--no-unsafe-fixes", help="Also apply fixes that are not proven safe."),
]
Validate = Annotated[
    list[str] | None,
    typer.Option("--validate", metavar="LIST", help="What changes must pass: gofmt,vet or none.  [gofmt,vet]"),
]
Verify = Annotated[
    bool | None,
    typer.Option("--verify/--no-verify", help="Also run the changed packages' own tests, before and after."),
]
VerifyTimeout = Annotated[
    str | None,
    typer.Option("--verify-timeout", metavar="TIME", help="For the tests of one package, such as 90s.  [go's: 10m]"),
]
Format = Annotated[
    str | None,
    typer.Option(
        "--output-format",
        metavar="FORMAT",
        help="text, concise, json, sarif, github, rdjson, checkstyle or html.  [text]",
    ),
]
Lines = Annotated[str | None, typer.Option("--lines", metavar="A-B", help="Only findings that start on these lines.")]
StdinFilename = Annotated[
    str | None,
    typer.Option("--stdin-filename", metavar="PATH", help="With -: the file that stdin stands for."),
]
Jobs = Annotated[int | None, typer.Option("--jobs", "-j", metavar="N", help="Worker processes.  [one per CPU]")]
Config = Annotated[
    str | None,
    typer.Option("--config", metavar="FILE", help="Settings to use instead of the module's .defermod.toml."),
]
Exclude = Annotated[
    list[str] | None,
    typer.Option("--exclude", metavar="PATTERN", help="Skip what matches, as in .gitignore; may be repeated."),
]
Generated = Annotated[
    bool | None,
    typer.Option("--include-generated/--no-include-generated", help="Also look at generated files."),
]
Vendor = Annotated[
    bool | None,
    typer.Option("--include-vendor/--no-include-vendor", help="Also look into vendor directories."),
]
Hot = Annotated[
    list[str] | None,
    typer.Option("--hot", metavar="PATTERN", help="Functions that are hot: F, pkg.F, (*T).M, '*'; may be repeated."),
]
Profile = Annotated[
    str | None,
    typer.Option("--profile", metavar="FILE", help="A CPU profile (pprof) that says which functions are hot."),
]
Bench = Annotated[
    str | None,
    typer.Option("--bench", metavar="REGEXP", help="Make such a profile by running these benchmarks of the packages."),
]
HotThreshold = Annotated[
    float | None,
    typer.Option("--hot-threshold", metavar="PERCENT", help="The share of the profile that makes a function hot.  [1]"),
]
LoopStyle = Annotated[
    str | None,
    typer.Option("--loop-style", metavar="STYLE", help="What a defer in a loop becomes: closure or explicit (calls)."),
]
Since = Annotated[
    str | None,
    typer.Option("--since", metavar="REV", help="Only findings on lines changed since the merge base with REV."),
]
FailOn = Annotated[
    str | None,
    typer.Option("--fail-on", metavar="WHAT", help="Exit with 1 for all findings, fixable ones, or never.  [all]"),
]
ExitZero = Annotated[bool, typer.Option("--exit-zero", help="Exit with 0 even if there are findings.")]
Statistics = Annotated[bool, typer.Option("--statistics", help="Show counts by rule and code, not the findings.")]
Output = Annotated[
    list[str] | None,
    typer.Option("--output", metavar="FORMAT=FILE", help="Also write a report to a file; may be repeated."),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Show the findings and nothing else.")]
Color = Annotated[str | None, typer.Option("--color", metavar="WHEN", help="Colours: auto, always or never.  [auto]")]
Trust = Annotated[
    str | None,
    typer.Option("--trust", metavar="WHAT", help="Assumptions that a safe fix may rest on: default or none."),
]
Force = Annotated[
    bool | None,
    typer.Option("--force-exclude/--no-force-exclude", help="Pass over what a walk would, even where it is named."),
]

Cached = Annotated[
    bool | None,
    typer.Option("--cache/--no-cache", help="Remember what was found, and look again only at what has changed.  [on]"),
]


RuleOptions = Annotated[
    list[str] | None,
    typer.Option("--option", metavar="RULE.NAME=VALUE", help="A setting of a rule's own; may be repeated."),
]


@app.callback()
def _root(
    version: Annotated[bool, typer.Option("--version", "-V", help="Show the version and exit.")] = False,
) -> None:
    # `--version` alone never comes here; this is for the help text, and for `--version check`.
    if version:
        from defermod import __version__

        print(f"defermod {__version__}")
        raise typer.Exit(0)


@app.command()
def check(
    paths: Paths = None,
    types: Annotated[
        bool, typer.Option("--types", help="Ask Go's types and the validators, and give the verdicts that fix would.")
    ] = False,
    select: Select = None,
    ignore: Ignore = None,
    unsafe_fixes: Unsafe = None,
    output_format: Format = None,
    lines: Lines = None,
    stdin_filename: StdinFilename = None,
    jobs: Jobs = None,
    config: Config = None,
    exclude: Exclude = None,
    include_generated: Generated = None,
    include_vendor: Vendor = None,
    hot: Hot = None,
    profile: Profile = None,
    bench: Bench = None,
    hot_threshold: HotThreshold = None,
    loop_style: LoopStyle = None,
    trust: Trust = None,
    option: RuleOptions = None,
    since: Since = None,
    fail_on: FailOn = None,
    exit_zero: ExitZero = False,
    statistics: Statistics = False,
    output: Output = None,
    quiet: Quiet = False,
    color: Color = None,
    force_exclude: Force = None,
    cache: Cached = None,
    validate: Validate = None,
) -> int:
    """Show the findings, by the text alone; with --types, also whether each can be fixed.  Nothing is written.

    Exit status 1 if there are any.
    """
    from defermod.cli import commands
    from defermod.cli.flags import Flags

    return commands.check(
        Flags(
            paths=tuple(paths or ()),
            types=types,
            select=select,
            ignore=ignore,
            unsafe_fixes=unsafe_fixes,
            validate=validate,
            output_format=output_format,
            lines=lines,
            stdin_filename=stdin_filename,
            jobs=jobs,
            config=config,
            exclude=exclude,
            include_generated=include_generated,
            include_vendor=include_vendor,
            hot=hot,
            profile=profile,
            bench=bench,
            hot_threshold=hot_threshold,
            loop_style=loop_style,
            trust=trust,
            option=option,
            since=since,
            fail_on=fail_on,
            exit_zero=exit_zero,
            statistics=statistics,
            output=output,
            quiet=quiet,
            color=color,
            force_exclude=force_exclude,
            cache=cache,
        )
    )


@app.command()
def fix(
    paths: Paths = None,
    diff: Annotated[
        bool, typer.Option("--diff", help="Write nothing; print a diff for git apply or patch -p1.")
    ] = False,
    interactive: Annotated[
        bool, typer.Option("--interactive", "-i", help="Show the fixes one by one, and ask about each.")
    ] = False,
    select: Select = None,
    ignore: Ignore = None,
    unsafe_fixes: Unsafe = None,
    validate: Validate = None,
    verify: Verify = None,
    verify_timeout: VerifyTimeout = None,
    output_format: Format = None,
    lines: Lines = None,
    stdin_filename: StdinFilename = None,
    jobs: Jobs = None,
    config: Config = None,
    exclude: Exclude = None,
    include_generated: Generated = None,
    include_vendor: Vendor = None,
    hot: Hot = None,
    profile: Profile = None,
    bench: Bench = None,
    hot_threshold: HotThreshold = None,
    loop_style: LoopStyle = None,
    trust: Trust = None,
    option: RuleOptions = None,
    since: Since = None,
    statistics: Statistics = False,
    output: Output = None,
    quiet: Quiet = False,
    color: Color = None,
    force_exclude: Force = None,
    cache: Cached = None,
) -> int:
    """Apply the safe fixes, after gofmt and go vet have accepted them.

    With --diff: exit status 1 if there is a diff.
    """
    from defermod.cli import commands
    from defermod.cli.flags import Flags

    return commands.fix(
        Flags(
            paths=tuple(paths or ()),
            diff=diff,
            interactive=interactive,
            select=select,
            ignore=ignore,
            unsafe_fixes=unsafe_fixes,
            validate=validate,
            verify=verify,
            verify_timeout=verify_timeout,
            output_format=output_format,
            lines=lines,
            stdin_filename=stdin_filename,
            jobs=jobs,
            config=config,
            exclude=exclude,
            include_generated=include_generated,
            include_vendor=include_vendor,
            hot=hot,
            profile=profile,
            bench=bench,
            hot_threshold=hot_threshold,
            loop_style=loop_style,
            trust=trust,
            option=option,
            since=since,
            statistics=statistics,
            output=output,
            quiet=quiet,
            color=color,
            force_exclude=force_exclude,
            cache=cache,
        )
    )


@app.command()
def run(
    codemod: Annotated[
        str, typer.Argument(metavar="CODEMOD", help="FILE.py or PACKAGE, with :NAME if it has several.")
    ],
    paths: Paths = None,
    diff: Annotated[
        bool, typer.Option("--diff", help="Write nothing; print a diff for git apply or patch -p1.")
    ] = False,
    interactive: Annotated[
        bool, typer.Option("--interactive", "-i", help="Show the fixes one by one, and ask about each.")
    ] = False,
    option: RuleOptions = None,
    unsafe_fixes: Unsafe = None,
    validate: Validate = None,
    verify: Verify = None,
    verify_timeout: VerifyTimeout = None,
    output_format: Format = None,
    lines: Lines = None,
    stdin_filename: StdinFilename = None,
    jobs: Jobs = None,
    config: Config = None,
    exclude: Exclude = None,
    include_generated: Generated = None,
    include_vendor: Vendor = None,
    trust: Trust = None,
    force_exclude: Force = None,
) -> int:
    """Apply the safe fixes of a codemod of your own, as fix does those of the rules.

    Runs the Python code that is named here, and no other of the repository.
    """
    from defermod.cli import run_codemod
    from defermod.cli.flags import Flags

    flags = Flags(
        paths=tuple(paths or ()),
        diff=diff,
        interactive=interactive,
        option=option,
        unsafe_fixes=unsafe_fixes,
        validate=validate,
        verify=verify,
        verify_timeout=verify_timeout,
        output_format=output_format,
        lines=lines,
        stdin_filename=stdin_filename,
        jobs=jobs,
        config=config,
        exclude=exclude,
        include_generated=include_generated,
        include_vendor=include_vendor,
        trust=trust,
        force_exclude=force_exclude,
    )
    return run_codemod.run(codemod, flags)


@app.command("new-rule")
def new_rule(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The rule's name, and the folder's: kebab-case.")],
) -> int:
    """Write a folder NAME with a rule that finds and fixes something, and its test, to start from."""
    from defermod.cli import new_rule as folder

    return folder.new_rule(name)


@app.command()
def bench(
    paths: Paths = None,
    pattern: Annotated[str, typer.Option("--bench", metavar="REGEXP", help="Run these benchmarks.")] = ".",
    count: Annotated[int, typer.Option("--count", metavar="N", min=1, help="Runs on each side.")] = 10,
    benchtime: Annotated[
        str, typer.Option("--benchtime", metavar="TIME", help="For each benchmark and run.")
    ] = "200ms",
    select: Select = None,
    ignore: Ignore = None,
    unsafe_fixes: Unsafe = None,
    hot: Hot = None,
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
        typer.Option("--profiles", metavar="DIR", help="The same, and keep the profiles of both sides there."),
    ] = None,
    raw: Annotated[
        str | None, typer.Option("--output", metavar="FILE", help="Write all results there: benchstat -col side FILE.")
    ] = None,
    hot_threshold: HotThreshold = None,
    loop_style: LoopStyle = None,
    trust: Trust = None,
    config: Config = None,
    exclude: Exclude = None,
) -> int:
    """Run the benchmarks of the packages that the fixes change, before and after.  Nothing is written."""
    from defermod.cli import commands
    from defermod.cli.flags import Flags

    flags = Flags(
        paths=tuple(paths or ()),
        diff=True,
        select=select,
        ignore=ignore,
        unsafe_fixes=unsafe_fixes,
        config=config,
        exclude=exclude,
        hot=hot,
        profile=evidence,
        hot_threshold=hot_threshold,
        loop_style=loop_style,
        trust=trust,
    )
    return commands.bench(flags, pattern, count, benchtime, profile=profile, profiles=profiles, raw=raw)


@app.command()
def cost(
    paths: Paths = None,
    bench: Annotated[
        str | None, typer.Option("--bench", metavar="REGEXP", help="Count while these benchmarks run.  [.]")
    ] = None,
    tests: Annotated[bool, typer.Option("--tests", help="Count while the packages' tests run instead.")] = False,
    benchtime: Annotated[str, typer.Option("--benchtime", metavar="TIME", help="For each benchmark.")] = "1s",
    timeout: Annotated[
        str | None, typer.Option("--timeout", metavar="TIME", help="For each package, such as 90s.  [10m]")
    ] = None,
    threshold: Annotated[
        float | None,
        typer.Option("--hot-threshold", metavar="PERCENT", help="The share of CPU time that is worth a look.  [1]"),
    ] = None,
    output_format: Annotated[
        str | None, typer.Option("--output-format", metavar="FORMAT", help="text or json.  [text]")
    ] = None,
    config: Config = None,
    exclude: Exclude = None,
    include_generated: Generated = None,
) -> int:
    """Say how often each defer runs, how it is compiled, and what that costs at most.

    Runs the packages' benchmarks or tests with counters in them.  Nothing is written.
    """
    from defermod.cli import machine
    from defermod.cli.flags import Flags

    flags = Flags(
        paths=tuple(paths or ()),
        output_format=output_format,
        config=config,
        exclude=exclude,
        include_generated=include_generated,
        hot_threshold=threshold,
    )
    return machine.cost(flags, bench=bench, tests=tests, benchtime=benchtime, timeout=timeout)


@app.command()
def asm(
    function: Annotated[str, typer.Argument(metavar="FUNCTION", help="F, pkg.F, (*T).M, as for --hot.")],
    paths: Paths = None,
    unsafe_fixes: Unsafe = None,
    loop_style: LoopStyle = None,
    output_format: Annotated[
        str | None, typer.Option("--output-format", metavar="FORMAT", help="text or json.  [text]")
    ] = None,
    config: Config = None,
    exclude: Exclude = None,
    include_generated: Generated = None,
) -> int:
    """Show where the compiler puts a function's defers: registration, exits, code size and frame.

    Before and after the fix, where one applies.  Compiles the package; runs and writes nothing.
    """
    from defermod.cli import machine
    from defermod.cli.flags import Flags

    flags = Flags(
        paths=tuple(paths or ()),
        unsafe_fixes=unsafe_fixes,
        loop_style=loop_style,
        output_format=output_format,
        config=config,
        exclude=exclude,
        include_generated=include_generated,
    )
    return machine.asm(flags, function)


@app.command()
def silence(
    paths: Paths = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing; print a diff.")] = False,
    select: Select = None,
    ignore: Ignore = None,
    since: Since = None,
    hot: Hot = None,
    profile: Profile = None,
    config: Config = None,
    exclude: Exclude = None,
    include_generated: Generated = None,
    include_vendor: Vendor = None,
    jobs: Jobs = None,
) -> int:
    """Write a comment above each finding that says to leave it alone, and why: afterwards check finds nothing."""
    from defermod.cli import silence as command
    from defermod.cli.flags import Flags

    flags = Flags(
        paths=tuple(paths or ()),
        select=select,
        ignore=ignore,
        since=since,
        hot=hot,
        profile=profile,
        config=config,
        exclude=exclude,
        include_generated=include_generated,
        include_vendor=include_vendor,
        jobs=jobs,
    )
    return command.silence(flags, dry_run=dry_run)


@app.command()
def explain(
    name: Annotated[
        str | None,
        typer.Argument(metavar="NAME", help="A rule, or any name that a message prints; without it, list all."),
    ] = None,
) -> int:
    """What a rule, a refusal, a hazard or an assumption means, and what to do about it."""
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
    """Say in one line what was wrong with the command line, and where its flags are listed."""
    context = getattr(error, "ctx", None)
    where = context.command_path if context is not None else "defermod"
    message = " ".join(error.format_message().split()).rstrip(".")
    print(f"defermod: error: {message} (see '{where} --help')", file=sys.stderr)
    return FAILED
