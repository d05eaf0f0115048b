"""``.defermod.toml``: the project's own settings, the same things as the flags, which win over it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from defermod.bounded import SETTINGS_LIMIT, UnfitError, read_bounded

NAME = ".defermod.toml"
_MOST_DOTS = 1000
"""In a line: the time to read a dotted key grows with the square of its parts."""
FORMATS = ("text", "concise", "json", "sarif", "github", "rdjson", "checkstyle", "html")
VALIDATORS = ("gofmt", "vet")
LOOP_STYLES = ("closure", "explicit")
TRUST = ("default", "none")
FAIL_ON = ("all", "fixable", "never")
ALL_RULES = "all"
"""Stands for every rule in ``select``."""
DEFAULT_RULES = ("defer-in-loop", "defer-before-check", "late-cleanup")
HOT_RULE = "hot-defer"
"""Runs by default only where something says what is hot."""
HOT_COMMENT = b"//defermod:hot"
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


class ConfigError(ValueError):
    """Settings that can't be used; the message is one line, for the user."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user asked for, from the defaults, the configuration file and the flags, in that order."""

    select: tuple[str, ...] = DEFAULT_RULES
    ignore: tuple[str, ...] = ()
    unsafe_fixes: bool = False
    validate: tuple[str, ...] = VALIDATORS
    """The validators to run; empty for ``none``."""
    verify: bool = False
    """Also hold the changes against the packages' own tests."""
    verify_timeout: float | None = None
    """Seconds for the tests of one package; None leaves them to go."""
    exclude: tuple[str, ...] = ()
    """Patterns as in a .gitignore."""
    exclude_root: Path | None = None
    """The directory whose .gitignore that would be (absolute); None for the working directory."""
    apart: tuple[Path, ...] = ()
    """Directories (absolute) that a walk leaves to others: modules below with settings of their own."""
    unusable: tuple[str, ...] = ()
    """Why modules among these were left out: a message for each whose own settings can't be used."""
    include_generated: bool = False
    include_vendor: bool = False
    force_exclude: bool = False
    """Pass over what is excluded, vendored, ignored or generated even where it is named as itself."""
    jobs: int | None = None
    """Worker processes; None leaves the choice to the program."""
    cache: bool = True
    """Pass over files that are known from an earlier run to give nothing, and note those of this run."""
    output_format: str = "text"
    hot: tuple[str, ...] = ()
    """Patterns of functions that are to count as hot."""
    profile: Path | None = None
    """A CPU profile that says which functions are hot."""
    bench: str | None = None
    """The benchmarks to make such a profile with, as ``go test -bench`` takes them."""
    hot_threshold: float = 1.0
    """The share of a profile, in percent, from which on a function counts as hot."""
    loop_style: str = "closure"
    """What a defer in a loop becomes; one of ``LOOP_STYLES``."""
    rule_options: tuple[tuple[str, bool | int | str], ...] = ()
    """The rules' own settings, by ``RULE.NAME``; see ``defermod.codemod.Option``."""
    trust: str = "default"
    """Which assumptions a safe fix may rest on; one of ``TRUST``."""
    fail_on: str = "all"
    """What makes ``check`` exit with 1; one of ``FAIL_ON``."""

    @property
    def rules(self) -> frozenset[str]:
        """The rules to run; whoever says what is hot wants to know about it."""
        told = {HOT_RULE} if self.hot or self.profile is not None or self.bench is not None else set()
        return (self._selected | told) - frozenset(self.ignore)

    @property
    def _selected(self) -> frozenset[str]:
        if ALL_RULES not in self.select:
            return frozenset(self.select)
        from defermod.engine.registry import transforms

        return frozenset(transforms())

    def rules_for(self, text: bytes) -> frozenset[str]:
        """The rules to run on one file: a comment in it may say that something is hot."""
        if self.select is DEFAULT_RULES and HOT_COMMENT in text:
            return (self.rules | {HOT_RULE}) - frozenset(self.ignore)
        return self.rules

    def overridden(self, values: Mapping[str, Any]) -> Settings:
        """These settings with ``values`` (attribute name to value) on top; None is "not said"."""
        known = {name: value for name, value in values.items() if value is not None and name != "codemod"}
        if "rule_options" in known:
            known["rule_options"] = (*self.rule_options, *known["rule_options"])
        return replace(self, **known)


