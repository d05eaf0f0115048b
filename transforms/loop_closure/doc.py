"""The rule's page, as data: `defermod explain defer-in-loop` and the documentation print it."""

from defermod.codemod import Code, RuleDoc
from defermod.rewrite.codes import Obstacle


class Reason(Code):
    """The rule's reasons to leave code alone, or to ask for --unsafe-fixes."""

    ESCAPES_ITERATION = (
        "escapes-iteration",
        "the resource, or something that holds on to it, is used after its iteration",
    )
    HELD_FOR_LATER = (
        "held-for-later",
        "it was not made in the iteration, or is held for what comes after: locks taken one by one",
    )
    WRITES_RESULT = (
        "writes-result",
        "the deferred call writes a result, which the function's own return would overwrite",
    )
    READS_RESULT = "reads-result", "the deferred call reads a result that isn't set yet at the end of the iteration"
    WRITES_OUTER = "writes-outer", "the deferred call writes a variable that outlives the iteration"
    READS_OUTER = "reads-outer", "the deferred call reads a variable that later code changes"
    RECOVERS = "recovers", "a recovered panic used to leave the function; at the iteration's end the loop would go on"
    BODY_RECOVERS = "body-recovers", "the body calls recover(), which works only directly in a deferred function"
    WAITS_OR_SIGNALS = "waits-or-signals", "the deferred call waits for, or wakes, another goroutine"
    FLUSHES = "flushes", "the deferred call writes what it buffered to something made outside the iteration"
    ENDS_EARLY = "ends-early", "the deferred call may end the function or the test"
    CALLER_FRAME = "caller-frame", "the body looks at its own stack frame"
    CHANGES_WORLD = "changes-world", "the call changes files, names, processes... that later code may look at"
    UNKNOWN_RELEASE = (
        "unknown-release",
        "what the deferred call does is not known, or it prints among what later code prints",
    )
    UNKNOWN_EFFECT = "unknown-effect", "what later code does is not known"
    SILENCED_NEIGHBOUR = "silenced-neighbour", "the closure would hold a defer that a comment says to leave alone"
    OUTER_DEFER_STAYS = "outer-defer-stays", "with --loop-style explicit: the defer of a loop around it can't be fixed"
    GOTO_LOOP = "goto-loop", "the loop is made of goto statements"


DOC = RuleDoc(
    title="defer in a loop",
    what="a defer statement that control can pass more than once in one call of its function",
    why=(
        "Deferred calls run when the function returns, not when the iteration ends: files, connections, locks and "
        "contexts of every iteration pile up until then, and one defer in a loop takes every defer of the function "
        "off the compiler's fast path."
    ),
    example="exit-error",
    codes=(
        Reason.ESCAPES_ITERATION,
        Reason.HELD_FOR_LATER,
        Reason.WRITES_RESULT,
        Reason.READS_RESULT,
        Reason.WRITES_OUTER,
        Reason.READS_OUTER,
        Reason.RECOVERS,
        Reason.BODY_RECOVERS,
        Reason.WAITS_OR_SIGNALS,
        Reason.FLUSHES,
        Reason.ENDS_EARLY,
        Reason.CALLER_FRAME,
        Reason.CHANGES_WORLD,
        Reason.UNKNOWN_RELEASE,
        Reason.UNKNOWN_EFFECT,
        Obstacle.SHADOWED_RESULT,
        Obstacle.RESULT_TYPE_SHADOWED,
        Reason.SILENCED_NEIGHBOUR,
        Reason.OUTER_DEFER_STAYS,
        Obstacle.NOT_GO,
        Reason.GOTO_LOOP,
    ),
    notes=(
        "Conditions that always have the same value are known: in `for false`, below `if debug` with "
        "`const debug = false`, or before `if true { break }` a defer that is passed once, or never, is no finding. "
        "Go's type checker says so, and only of what is the same in every build: constants of files that a build "
        "constraint may leave out, of other packages (`runtime.GOOS`), and sizes of the platform's integers count as "
        "unknown. Without Go only `true` and `false` themselves are known."
    ),
)
