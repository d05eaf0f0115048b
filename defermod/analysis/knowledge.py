"""The knowledge table: what well-known functions do with a resource (``knowledge.toml``)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Sets of names; each field is explained where it is filled, in ``knowledge.toml``."""

    ends_value: frozenset[str]
    ends_work: frozenset[str]
    acts: frozenset[str]
    ends_name: frozenset[str]
    ends_share: frozenset[str]
    ends_right: frozenset[str]
    signals: frozenset[str]
    flushes: frozenset[str]
    uses: frozenset[str]
    pure_packages: frozenset[str]
    contents: frozenset[str]
    reports: frozenset[str]
    holds: frozenset[str]
    synchronous: frozenset[str]
    keeps: frozenset[str]
    keeps_names: frozenset[str]
    starts: tuple[str, ...]
    opens: frozenset[str]
    std_keeps: tuple[str, ...]
    computes: frozenset[str]
    writes: tuple[str, ...]
    locks: tuple[str, ...]
    wraps: tuple[str, ...]
    creates: tuple[str, ...]
    effects: tuple[str, ...]
    plain: frozenset[str]
    plain_fields: frozenset[str]
    naming: frozenset[str]
    naming_words: frozenset[str]
    parts: frozenset[str]
    unending: frozenset[str]
    shared: tuple[str, ...]
    asks: frozenset[str]
    ask_functions: frozenset[str]
    looks: frozenset[str]
    subjects: tuple[str, ...]


Additions = tuple[tuple[str, str, tuple[str, ...]], ...]
"""A project's own knowledge: table, key and names, as in ``knowledge.toml``."""


@lru_cache(maxsize=8)
def knowledge(additions: Additions = ()) -> Knowledge:
    """The table that comes with the program, and what a project adds to it.

    Raises LookupError for an addition whose table or key the program's table hasn't.
    """
    names = {key: list(given) for table in _table().values() for key, given in table.items()}
    for table, key, more in additions:
        if key not in _table().get(table, {}):
            raise LookupError(f"{table}.{key}")
        names[key] += more
    fields: dict[str, Any] = {}
    for key, given in names.items():
        name = key.replace("-", "_")
        fields[name] = tuple(one.lower() for one in given) if name in _BEGINNINGS else frozenset(given)
    return Knowledge(**fields)


def known_keys() -> tuple[str, ...]:
    """What can be added to: ``table.key``."""
    return tuple(f"{table}.{key}" for table, keys in _table().items() for key in keys)


@lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, list[str]]]:
    # By its path: importlib.resources takes longer to load than all the rest of this does.
    return tomllib.loads(Path(__file__).with_name("knowledge.toml").read_text("utf-8"))


_BEGINNINGS = frozenset({"starts", "std_keeps", "writes", "locks", "wraps", "creates", "effects", "shared", "subjects"})
"""The keys that hold parts of names, in lower case, instead of whole ones."""