def find(start: Path) -> Path | None:
    """The configuration file that governs ``start``: the one beside its module's go.mod, or beside the go.work above.

    Outside of any module it is the one in ``start``'s own directory.  Any other file above the module's
    root is another project's and is not looked at.
    """
    start = start.absolute()
    directory = start if start.is_dir() else start.parent
    above = (directory, *directory.parents)
    root = next((d for d in above if (d / "go.mod").is_file()), directory)
    workspace = next((d for d in above if (d / "go.work").is_file()), root)
    return next((d / NAME for d in (root, workspace) if (d / NAME).is_file()), None)


def modules_apart(start: Path) -> list[Path]:
    """The modules below the directory ``start`` (absolute) that have settings of their own and a walk may come to.

    A walk that begins in a module leaves other modules out, unless a go.work uses both; there are none then.
    """
    above = (start, *start.parents)
    if any((d / "go.mod").is_file() for d in above) and not any((d / "go.work").is_file() for d in above):
        return []
    found: list[Path] = []
    for directory, below, files in os.walk(start):
        below[:] = sorted(name for name in below if name[0] not in "._" and name not in ("testdata", "vendor"))
        if directory != str(start) and "go.mod" in files and NAME in files:
            found.append(Path(directory))
    return found


def load(path: Path) -> dict[str, Any]:
    """The settings in the file at ``path``, as attribute names of Settings to values.

    Raises ConfigError for a file that can't be read, is not TOML, has a key that doesn't exist or
    a value that can't be used; the message names file, line where possible, and key.
    """
    import tomllib

    try:
        text = read_bounded(path, SETTINGS_LIMIT).decode("utf-8").replace("\r\n", "\n")
        if any(line.count(".") > _MOST_DOTS for line in text.split("\n")):
            raise ConfigError(f"{path}: a line with more than {_MOST_DOTS} dots")
        data = tomllib.loads(text)
    except UnfitError as unfit:
        raise ConfigError(f"{path}: {unfit}, and was not read") from unfit
    except OSError as error:
        raise ConfigError(f"{path}: can't be read: {error.strerror}") from error
    except RecursionError as error:
        raise ConfigError(f"{path}: too deeply nested") from error
    except ConfigError:
        raise
    except ValueError as error:  # not TOML, not UTF-8, or a number that is too long
        raise ConfigError(f"{path}: not valid TOML: {error}") from error
    values: dict[str, Any] = {}
    for key, value in data.items():
        if isinstance(value, dict) and _is_rule(key):
            values.setdefault("rule_options", [])
            values["rule_options"] += [(f"{key}.{name}", setting) for name, setting in value.items()]
            continue
        try:
            name, convert = _key(key)
            values[name] = convert(value)
        except ConfigError as error:
            raise ConfigError(f"{path}{_line_of(text, key)}: {error}") from None
    return values


def _is_rule(name: str) -> bool:
    from defermod.engine.registry import transforms

    return name in transforms()


def check_choices(names: tuple[str, ...], known: tuple[str, ...], what: str) -> tuple[str, ...]:
    """Return ``names`` if each is among ``known``.  Raises ConfigError naming the first that is not."""
    for name in names:
        if name not in known:
            raise ConfigError(f"unknown {what} {_shown(name)}{did_you_mean(name, known)}")
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


def percentage(number: float) -> float:
    """Return ``number`` if it is a share in percent.  Raises ConfigError."""
    if not 0 < number <= 100:
        raise ConfigError(f"hot-threshold is a share in percent, more than 0 and at most 100, not {number:g}")
    return number


def positive(number: int) -> int:
    """Return ``number`` if it is at least 1.  Raises ConfigError."""
    if number < 1:
        raise ConfigError(f"jobs must be at least 1, not {number}")
    return number


def _key(key: str) -> tuple[str, Callable[[object], object]]:
    """The attribute that a key of the file sets, and what makes its value of the one written."""
    if key not in _KEYS:
        raise ConfigError(f"unknown key {_shown(key)}{did_you_mean(key, tuple(_KEYS))}")
    convert = _KEYS[key]
    return key.replace("-", "_"), lambda value: convert(key, value)


