"""The parts of the rules' own folders that tests need, which are imported as ``defermod.transforms`` only."""

from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from defermod.model import Options

if TYPE_CHECKING:
    from transforms.hotness import HotEvidence, HotSample
    from transforms.loop_closure.prefilter import may_match, suspects
else:
    _hotness = import_module("defermod.transforms.hotness")
    _loops = import_module("defermod.transforms.loop_closure.prefilter")
    HotEvidence, HotSample = _hotness.HotEvidence, _hotness.HotSample
    may_match, suspects = _loops.may_match, _loops.suspects


def with_rules(
    options: Options = Options(),  # noqa: B008 - frozen
    *,
    hot: HotEvidence | None = None,
    **given: Any,
) -> Options:
    """The options with evidence for what is hot, and with values of settings that rules declare."""
    if hot is not None:
        options = options.with_evidence("hot-defer", hot)
    return replace(options, given=tuple(sorted({**dict(options.given), **given}.items())))


__all__ = ["HotEvidence", "HotSample", "may_match", "suspects", "with_rules"]
