"""The rule's page, as data."""

from defermod.codemod import Code, RuleDoc


class Reason(Code):
    """The rule's reasons to leave code alone, or to ask for --unsafe-fixes."""

    CLOSES_NOW = "closes-now", "the function closes on a way out where it closed nothing: that is what the fix is for"
    STILL_READ = "still-read", "what the return gives is read from what the lock may guard"
    SOMETIMES_RELEASED = (
        "sometimes-released",
        "a deferred literal that tests a flag or an error releases on another way to the same return",
    )
    NAME_TAKEN = "name-taken", "the resource's name means something else where the function returns"


DOC = RuleDoc(
    title="resource left open, or lock left locked, on an error's way out",
    what="a return with an error that neither closes, unlocks nor gives away what other ways out do",
    why=(
        "A function that opens a file, listens or dials, and then gives what it has on to its caller, can't defer the "
        "release: it must be closed on the error's ways out only. One is forgotten easily, and the descriptor, "
        "connection or lock file is lost each time the error happens. Found is a local variable from "
        "`x, err := f()` with its check, for which all of this holds: by types, `x.Close` releases something of the "
        "operating system or of another program, at once or by the methods that it calls (or `x.Stop`, `Shutdown`, "
        "`Release`, `Destroy`, `Cleanup` or `Disconnect` does, where there is no `Close`); by the body of `f`, it is "
        "new and kept nowhere else; control can come from the check to a `return` of an error that is known not to be "
        "nil, and passes nothing that closes `x`, stores it, returns it, captures it, or hands it to a function that "
        "could close or keep it; and on other ways something does. "
        "A lock of `sync`, too, that is taken in a statement of its own and given back by hand on other ways out; "
        "nothing in between may hand the lock to a function that unlocks, by what its body calls, or give it "
        "back under a condition that may hold at the return; a lock of the package any function of the package could "
        "give back. "
        "Functions in which `x` is deferred, captured, reassigned or compared with nil (`if locked { defer "
        "mu.Unlock() }`, a helper that closes) are no finding: there the release is thought of. Of deferred literals "
        "that close under a condition two are followed: a flag of the function (`if !keep { x.Close() }`), and an "
        "error (`if err != nil { x.Close() }`). A finding is the return of an error that comes before such a defer, "
        "or at which the flag has been set already, or at which the variable that is tested is nil because it is not "
        "the result: `return nil, errors.New(...)` in a function without named results, an `err` of an inner block. "
        "The fix closes `x`, or gives the lock back, before the return. Where a release is repeated by hand on two or "
        "more ways out, it is one deferred call instead, which is right for the next way out, too: `defer x.Close()` "
        "where every way out releases or has forgotten to, and a literal that tests the function's own error "
        "where other ways keep `x` or give it away; an unnamed result gets a name that nothing else has, so that no "
        "`err` of an inner block is in its way. With `--release-style call` it is always a call. So it is, too, where "
        "a deferred call would not do the same: after another defer or in a loop, where what Close returns is used, "
        "where something follows it or the return calls a function, where what was given away is returned with an "
        "error, beside comments. A flag that was set too early is set after the last error; a literal that tests "
        "another variable tests the result. "
        "No fix is safe, as it makes a call that was not made. "
        "Off by default: all of 14 findings in real code (docs/evidence.md) are right, but eight of them lie in "
        "commands that end with the error, and nobody would act on these."
    ),
    example="constructor",
    codes=tuple(Reason),
)
