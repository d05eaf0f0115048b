"""Facts about the rule that are known before it is loaded: the bytes that can possibly hold a finding."""

from __future__ import annotations

from defermod.engine.about import About


def may_leave_open(text: bytes) -> bool:
    """Return False only if no function can open something and check the error, or lock, and return an error."""
    opens = b":=" in text and b"nil" in text
    return b"error" in text and b"return" in text and (opens or b"Lock()" in text)


# No ``may_match``: what the text alone says of a file is not to be remembered as the verdict.
ABOUT = About("conditional-release", without_defers=True)
