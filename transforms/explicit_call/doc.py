"""The rule's page, as data: `defermod explain hot-defer` and the documentation print it."""

from defermod.codemod import Code, RuleDoc, Shared
from defermod.rewrite.codes import Obstacle


class Reason(Code):
    """The rule's reasons to leave code alone, or to ask for --unsafe-fixes."""

    OPEN_CODED = (
        "open-coded",
        "open-coded by the compiler, about 1 ns a call, and the profile shows too little time for it",
    )
    NOT_OPEN_CODED = (
        "not-open-coded",
        "with what follows in a literal the compiler doesn't open-code it either, doesn't say so, or was not asked yet",
    )
    BELOW_THRESHOLD = (
        "below-threshold",
        "the function is in the profile, but the defer itself takes too little of the time",
    )


DOC = RuleDoc(
    title="defer in a hot function",
    what=(
        "a defer statement in a function that evidence says is hot: a CPU profile (--profile, default.pgo, --bench), a "
        "//defermod:hot comment above the function, or a pattern (--hot); nothing is hot by default"
    ),
    why=(
        "An open-coded defer costs about 1 ns, a stack- or heap-allocated one several times that. In a function that "
        "is called a hundred million times, calls on every way out are worth their lines; elsewhere they are not. A "
        "deferred call also runs when the function panics, an explicit one does not: so a fix is safe only where "
        "nothing between the defer and the returns can panic."
    ),
    example="getter",
    codes=(
        Shared.MAY_PANIC,
        Reason.OPEN_CODED,
        Reason.NOT_OPEN_CODED,
        Reason.BELOW_THRESHOLD,
        Obstacle.CONDITIONAL,
        Obstacle.NEVER_RETURNS,
        Obstacle.ITERATOR,
        Obstacle.ENDS_GOROUTINE,
        Obstacle.LATER_DEFER_STAYS,
        Shared.RECOVERS,
        Obstacle.RECOVERING_NEIGHBOUR,
        Obstacle.MEANT_FOR_PANICS,
        Obstacle.NOTICES_PANIC,
        Obstacle.RECOVERING_PACKAGE,
        Obstacle.SHADOWED_NAME,
        Obstacle.SHADOWED_RESULT,
        Obstacle.GOTO,
        Obstacle.UNTYPED_RESULT,
        Obstacle.LAYOUT,
        Obstacle.UNKNOWN_FORM,
        Shared.SILENCED_NEIGHBOUR,
        Obstacle.NOT_GO,
    ),
)
