"""The rule's page, as data: `defermod explain defer-in-loop` and the documentation print it."""

from defermod.codemod import Code, RuleDoc, Shared
from defermod.rewrite.codes import Obstacle


class Reason(Code):
    """The reasons that are this rule's alone."""

    NO_CLOSURE = "no-closure", "every closure around it would hold a defer that stays, or declare a variable again"
    OUTER_DEFER_STAYS = "outer-defer-stays", "with --loop-style explicit: the defer of a loop around it can't be fixed"
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
        Shared.ESCAPES_ITERATION,
        Shared.HELD_FOR_LATER,
        Shared.WRITES_RESULT,
        Shared.READS_RESULT,
        Shared.WRITES_OUTER,
        Shared.READS_OUTER,
        Shared.RECOVERS,
        Shared.BODY_RECOVERS,
        Shared.WAITS_OR_SIGNALS,
        Shared.FLUSHES,
        Shared.ENDS_EARLY,
        Shared.CALLER_FRAME,
        Shared.CHANGES_WORLD,
        Shared.UNKNOWN_RELEASE,
        Shared.UNKNOWN_EFFECT,
        Obstacle.SHADOWED_RESULT,
        Obstacle.RESULT_TYPE_SHADOWED,
        Shared.SILENCED_NEIGHBOUR,
        Reason.NO_CLOSURE,
        Reason.OUTER_DEFER_STAYS,
        Obstacle.NOT_GO,
        Shared.GOTO_LOOP,
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
