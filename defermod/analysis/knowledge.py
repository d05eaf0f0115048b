"""The knowledge table: what well-known functions do with a resource (``knowledge.toml``)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files


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
    reports: frozenset[str]
    holds: frozenset[str]
    synchronous: frozenset[str]
    keeps: frozenset[str]
    starts: tuple[str, ...]
    opens: frozenset[str]
    std_keeps: tuple[str, ...]
    computes: frozenset[str]
    wraps: tuple[str, ...]
    creates: tuple[str, ...]
    effects: tuple[str, ...]
    plain: frozenset[str]
    plain_fields: frozenset[str]
    naming: frozenset[str]
    parts: frozenset[str]
    shared: tuple[str, ...]
    asks: frozenset[str]
    ask_functions: frozenset[str]
    looks: frozenset[str]


@lru_cache(maxsize=1)
def standard() -> Knowledge:
    """The table that comes with the program."""
    table = tomllib.loads(files("defermod.analysis").joinpath("knowledge.toml").read_text("utf-8"))
    release, call, result = table["release"], table["call"], table["result"]
    return Knowledge(
        ends_value=frozenset(release["ends-value"]),
        ends_work=frozenset(release["ends-work"]),
        acts=frozenset(release["acts"]),
        ends_name=frozenset(release["ends-name"]),
        ends_share=frozenset(release["ends-share"]),
        ends_right=frozenset(release["ends-right"]),
        signals=frozenset(release["signals"]),
        flushes=frozenset(release["flushes"]),
        uses=frozenset(call["uses"]),
        pure_packages=frozenset(call["pure-packages"]),
        reports=frozenset(call["reports"]),
        holds=frozenset(call["holds"]),
        synchronous=frozenset(call["synchronous"]),
        keeps=frozenset(call["keeps"]),
        starts=tuple(call["starts"]),
        opens=frozenset(call["opens"]),
        std_keeps=tuple(call["std-keeps"]),
        computes=frozenset(call["computes"]),
        wraps=tuple(call["wraps"]),
        creates=tuple(call["creates"]),
        effects=tuple(call["effects"]),
        plain=frozenset(result["plain"]),
        plain_fields=frozenset(result["plain-fields"]),
        naming=frozenset(result["naming"]),
        parts=frozenset(result["parts"]),
        shared=tuple(table["acquire"]["shared"]),
        asks=frozenset(table["query"]["asks"]),
        ask_functions=frozenset(table["query"]["ask-functions"]),
        looks=frozenset(table["frame"]["looks"]),
    )
