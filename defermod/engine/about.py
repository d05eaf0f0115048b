"""Facts about a rule that are known before it is loaded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from defermod.settings import Setting

if TYPE_CHECKING:
    from defermod.config import Settings


@dataclass(frozen=True, slots=True)
class About:
    """``ABOUT`` of ``about.py`` in a rule's package, if the rule has more to declare than a ``Rule`` can.

    Of a rule in ``defermod.transforms`` the module is found and loaded without the package.  A rule of another
    distribution names it as an entry point of the group ``defermod.about``.  It imports nothing that takes long:
    most files hold no finding, and to see that takes no analysis.
    """

    rule: str
    on_by_default: bool = False
    prefilter: str = ""
    """The module of the rule's package with ``may_match(text)``, which returns False only if a text can't hold a
    finding: if ``Transform.suspects`` would yield nothing.  Empty: ``suspects`` is called instead."""
    without_defers: bool = False
    """Says whether it may find something in a text without the word ``defer``."""
    mark: bytes = b""
    """A comment that has the rule run on a file with it, where it is not on and nobody has selected rules."""
    settings: tuple[Setting, ...] = ()
    """The rule's own settings, which are flags and keys like any other."""
    beyond_the_text: bool = False
    """Says whether its findings follow from more than the text and the settings, so that no cache can know them."""
    evidence: str = ""
    """The module of the rule's package with an ``EVIDENCE``: see ``defermod.pipeline.evidence.EvidenceSource``."""
    wants_evidence: Callable[[Settings, bytes], bool] = lambda settings, text: False
    """Reports whether a file with this text is to have evidence gathered for it."""
    when: str = ""
    """The condition under which the rule runs, for the documentation, if it isn't simply on or off."""


__all__ = ["About"]
