"""``.defermod.toml``: the project's own settings, the same things as the flags, which win over it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from defermod.bounded import SETTINGS_LIMIT, UnfitError, read_bounded
from defermod.engine.registry import abouts, default_rules, marked, rule_settings
from defermod.settings import (
    COUNT,
    DURATION,
    FORMATS,
    NAMES,
    PATTERNS,
    SWITCH,
    SWITCHED_ON_BY_FLAG,
    VALIDATOR_NAMES,
    VALIDATORS,
    Setting,
    choice,
    declared,
    did_you_mean,
    setting,
    shown,
)
from defermod.settings import ConfigError as ConfigError

NAME = ".defermod.toml"
_MOST_DOTS = 1000
"""The most dots in a line: the time to read a dotted key grows with the square of its parts."""
TRUST = ("default", "none")
FAIL_ON = ("all", "fixable", "never")
ALL_RULES = "all"
"""Stands for every rule in ``select``."""
DEFAULT_RULES = default_rules()


def option_pairs(given: list[str]) -> tuple[tuple[str, str], ...]:
    """``RULE.NAME=VALUE`` as pairs.  Raises ConfigError."""
    pairs = [text.partition("=") for text in given]
    for name, equals, _ in pairs:
        if not equals or "." not in name:
            raise ConfigError(f"--option takes RULE.NAME=VALUE, not {name + equals!r}")
    return tuple((name, value) for name, _, value in pairs)


@dataclass(frozen=True, slots=True)
class Settings:
    """The user's settings, from the defaults, the configuration file and the flags, in that order."""

    select: tuple[str, ...] = setting(DEFAULT_RULES, NAMES, "Run these rules only, comma-separated.", "RULES")
    ignore: tuple[str, ...] = setting((), NAMES, "Do not run these rules.", "RULES")
    unsafe_fixes: bool = setting(False, SWITCH, "Include fixes that are not proven safe.")
    validate: tuple[str, ...] = setting(
        VALIDATORS, VALIDATOR_NAMES, "Validators to run on changed files: gofmt, vet, or none.  [gofmt,vet]", "LIST"
    )
    """The validators to run; empty for ``none``."""
    verify: bool = setting(
        False, SWITCHED_ON_BY_FLAG, "Run the tests of changed packages, too, before and after the fixes."
    )
    """Also run the tests of the changed packages."""
    verify_timeout: float | None = setting(
        None, DURATION, "Time limit for each package's tests, such as 90s.  [go's: 10m]", "TIME"
    )
    """Seconds for the tests of one package; None leaves them to go."""
    exclude: tuple[str, ...] = setting(
        (), PATTERNS, "Skip files that match, as in .gitignore; may be repeated.", "PATTERN"
    )
    """Patterns with the syntax of .gitignore."""
    exclude_root: Path | None = None
    """The directory (absolute) that the patterns of ``exclude`` are relative to; None for the working directory."""
    apart: tuple[Path, ...] = ()
    """Directories (absolute) that a walk skips: modules below that have their own settings."""
    walked_to: bool = False
    """True if nobody named the paths: they are modules below one that was, and may be passed over whole."""
    unusable: tuple[str, ...] = ()
    """One message for each module that is left out because its own settings can't be used."""
    include_generated: bool = setting(False, SWITCH, "Include generated files.", decides=True)
    include_vendor: bool = setting(False, SWITCH, "Include vendor directories.")
    force_exclude: bool = setting(False, SWITCH, "Apply exclusions to files named on the command line, too.")
    """Skip files that are excluded, vendored, ignored or generated even if they are named on the command line."""
    jobs: int | None = setting(None, COUNT, "Worker processes.  [one per CPU]", "N", short="-j")
    """Worker processes; None leaves the choice to the program."""
    cache: bool = setting(True, SWITCH, "Keep results, and check again only what has changed.  [on]")
    """Skip files in which an earlier run found nothing, and record those of this run."""
    output_format: str = setting(
        "text",
        choice(FORMATS, "output format"),
        f"{', '.join(FORMATS[:-1])} or {FORMATS[-1]}.  [text]",
        "FORMAT",
    )
    given: tuple[tuple[str, Any], ...] = ()
    """The values of the settings that rules declare, by name, where they are not the defaults; see ``value``."""
    rule_options: tuple[tuple[str, bool | int | str], ...] = ()
    """The rules' own settings, by ``RULE.NAME``; see ``defermod.codemod.Option``."""
    trust: str = setting(
        "default",
        choice(TRUST, "trust"),
        "Assumptions that a safe fix may rest on: default or none.",
        "WHAT",
    )
    """The assumptions that a safe fix may rest on; one of ``TRUST``."""
    fail_on: str = setting(
        "all",
        choice(FAIL_ON, "value of --fail-on", "value of fail-on"),
        "Exit with 1 for all findings, fixable ones, or never.  [all]",
        "WHAT",
    )
    """The kind of findings that make ``check`` exit with 1; one of ``FAIL_ON``."""

    @property
    def rules(self) -> frozenset[str]:
        """The rules to run: the selected ones, and those with a setting that selects its rule."""
        woken = {rule for rule, about in abouts().items() if any(self._says(one) for one in about.settings)}
        return frozenset() if ALL_RULES in self.ignore else (self._selected | woken) - frozenset(self.ignore)

    def _says(self, one: Setting) -> bool:
        """Return True if the setting was given and selects its rule."""
        return one.wakes and bool(self.value(one.name) != one.default)

    def value(self, name: str) -> Any:
        """Return the value of a setting: one of these fields, or one that a rule declares."""
        declaring = rule_settings()
        return dict(self.given).get(name, declaring[name].default) if name in declaring else getattr(self, name)

    @property
    def _selected(self) -> frozenset[str]:
        if ALL_RULES not in self.select:
            return frozenset(self.select)
        from defermod.engine.registry import transforms

        return frozenset(transforms())

    def rules_for(self, text: bytes) -> frozenset[str]:
        """Return the rules to run on one file, in which a comment may select another rule."""
        if self.select is not DEFAULT_RULES:
            return self.rules
        return (self.rules | marked(text)) - frozenset(self.ignore)

    def overridden(self, values: Mapping[str, Any]) -> Settings:
        """Return these settings with ``values`` (attribute name to value) replaced; None means "not given"."""
        known = {name: value for name, value in values.items() if value is not None and name != "codemod"}
        if "rule_options" in known:
            known["rule_options"] = (*self.rule_options, *known["rule_options"])
        given = dict(self.given) | {name: known.pop(name) for name in list(known) if name in rule_settings()}
        return replace(self, given=tuple(sorted(given.items())), **known)


