"""The rule's page, as data."""

from defermod.codemod import Code, RuleDoc


class Reason(Code):
    """The rule's reasons to leave code alone, or to ask for --unsafe-fixes."""

    RUNS_EARLIER = (
        "runs-earlier",
        "what follows the last use may notice that the release comes earlier",
    )
    HELD_OVER_USE = (
        "held-over-use",
        "what takes long stands between uses: where the lock may be given up isn't to be seen",
    )
    TYPE_NOT_NAMEABLE = "type-not-nameable", "a variable that later code needs has a type that can't be spelled here"
    NO_CLOSURE = "no-closure", "the statements around the last use can't be wrapped"


DOC = RuleDoc(
    title="resource or lock held over something slow",
    what="a deferred release whose resource, or lock, is held over something that may take long",
    why=(
        "A deferred call runs when the function returns. What it releases is held until then, though its last use may "
        "lie far above: a connection is kept from others, rows keep a connection busy, a lock stops everybody while "
        "the function sleeps, asks the network or a database, or runs another process. These are told by what the "
        "called functions do, through as many calls as their bodies show, not by their names. Files on disk and the "
        "reads and writes of the one connection are no evidence: to hold a lock over them is mostly what it is for. "
        "Nor are channels, where whoever is at the other end often uses the resource or the lock says whose turn it "
        "is, functions that were given, as nothing tells whether one takes long, and whatever stands between uses of "
        "what a lock guards: real code means these. With `--wide` they count. Tests, a program's `main`, and functions "
        "that give the lock up by hand on their way, are no finding. A lock of the package is taken to guard the "
        "package's variables, and any function of the package to use them. "
        "The fix makes the call after the last use of the resource and of what was made from it; where it may "
        "be left, or panic, before that, a closure around acquisition and last use. It is never safe: what follows may "
        "rely on the resource or the lock in ways that this rule doesn't see. Off by default, as whether it matters "
        "depends on load, and of 29 findings in real code none would have been acted on (docs/evidence.md); most of "
        "those kinds are no findings any more. "
        "`--wide PATTERN`, with patterns as for `--hot`, is other evidence that a function holds something too long: "
        "there what is held after its last use is reported whatever follows. So is `--profile` with a mutex or block "
        "profile (`go test -mutexprofile`), beside `--select wide-defer`: functions that gave up locks which others "
        "had waited for, or waited themselves, for at least 1 % of all waiting."
    ),
    example="last-use",
    codes=tuple(Reason),
)
