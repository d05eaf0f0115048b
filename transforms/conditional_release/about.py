"""Facts about the rule that are known before it is loaded: the bytes that can possibly hold a finding."""

from __future__ import annotations

from defermod.engine.about import About

WORDS = (b"error", b":=", b"nil", b"return")


def may_leave_open(text: bytes) -> bool:
    """Return False only if no function can open something, check the error, and return one."""
    return all(word in text for word in WORDS)


# No ``may_match``: what the text alone says of a file is not to be remembered as the verdict.
ABOUT = About("conditional-release", without_defers=True)
