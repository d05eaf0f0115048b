"""The rule's page, as data."""

from defermod.codemod import Code, RuleDoc


class Reason(Code):
    """The rule's reasons to leave code alone, or to ask for --unsafe-fixes."""

    EVALUATED_LATE = (
        "evaluated-late",
        "something else in the call may have another value, or another effect, at the end",
    )
    RECOVERS = "recovers", "the call may recover panics, which it can't in a literal around it"
    SEES_ERROR = "sees-error", "the deferred call has always got nil, and now gets the error"
    CALLED_LATE = "called-late", "what stands beside the error is a call, which would be made at the end, too"
    CALLED_NOW = "called-now", "the outer call moves from the end to the defer: that is what the form is for"
    RESULT_WANTS_ARGUMENTS = "result-wants-arguments", "the function that the deferred call returns takes arguments"


DOC = RuleDoc(
    title="argument of a deferred call evaluated too early",
    what="a deferred call whose argument is evaluated at the defer and was meant for the end",
    why=(
        "Go evaluates a deferred call's function, receiver and arguments where the defer stands. A duration that is "
        "measured there is nothing, whatever the function takes: `time.Since(start)`, or a helper whose body calls it. "
        "An error variable that nothing has been assigned to yet is nil. And where a deferred call returns a function, "
        "nobody calls that. The fix wraps the call in a literal, or calls the result. A duration that is measured too "
        "early is an error. The fix is never safe: another value is what it is for. Off by default, though all of 31 "
        "findings in nine repositories were faults (docs/evidence.md): 30 of them lie in one, so that two pieces of "
        "code were judged, and `fix` would have to ask Go about every file with a defer, which the rules that are on "
        "need not."
    ),
    example="since",
    notes=(
        "## Beside other tools\n\n"
        "| test data | theirs | here | not here |\n|---|---|---|---|\n"
        "| vet's defers (x/tools v0.52.0) | 10 | 7 | 3 whose measured duration goes nowhere: `defer time.Since(now)`, "
        "`time.Since(time.Now())` |\n"
        "| staticcheck's SA9010 (v0.8.2), two files | 15 | 15 | |\n\n"
        "Helpers that measure, and errors without a value, are reported by neither."
    ),
    codes=tuple(Reason),
)
