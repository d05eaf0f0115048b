"""The rule's page, as data."""

from defermod.codemod import Code, RuleDoc


class Reason(Code):
    """The rule's reasons to leave code alone, or to ask for --unsafe-fixes."""

    RECOVERS = "recovers", "the deferred call recovers, and after it nothing can panic: what was it to protect?"
    RESULT_IS_LOST = (
        "result-is-lost",
        "if the call panics and an earlier defer recovers, the return has not set the results",
    )
    CALLER_FRAME = "caller-frame", "the call looks at the line that it is called from"
    MAY_RECOVER = "may-recover", "whether the deferred function recovers is not known"
    CLOSED_AT_ONCE = (
        "closed-at-once",
        "the resource is released by a literal that holds nothing but the defer, and used after it",
    )


DOC = RuleDoc(
    title="defer right before the end",
    what="a defer after which the function does nothing but return",
    why=(
        "The deferred call is made where the defer stands, so the defer says nothing, and makes readers look for what "
        "may come in between. Without the keyword the call does the same. A literal that is called on the spot and "
        "holds nothing but a defer is mostly a mistake: the resource is released before it is used. "
        "A defer directly below another is no finding: they say together what is done at the end. "
        "Off by default: the code is right, and whether to change it is a matter of taste, as in all of 28 findings in "
        "nine repositories (docs/evidence.md); only the second form is a fault."
    ),
    example="last-statement",
    notes=(
        "## Beside other tools\n\n"
        "On go-critic's own tests of unnecessaryDefer (v0.15.0) both report the same 10 lines. Two more are found "
        "here: a defer at the end of an `if` after which only `return 0` follows. go-critic leaves such defers out, "
        "though the call does the same in their place."
    ),
    codes=tuple(Reason),
)