def _strings(key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ConfigError(f"{key!r} must be an array of strings, not {_shown(value)}")
    return tuple(value)


def _boolean(key: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise ConfigError(f"{key!r} must be true or false, not {_shown(value)}")
    return value


def _verify(key: str, value: object) -> bool:
    if _boolean(key, value):
        raise ConfigError("'verify' can't be switched on by a file, as it runs the repository's tests: use --verify")
    return False


def _patterns(key: str, value: object) -> tuple[str, ...]:
    patterns = _strings(key, value)
    if len(patterns) > _MOST_PATTERNS:
        raise ConfigError(f"{key!r} has more than {_MOST_PATTERNS} patterns")
    return patterns


_MOST_PATTERNS = 5000


def _jobs(key: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ConfigError(f"{key!r} must be a whole number, not {_shown(value)}")
    return positive(value)


def _duration(key: str, value: object) -> float:
    if not isinstance(value, str):
        raise ConfigError(f'{key!r} must be a duration in quotes, such as "10m", not {_shown(value)}')
    return duration(value)


def _path(key: str, value: object) -> Path:
    if not isinstance(value, str):
        raise ConfigError(f"{key!r} must be the path of a file, not {_shown(value)}")
    return Path(value)


def _percentage(key: str, value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise ConfigError(f"{key!r} must be a number, not {_shown(value)}")
    return percentage(float(value))


def _format(key: str, value: object) -> str:
    if not isinstance(value, str):
        raise ConfigError(f"{key!r} must be a string, not {_shown(value)}")
    return check_choices((value,), FORMATS, "output format")[0]


def _style(key: str, value: object) -> str:
    if not isinstance(value, str):
        raise ConfigError(f"{key!r} must be a string, not {_shown(value)}")
    return check_choices((value,), LOOP_STYLES, "loop style")[0]


def _fail_on(key: str, value: object) -> str:
    if not isinstance(value, str):
        raise ConfigError(f"{key!r} must be a string, not {_shown(value)}")
    return check_choices((value,), FAIL_ON, "value of fail-on")[0]


def _trust(key: str, value: object) -> str:
    if not isinstance(value, str):
        raise ConfigError(f"{key!r} must be a string, not {_shown(value)}")
    return check_choices((value,), TRUST, "trust")[0]


_KEYS: dict[str, Callable[[str, object], object]] = {
    "select": _strings,
    "ignore": _strings,
    "unsafe-fixes": _boolean,
    "validate": lambda key, value: validators(_strings(key, value)),
    "verify": _verify,
    "verify-timeout": _duration,
    "exclude": _patterns,
    "include-generated": _boolean,
    "include-vendor": _boolean,
    "force-exclude": _boolean,
    "jobs": _jobs,
    "cache": _boolean,
    "output-format": _format,
    "hot": _strings,
    "profile": _path,
    "hot-threshold": _percentage,
    "loop-style": _style,
    "trust": _trust,
    "fail-on": _fail_on,
}


def _shown(value: object) -> str:
    """A value of the file as its author wrote it, more or less."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "a table"
    # As its author wrote it, so far as that can't be told from the rest of the line; and never a long one.
    try:
        shown = repr(value)
    except (RecursionError, ValueError):
        return "what it is"
    return shown if len(shown) <= _LONGEST_SHOWN else f"{shown[:_LONGEST_SHOWN]}..."


_LONGEST_SHOWN = 80


def did_you_mean(name: str, known: tuple[str, ...]) -> str:
    """The end of an error message about ``name``: the known name that is close to it, or all that are known."""
    if len(name) > _LONGEST_SHOWN:
        return ""
    from difflib import get_close_matches

    close = get_close_matches(name.replace("_", "-"), known, n=1)
    return f"; did you mean {close[0]!r}?" if close else f"; known are {', '.join(known)}"


def _line_of(text: str, key: str) -> str:
    """``:LINE`` of the line that sets or opens ``key``, or nothing if it can't be told by a look."""
    pattern = re.compile(rf"""^\s*\[*\s*["']?{re.escape(key)}["']?\s*[=.\]]""")
    for number, line in enumerate(text.split("\n"), 1):
        if pattern.match(line):
            return f":{number}"
    return ""