def all_settings() -> dict[str, Setting]:
    """Return every setting by name: the fields of ``Settings``, and those that rules declare."""
    return {**declared(Settings), **rule_settings()}


def find(start: Path) -> Path | None:
    """Return the configuration file for ``start``: the one beside its module's go.mod, or beside the go.work above.

    Outside of any module it is the one in ``start``'s own directory.  Any other file above the module's
    root is another project's and is not looked at.
    """
    start = Path(os.path.normpath(start.absolute()))
    directory = start if start.is_dir() else start.parent
    above = (directory, *directory.parents)
    root = next((d for d in above if (d / "go.mod").is_file()), directory)
    workspace = next((d for d in above if (d / "go.work").is_file()), root)
    return next((d / NAME for d in (root, workspace) if (d / NAME).is_file()), None)


def modules_apart(start: Path) -> list[Path]:
    """Return the modules below the directory ``start`` (absolute) that have their own settings and that a walk may
    reach.

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
    """Return the settings in the file at ``path``, as attribute names of Settings to values.

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
        raise ConfigError(f"{path}: can't be read: {(error.strerror or str(error)).lower()}") from error
    except RecursionError as error:
        raise ConfigError(f"{path}: too deeply nested") from error
    except ConfigError:
        raise
    except ValueError as error:  # not TOML, not UTF-8, or a number that is too long
        raise ConfigError(f"{path}: not valid TOML: {error}") from error
    from defermod.engine.registry import is_rule

    values: dict[str, Any] = {}
    for key, value in data.items():
        if isinstance(value, dict) and is_rule(key):
            values.setdefault("rule_options", [])
            values["rule_options"] += [(f"{key}.{name}", setting) for name, setting in value.items()]
            continue
        try:
            name, convert = _key(key)
            values[name] = convert(value)
        except ConfigError as error:
            raise ConfigError(f"{path}{_line_of(text, key)}: {error}") from None
    return values


def _key(key: str) -> tuple[str, Callable[[object], object]]:
    """Return the attribute that a key of the file sets, and the converter for its value.  Raises ConfigError."""
    known = keys()
    if key not in known:
        raise ConfigError(f"unknown key {shown(key)}{did_you_mean(key, tuple(known))}")
    convert = known[key].kind.from_file
    assert convert is not None
    return known[key].name, lambda value: convert(key, value)


def keys() -> dict[str, Setting]:
    """Return the settings that the file can set, by their keys."""
    return {one.key: one for one in all_settings().values() if one.kind.from_file is not None}


def _line_of(text: str, key: str) -> str:
    """Return ``:LINE`` of the line that sets or opens ``key``; empty if no line plainly does."""
    pattern = re.compile(rf"""^\s*\[*\s*["']?{re.escape(key)}["']?\s*[=.\]]""")
    for number, line in enumerate(text.split("\n"), 1):
        if pattern.match(line):
            return f":{number}"
    return ""


__all__ = ["Settings"]
