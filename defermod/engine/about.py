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
    most files contain no finding, and no analysis is needed to see that.
    """

    rule: str
    on_by_default: bool = False
    prefilter: str = ""
    """The module of the rule's package with ``may_match(text)``, which returns False only if a text can't hold a
    finding: if ``Transform.suspects`` would yield nothing.  Empty: ``suspects`` is called instead."""
    without_defers: bool = False
    """True if the rule may find something in a text without the word ``defer``."""
    mark: bytes = b""
    """A comment that selects the rule for a file that contains it, unless rules are selected by flag or key."""
    settings: tuple[Setting, ...] = ()
    """The rule's own settings, which are flags and keys like any other."""
    beyond_the_text: bool = False
    """True if its findings depend on more than the text and the settings, so they can't be cached."""
    evidence: str = ""
    """The module of the rule's package with an ``EVIDENCE``: see ``defermod.pipeline.evidence.EvidenceSource``."""
    wants_evidence: Callable[[Settings, bytes], bool] = lambda settings, text: False
    """Return True if evidence has to be gathered for a file with this text."""
    when: str = ""
    """The condition under which the rule runs, for the documentation, if it isn't simply on or off."""


__all__ = ["About"]
