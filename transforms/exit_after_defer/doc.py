"""The rule's page, as data."""

from defermod.codemod import Code, RuleDoc


class Reason(Code):
    """The rule's reasons to leave code alone, or to ask for --unsafe-fixes."""

    CALLS_ADDED = "calls-added", "the pending calls are made now: that is what the fix is for"
    CONDITIONAL_DEFER = (
        "conditional-defer",
        "whether, or how often, the defer was passed when control gets to the exit is not known",
    )
    OPERANDS_CHANGE = (
        "operands-change",
        "the function, receiver or arguments of the pending call may be others at the exit",
    )
    RECOVERS = "recovers", "the pending call is there for panics"
    NAME_TAKEN = "name-taken", "os means something else where the exit stands"
    LAYOUT = "layout", "the statements share their lines with others"


DOC = RuleDoc(
    title="exit with deferred calls pending",
    what="os.Exit, log.Fatal and their kin where deferred calls are pending",
    why=(
        "These end the program at once: no deferred call is made, so a buffer is not flushed, a profile not written, a "
        "temporary directory not removed, a test's set-up not undone. The fix makes the pending calls before the exit, "
        "last in, first out; what the exiting call prints is printed first, and an exit code that is computed is "
        "computed before. A `main` with several such exits, or with defers for which this can't be written, is split "
        "instead: its statements become `run() error` where each exit is a `log.Fatal` of an error or a text, and "
        "`run() int` otherwise. What is lost with the process anyway (unlocks, `Done` of wait groups, cancel "
        "functions, closed channels, environment variables) is no finding, nor are examples, which show something "
        "else. The fix is never safe, as it makes calls that were not made. Off by default: for files and connections "
        "the operating system does what the call would have done, and many maintainers leave it so. Of 48 fixes in "
        "nine repositories 22 would be merged (docs/evidence.md)."
    ),
    example="fatal",
    notes=(
        "## Beside other tools\n\n"
        "On go-critic's own tests of exitAfterDefer (v0.15.0) both report the same 5 lines. Here functions that always "
        "end in an exit count, too; unlocks, `Done` and cancel functions don't, nor exits before which the calls "
        "are made."
    ),
    codes=tuple(Reason),
)
