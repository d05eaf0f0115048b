"""Settings: the flag, the key of ``.defermod.toml`` and the sentence about both, declared once.

The fields of ``defermod.config.Settings`` and of ``defermod.cli.flags.Flags`` are declared with ``setting``.  Typer's
flags, the quick parse of ``check``, the keys of the file, docs/configuration.md and the cache's key are made from that.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

FORMATS = ("text", "concise", "json", "sarif", "github", "rdjson", "checkstyle", "html")
"""The output formats; each has a module of its name in ``defermod.report``, with ``render``."""
VALIDATORS = ("gofmt", "vet")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_MOST_PATTERNS = 5000
_LONGEST_SHOWN = 80


class ConfigError(ValueError):
    """Settings that can't be used; the message is one line, for the user."""


@dataclass(frozen=True, slots=True)
class Kind:
    """The values that a setting takes, on the command line and in the file.

    Both converters raise ConfigError for a value that can't be used.
    """

    typed: Any
    """The type on the command line: ``bool``, ``int``, ``float``, ``str``; ``list`` for a flag that may be repeated."""
    shown: str = ""
    """The values that the file takes, for the documentation."""
    from_flag: Callable[[Any], Any] = lambda given: given
    """The setting's value of what was typed."""
    from_file: Callable[[str, object], Any] | None = None
    """The setting's value of a key and what the file has for it; None: no key sets it."""
    negated: bool = False
    """There is a ``--no-NAME``."""
    choices: tuple[str, ...] = ()
    """The words that it takes, if there are no others: shells complete them."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting, as its declaration has it."""

    name: str
    """The attribute; the flag and the key have hyphens for underscores."""
    kind: Kind
    help: str
    metavar: str = ""
    short: str = ""
    """A second name of the flag, ``-j``."""
    decides: bool = False
    """True if the setting changes what a text-only scan finds; it is part of the cache key."""
    default: Any = None
    commands: tuple[str, ...] = ()
    """The commands that have the flag, of a setting that a rule declares."""
    wakes: bool = False
    """True if the rule that declares the setting runs where it is given, whatever rules are selected."""

    @property
    def key(self) -> str:
        """The name as users write it, without the hyphens of a flag."""
        return self.name.replace("_", "-")

    @property
    def spellings(self) -> tuple[str, ...]:
        """The flag's names as typer takes them."""
        flag = f"--{self.key}"
        return (f"{flag}/--no-{self.key}" if self.kind.negated else flag, *((self.short,) if self.short else ()))


def setting(default: Any, kind: Kind, help: str, metavar: str = "", *, short: str = "", decides: bool = False) -> Any:
    """Return a dataclass field that is a setting; see ``Setting``."""
    told = {"kind": kind, "help": help, "metavar": metavar, "short": short, "decides": decides}
    return field(default=default, metadata={"setting": told})


@lru_cache(maxsize=4)
def declared(holder: type) -> dict[str, Setting]:
    """The settings among the fields of a dataclass, by name."""
    return {
        one.name: Setting(one.name, default=one.default, **one.metadata["setting"])
        for one in fields(holder)
        if "setting" in one.metadata
    }


def check_choices(names: tuple[str, ...], known: tuple[str, ...], what: str) -> tuple[str, ...]:
    """Return ``names`` if each is among ``known``.  Raises ConfigError naming the first that is not."""
    for name in names:
        if name not in known:
            raise ConfigError(f"unknown {what} {shown(name)}{did_you_mean(name, known)}")
    return names


def validators(names: tuple[str, ...]) -> tuple[str, ...]:
    """The validators to run; ``none`` stands alone and means no validation.  Raises ConfigError."""
    check_choices(names, (*VALIDATORS, "none"), "validator")
    if "none" in names and len(names) > 1:
        raise ConfigError("validator 'none' can't be combined with others")
    return tuple(name for name in VALIDATORS if name in names)


def duration(text: str) -> float:
    """The seconds in a duration as Go writes it: ``90s``, ``1h30m``.  Raises ConfigError."""
    parts = re.findall(r"(\d+(?:\.\d+)?)(ms|s|m|h)", text)
    seconds = sum(float(number) * _SECONDS[unit] for number, unit in parts)
    if "".join(number + unit for number, unit in parts) != text or not seconds:
        raise ConfigError(f"{text!r} is not a duration such as 90s, 10m or 1h30m")
    return seconds


