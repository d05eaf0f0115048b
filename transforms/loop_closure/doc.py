"""The rule's page, as data: `defermod explain defer-in-loop` and the documentation print it."""

from defermod.codemod import RuleDoc

DOC = RuleDoc(
    title="defer in a loop",
    what="a defer statement that control can pass more than once in one call of its function",
    why=(
        "Deferred calls run when the function returns, not when the iteration ends: files, connections, locks and "
        "contexts of every iteration pile up until then, and one defer in a loop takes every defer of the function "
        "off the compiler's fast path."
    ),
    example="exit-error",
    refusals=(
        ("escapes-iteration", "the resource, or something that holds on to it, is used after its iteration"),
        ("held-for-later", "it was not made in the iteration, or is held for what comes after: locks taken one by one"),
        ("writes-result", "the deferred call writes a result, which the function's own return would overwrite"),
        ("reads-result", "the deferred call reads a result that isn't set yet at the end of the iteration"),
        ("writes-outer", "the deferred call writes a variable that outlives the iteration"),
        ("reads-outer", "the deferred call reads a variable that later code changes"),
        ("recovers", "a recovered panic used to leave the function; at the iteration's end the loop would go on"),
        ("body-recovers", "the body calls recover(), which works only directly in a deferred function"),
        ("waits-or-signals", "the deferred call waits for, or wakes, another goroutine"),
        ("flushes", "the deferred call writes what it buffered to something made outside the iteration"),
        ("ends-early", "the deferred call may end the function or the test"),
        ("caller-frame", "the body looks at its own stack frame"),
        ("changes-world", "the call changes files, names, processes... that later code may look at"),
        ("unknown-release", "what the deferred call does is not known, or it prints among what later code prints"),
        ("unknown-effect", "what later code does is not known"),
        ("shadowed-result", "a result would have to be assigned where its name means another variable"),
        ("result-type-shadowed", "a result's type can't be named where the closure stands"),
        ("silenced-neighbour", "the closure would hold a defer that a comment says to leave alone"),
        ("outer-defer-stays", "with --loop-style explicit: the defer of a loop around it can't be fixed"),
        ("not-go", "a return doesn't fit the function's results: the file doesn't compile"),
        ("goto-loop", "the loop is made of goto statements"),
    ),
)
