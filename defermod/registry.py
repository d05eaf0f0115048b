"""The transforms there are: those of ``defermod.transforms`` and of the entry-point group, found, not listed."""

from __future__ import annotations

import pkgutil
from functools import lru_cache
from importlib import import_module
from importlib.metadata import entry_points

from defermod.transform import Transform

GROUP = "defermod.transforms"
"""Entry-point group for transforms of other distributions; each names an object with a Transform's shape."""


@lru_cache(maxsize=1)
def transforms() -> dict[str, Transform]:
    """Every transform by the name of its rule, in the order of the names."""
    package = import_module("defermod.transforms")
    found: list[Transform] = [
        import_module(f"defermod.transforms.{info.name}").TRANSFORM
        for info in pkgutil.iter_modules(package.__path__)
        if info.ispkg
    ]
    found += [point.load() for point in entry_points(group=GROUP)]
    return {transform.rule: transform for transform in sorted(found, key=lambda t: t.rule)}
