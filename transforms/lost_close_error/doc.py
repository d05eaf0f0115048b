"""The rule's page, as data."""

from defermod.codemod import Code, RuleDoc


class Reason(Code):
    """The rule's reasons to leave code alone, or to ask for --unsafe-fixes."""

    RETURNS_ERROR = "returns-error", "the function returns the error of Close now: that is what the fix is for"
    SHADOWED_RESULT = "shadowed-result", "the error result is hidden by another variable where the defer stands"
    LAYOUT = "layout", "the defer shares its line, or holds a comment"
    OPERANDS_CHANGE = "operands-change", "the variable is given another value after the defer"


DOC = RuleDoc(
    title="error of closing something written is lost",
    what="a deferred Close of a file or writer that was written to, whose error nobody sees",
    why=(
        "What was written may only get to the disk, or into the stream, when Close is called: a full disk, a quota, a "
        "network file system and the last block of a compressor report there. With `defer f.Close()` the function "
        "says that all is well. Only what this function itself opened for writing counts: files of os.Create, "
        "os.CreateTemp and os.OpenFile with a flag for writing, and the writers of gzip, zlib, flate, zip, tar and "
        "multipart. The fix reports the error in the function's own, if that has none yet; unnamed results get names, "
        "by ones that nothing in the function uses. It is never safe, as the function returns an error where it "
        "returned none. Off by default for that reason, and because the 4 findings in nine "
        "repositories (docs/evidence.md), all of them right, are too few to tell. Functions without an error "
        "result, an explicit `_ = f.Close()`, and functions that check a Close or Sync themselves are no finding."
    ),
    example="created",
    codes=tuple(Reason),
)
