"""The rule's page, as data."""

from defermod.codemod import Code, RuleDoc


class Reason(Code):
    """The rule's reasons to leave code alone, or to ask for --unsafe-fixes."""

    NOT_AT_ONCE = "not-at-once", "another statement stands between the defer and the check"
    CHECK_GOES_ON = "check-goes-on", "after the check control goes on with the error, so the defer is passed there, too"
    CHECK_IS_MORE = "check-is-more", "the branch is taken for other reasons, too, and then the value has to be released"
    ORDER_OF_DEFERS = "order-of-defers", "another defer stands between: the order of the deferred calls would change"
    VALUE_BESIDE_ERROR = "value-beside-error", "the acquisition may return a value to be released beside the error"
    VALUE_IN_BRANCH = "value-in-branch", "the branch for the error uses the value"
    CHECK_NOT_SEEN = "check-not-seen", "that the checking call ends the function is not known"
    RELEASE_DOES_MORE = (
        "release-does-more",
        "the deferred call does more than release the value, and would not do it any more",
    )


DOC = RuleDoc(
    title="release deferred before the error is checked",
    what="a release deferred between an acquisition and the check of its error",
    why=(
        "When the acquisition fails there is nothing to release: the deferred call is made on nil, and most panic. "
        "The error that the function was about to return is lost. The fix moves the defer below the check. It is safe "
        "for functions of the standard library that return nil beside an error (files, connections, listeners, what a "
        "database gives), released by a plain call of a method: others may return something to be released, or "
        "release more than that. Helpers of the same file and literals that compare the value with nil are no "
        "finding, nor is what a function of the same file gives beside every error, as a literal, nor a function of "
        "which the maker is in another file: most of these are to be called whatever happened. On by default: the "
        "report is about a call on nil, whatever style the code is in; all of 5 findings in nine repositories are "
        "faults, and one of two in eight others (docs/evidence.md)."
    ),
    example="panics",
    notes=(
        "## Beside other tools\n\n"
        "On staticcheck's own test of SA5001 (honnef.co/go/tools v0.8.2) both report the same 4 lines and none of the "
        "other 2. All 4 are refused (`check-goes-on`): after the check the test's functions go on.\n\n"
        "| | SA5001 | here |\n|---|---|---|\n"
        "| `defer x.Close()`, `defer x.y.Close()` | yes | yes |\n"
        "| other methods, the value itself (made in this file), helpers, literals | no | yes |\n"
        "| one that looks for nil itself | yes | no: it may be called on nil |\n"
        "| a second defer after the first | no | yes |\n"
        "| an error that nothing checks | yes | no: there is no check to move below |\n"
        "| fix | no | yes |"
    ),
    codes=tuple(Reason),
)
