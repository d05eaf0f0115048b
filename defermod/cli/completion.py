"""The values that a shell completes after a flag, or for an argument.  Nothing is loaded before a shell asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from defermod.settings import Setting

Completer = Callable[[str], list[str]]
"""The words that an unfinished word may become; typer knows the parameter by its name, ``incomplete``."""


def of_setting(one: Setting) -> Completer | None:
    """The completer of a flag's values; None where these could be anything, or a file."""
    match one.name:
        case "select" | "ignore":
            return _listed(_rules)
        case "color":
            return _one_of(lambda: ("auto", "always", "never"))
        case _ if one.kind.choices:
            return (_listed if one.kind.typed is list else _one_of)(lambda: one.kind.choices)
        case _:
            return None


def names(incomplete: str) -> list[str]:
    """Return the names that ``explain`` knows and that begin so."""
    from defermod.cli.explain import names as known

    return _one_of(known)(incomplete)


def _rules() -> Iterable[str]:
    from defermod.config import ALL_RULES
    from defermod.engine.registry import transforms

    return (ALL_RULES, *transforms())


def _one_of(known: Callable[[], Iterable[str]]) -> Completer:
    return lambda incomplete: sorted({str(name) for name in known() if name.startswith(incomplete)})


def _listed(known: Callable[[], Iterable[str]]) -> Completer:
    """Of a list with commas, complete the last word."""

    def complete(incomplete: str) -> list[str]:
        before, comma, last = incomplete.rpartition(",")
        taken = before.split(",")
        return [f"{before}{comma}{name}" for name in _one_of(known)(last) if name not in taken]

    return complete
