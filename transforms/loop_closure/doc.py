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
    SUBTEST = (
        "subtest",
        "with --test-style run: a failure ends the iteration's subtest alone, which has a name of its own",
    )
    RUNS_AT_CLEANUP = (
        "runs-at-cleanup",
        "with --test-style cleanup: the call is made after all deferred calls and parallel subtests of the test",
    )
    NO_TESTER = "no-tester", "with --test-style: the function gets no *testing.T, or it may be another one there"
    CALLED_BY_TEST = "called-by-test", "with --test-style: the function is a helper, whose caller may rely on the call"
    LEAVES_LOOP = "leaves-loop", "with --test-style run: an iteration leaves the loop, which a subtest can't"
    PARALLEL = "parallel", "with --test-style run: what an iteration starts runs in parallel, after the test's function"
    ENDS_WITH_SUBTEST = (
        "ends-with-subtest",
        "with --test-style run: what the iteration asks of t is meant for the whole test",
    )
    NO_NAME = "no-name", "with --test-style run: no text is at hand that names the iteration"
    ORDER_OF_DEFERS = (
        "order-of-defers",
        "with --test-style cleanup: another deferred call stays, and would run before this one",
    )
    OPERANDS_CHANGE = (
        "operands-change",
        "with --test-style cleanup: what the call is made with may be another when the test ends",
    )


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
        Reason.SUBTEST,
        Reason.RUNS_AT_CLEANUP,
        Reason.NO_TESTER,
        Reason.CALLED_BY_TEST,
        Reason.LEAVES_LOOP,
        Reason.PARALLEL,
        Reason.ENDS_WITH_SUBTEST,
        Reason.NO_NAME,
        Reason.ORDER_OF_DEFERS,
        Reason.OPERANDS_CHANGE,
    ),
    notes=(
        "In tests `--test-style run` makes an iteration a subtest, `t.Run(tc.name, ...)`, instead of a closure, and "
        "`--test-style cleanup` registers the call with `t.Cleanup`, for what is to last as long as the test. Both are "
        "for functions that get a `*testing.T` and are tests, or what `t.Run` is given. Neither is ever safe: in a "
        "subtest a failure ends the iteration alone, and its report has another name; a cleanup is "
        "made after the test's deferred calls. What is in doubt is refused. Other files keep their closures.\n\n"
        "Conditions that always have the same value are known: in `for false`, below `if debug` with "
        "`const debug = false`, or before `if true { break }` a defer that is passed once, or never, is no finding. "
        "Go's type checker says so, and only of what is the same in every build: constants of files that a build "
        "constraint may leave out, of other packages (`runtime.GOOS`), and sizes of the platform's integers count as "
        "unknown. Without Go only `true` and `false` themselves are known."
    ),
)