def shown(value: object) -> str:
    """A value of the file as its author wrote it, more or less."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "a table"
    # As its author wrote it, so far as that can't be told from the rest of the line; and never a long one.
    try:
        text = repr(value)
    except (RecursionError, ValueError):
        return "what it is"
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."


def did_you_mean(name: str, known: tuple[str, ...]) -> str:
    """The end of an error message about ``name``: the known name that is close to it, or all that are known."""
    if len(name) > _LONGEST_SHOWN:
        return ""
    from difflib import get_close_matches

    close = get_close_matches(name.replace("_", "-"), known, n=1)
    return f"; did you mean {str(close[0])!r}?" if close else f"; known are {', '.join(known)}"


def _of_type(accepted: type | tuple[type, ...], what: str) -> Callable[[str, object], Any]:
    """A converter of the file's values that are of a type; ``what`` they must be, for the message."""
    kinds = accepted if isinstance(accepted, tuple) else (accepted,)

    def convert(key: str, value: object) -> Any:
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            raise ConfigError(f"{key!r} must be {what}, not {shown(value)}")
        return value

    return convert


_boolean = _of_type(bool, "true or false")
_string = _of_type(str, "a string")
_quoted_duration = _of_type(str, 'a duration in quotes, such as "10m"')
_path = _of_type(str, "the path of a file")
_number = _of_type((int, float), "a number")
_whole = _of_type(int, "a whole number")


def _strings(key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ConfigError(f"{key!r} must be an array of strings, not {shown(value)}")
    return tuple(value)


def _patterns(key: str, value: object) -> tuple[str, ...]:
    patterns = _strings(key, value)
    if len(patterns) > _MOST_PATTERNS:
        raise ConfigError(f"{key!r} has more than {_MOST_PATTERNS} patterns")
    return patterns


def _only_off(key: str, value: object) -> bool:
    if _boolean(key, value):
        raise ConfigError(f"{key!r} can't be switched on by a file, as it runs the repository's tests: use --{key}")
    return False


def _names(given: list[str]) -> tuple[str, ...]:
    """The names in a flag that takes a comma-separated list and may be repeated."""
    return tuple(name.strip() for part in given for name in part.split(",") if name.strip())


def _positive(number: int) -> int:
    if number < 1:
        raise ConfigError(f"jobs must be at least 1, not {number}")
    return number


def regexp(text: str) -> str:
    """Return the regular expression.  Raises ConfigError where its brackets show that Go won't take it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(text)
    except (re.error, RecursionError, OverflowError) as error:
        # Of the rest, Python's expressions differ from Go's.
        if str(error).startswith(("missing )", "unbalanced parenthesis", "unterminated character set")):
            raise ConfigError(f"{shown(text)} is no regular expression: {str(error).partition(' at ')[0]}") from None
    return text


def percentage(what: str) -> Kind:
    """A share in percent; ``what`` it is, for messages."""

    def convert(number: float) -> float:
        if not 0 < number <= 100:
            raise ConfigError(f"{what} is a share in percent, more than 0 and at most 100, not {number:g}")
        return number

    return Kind(float, "number", convert, lambda key, value: convert(float(_number(key, value))))


MARK = Kind(bool)
"""A flag that is there or not, and that no file sets."""
TEXT = Kind(str)
TEXTS = Kind(list)
REGEXP = Kind(str, from_flag=regexp)
SWITCH = Kind(bool, "`true` or `false`", from_file=_boolean, negated=True)
SWITCHED_ON_BY_FLAG = Kind(bool, "`false`; only the flag switches it on", from_file=_only_off, negated=True)
NAMES = Kind(list, "array of strings", _names, _strings)
STRINGS = Kind(list, "array of strings", tuple, _strings)
PATTERNS = Kind(list, "array of strings", tuple, _patterns)
VALIDATOR_NAMES = Kind(
    list,
    "array of strings",
    lambda given: validators(_names(given)),
    lambda k, v: validators(_strings(k, v)),
    choices=(*VALIDATORS, "none"),
)
DURATION = Kind(str, 'string, such as `"90s"`', duration, lambda k, v: duration(_quoted_duration(k, v)))
COUNT = Kind(int, "whole number", _positive, lambda k, v: _positive(_whole(k, v)))
PATH = Kind(str, "string", Path, lambda k, v: Path(_path(k, v)))
"""A path; one that the file names is relative to the file's directory."""


def choice(known: tuple[str, ...], what: str, in_file: str = "") -> Kind:
    """One of the ``known`` words; ``what`` they are, for messages, and in those about the file, if otherwise."""
    return Kind(
        str,
        "string",
        lambda given: check_choices((given,), known, what)[0],
        lambda key, value: check_choices((_string(key, value),), known, in_file or what)[0],
        choices=known,
    )


def converted(given: Mapping[str, Any], known: Mapping[str, Setting]) -> Iterator[tuple[str, Any]]:
    """The values of what was typed, by name; what was not typed (None) is left out.  Raises ConfigError."""
    for name, value in given.items():
        if value is not None:
            yield name, known[name].kind.from_flag(value)


__all__ = [
    "COUNT",
    "DURATION",
    "NAMES",
    "PATH",
    "PATTERNS",
    "REGEXP",
    "STRINGS",
    "SWITCH",
    "TEXT",
    "ConfigError",
    "Kind",
    "Setting",
    "choice",
    "percentage",
]
