"""Shares of the time spent waiting for locks, by the functions of a file."""

from __future__ import annotations

from dataclasses import dataclass

LEAST = 1.0
"""The share of all waiting, in percent, from which on a function counts."""


@dataclass(frozen=True, slots=True)
class Waits:
    """The shares of one profile that functions of one file have."""

    shares: tuple[tuple[str, float], ...]
    """Functions, as ``Finding.function`` names them, with their percent of all waiting."""
    profile: str
    """The profile as messages name it."""

    def said(self, function: str) -> str:
        """The evidence about a function as half a sentence, empty if there is none."""
        share = dict(self.shares).get(function, 0.0)
        return f"{share:.1f} % of the waiting in {self.profile}" if share >= LEAST else ""
