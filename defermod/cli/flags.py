"""The flags of a command line, made into settings together with the configuration file."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from defermod import config
from defermod.config import ConfigError, Settings

STDIN = "-"
DEFAULT_PATH = "./..."


@dataclass(frozen=True, slots=True, kw_only=True)
class Flags:
    """What was typed; None is "not said"."""

    paths: tuple[str, ...]
    diff: bool = False
    interactive: bool = False
    types: bool = False
    since: str | None = None
    fail_on: str | None = None
    exit_zero: bool = False
    statistics: bool = False
    output: list[str] | None = None
    quiet: bool = False
    color: str | None = None
    select: list[str] | None = None
    ignore: list[str] | None = None
    unsafe_fixes: bool | None = None
    validate: list[str] | None = None
    verify: bool | None = None
    verify_timeout: str | None = None
    output_format: str | None = None
    lines: str | None = None
    stdin_filename: str | None = None
    jobs: int | None = None
    config: str | None = None
    exclude: list[str] | None = None
    include_generated: bool | None = None
    include_vendor: bool | None = None
    hot: list[str] | None = None
    profile: str | None = None
    bench: str | None = None
    hot_threshold: float | None = None
    loop_style: str | None = None
    trust: str | None = None
    force_exclude: bool | None = None
    cache: bool | None = None
    option: list[str] | None = None
    codemod: str | None = None
    """The one rule to run, as ``defermod.engine.registry.named`` names it; the others stay out."""

    @property
    def from_stdin(self) -> bool:
        """Is the one file a buffer on stdin?"""
        return self.paths == (STDIN,)


def settings(flags: Flags) -> list[tuple[tuple[str, ...], Settings]]:
    """The paths, those together that have the same settings: the defaults, then the file, then the flags.

    Modules have their own configuration files, so paths in several modules can have several settings.
    Raises ConfigError, in one line for the user, for whatever can't be used; a module that only the walk comes to,
    with a file that can't be used, is left out, and the first settings say so.
    """
    _check_stdin(flags)
    _check_interactive(flags)
    flagged = _values(flags)
    groups: dict[Path | None, list[str]] = {}
    apart: list[Path] = []
    for path in flags.paths or (DEFAULT_PATH,):
        groups.setdefault(_config_file(path, flags), []).append(path)
    named = frozenset(groups)
    for path in flags.paths or (DEFAULT_PATH,):
        for module in _modules_apart(path, flags):
            if module not in apart:
                apart.append(module)
                groups.setdefault(config.find(module), []).append(f"{_relative(module)}/...")
    found: list[tuple[tuple[str, ...], Settings]] = []
    unusable: list[str] = []
    for file, paths in groups.items():
        try:
            found.append((tuple(paths), replace(_settings(file, flagged), apart=_others(apart, file))))
        except ConfigError as error:
            if file in named:
                raise
            unusable.append(f"{error}; its module was left out")  # one module must not keep the others from a look
    first, wanted = found[0]
    return [(first, replace(wanted, unusable=tuple(unusable))), *found[1:]]


def _modules_apart(path: str, flags: Flags) -> list[Path]:
    """The modules that a walk from ``path`` comes to and that have settings of their own."""
    base = _base(path)
    whole = path.rstrip("/") in (base.rstrip("/"), f"{base.rstrip('/')}/...")
    if flags.config is not None or flags.from_stdin or not whole or not Path(base).is_dir():
        return []
    return config.modules_apart(Path(os.path.normpath(Path(base).absolute())))


def _others(apart: list[Path], file: Path | None) -> tuple[Path, ...]:
    """The modules apart that ``file`` doesn't govern."""
    return tuple(module for module in apart if file is None or module != file.parent)


def line_range(text: str | None) -> tuple[int, int] | None:
    """``A-B`` or ``A`` as a pair of 1-based lines, both included.  Raises ConfigError."""
    if text is None:
        return None
    match = re.fullmatch(r"\s*(\d+)\s*(?:-\s*(\d+)\s*)?", text)
    if match is None:
        raise ConfigError(f"--lines takes A-B, two line numbers, not {text!r}")
    first, last = int(match[1]), int(match[2] or match[1])
    if not 1 <= first <= last:
        raise ConfigError(f"--lines {text}: lines count from 1, and the first can't come after the last")
    return first, last


def report_files(flags: Flags) -> list[tuple[str, Path]]:
    """The format and the file of each ``--output FORMAT=FILE``.  Raises ConfigError."""
    found: list[tuple[str, Path]] = []
    for text in flags.output or ():
        name, given, file = text.partition("=")
        if not given or not file:
            raise ConfigError(f"--output takes FORMAT=FILE, such as sarif=out.sarif, not {text!r}")
        config.check_choices((name,), config.FORMATS, "output format")
        found.append((name, Path(file)))
    return found


def _check_stdin(flags: Flags) -> None:
    if STDIN in flags.paths and not flags.from_stdin:
        raise ConfigError("- stands for stdin and can't be combined with other paths")
    if flags.stdin_filename is not None and not flags.from_stdin:
        raise ConfigError("--stdin-filename is only for -, the text on stdin")
    if flags.from_stdin and not flags.stdin_filename:
        raise ConfigError("- needs --stdin-filename, the path of the file that stdin stands for")


def _check_interactive(flags: Flags) -> None:
    if not flags.interactive:
        return
    if flags.diff or flags.from_stdin or flags.output_format not in (None, "text"):
        raise ConfigError("--interactive goes with neither --diff nor -, the text on stdin, nor an --output-format")
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise ConfigError("--interactive asks questions, so it needs a terminal; for a script there is --diff")


def _config_file(path: str, flags: Flags) -> Path | None:
    """The file that --config names, else the one that governs ``path``."""
    if flags.config is not None:
        return Path(flags.config)
    return config.find(Path(flags.stdin_filename if flags.stdin_filename else _base(path)))


def _settings(file: Path | None, flagged: Mapping[str, Any]) -> Settings:
    """The defaults, then the file, then the flags; patterns and paths in the file are relative to its directory."""
    if file is None:
        return _with_rules(Settings().overridden(flagged), flagged)
    shown = Path(_relative(file))
    configured = Settings(exclude_root=file.absolute().parent).overridden(config.load(shown))
    if configured.profile is not None:
        configured = replace(configured, profile=file.absolute().parent / configured.profile)
    if flagged["exclude"] is not None:
        configured = replace(configured, exclude_root=None)
    return _with_rules(configured.overridden(flagged), flagged, source=f" (settings from flags and {shown})")


def _with_rules(merged: Settings, flagged: Mapping[str, Any], source: str = "") -> Settings:
    """The settings with the codemod to run in the place of the rules, if there is one, and the rules' own options."""
    if name := flagged["codemod"]:
        # What an earlier run has found says nothing about a file of code that changes while somebody works on it.
        merged = replace(merged, select=(name,), ignore=(), cache=False)
    else:
        merged = _with_known_rules(merged, source)
    if not merged.rule_options:
        return merged
    from defermod.engine.registry import with_checked_options

    try:
        return replace(merged, rule_options=with_checked_options(merged.rule_options, merged.select))
    except ValueError as error:
        raise ConfigError(f"{error}{source}") from None


def _options(given: list[str] | None) -> tuple[tuple[str, str], ...] | None:
    """``RULE.NAME=VALUE`` as pairs.  Raises ConfigError."""
    if given is None:
        return None
    pairs = [text.partition("=") for text in given]
    for name, equals, _ in pairs:
        if not equals or "." not in name:
            raise ConfigError(f"--option takes RULE.NAME=VALUE, not {name + equals!r}")
    return tuple((name, value) for name, _, value in pairs)


def _base(path: str) -> str:
    """The directory in which a Go pattern begins; any other path as it is."""
    return path.split("...", 1)[0] or "." if "..." in path else path


def _relative(path: Path) -> str:
    """The path as the user would write it."""
    try:
        shown = os.path.relpath(path)
    except ValueError:  # Windows: another drive
        return str(path)
    return shown if len(shown) < len(str(path)) else str(path)


def _values(flags: Flags) -> dict[str, Any]:
    """The flags that set what the file can set, checked."""
    if flags.output_format is not None:
        config.check_choices((flags.output_format,), config.FORMATS, "output format")
    if flags.loop_style is not None:
        config.check_choices((flags.loop_style,), config.LOOP_STYLES, "loop style")
    if flags.fail_on is not None:
        config.check_choices((flags.fail_on,), config.FAIL_ON, "value of --fail-on")
    if flags.trust is not None:
        config.check_choices((flags.trust,), config.TRUST, "trust")
    return {
        "select": _names(flags.select),
        "ignore": _names(flags.ignore),
        "unsafe_fixes": flags.unsafe_fixes,
        "validate": None if flags.validate is None else config.validators(_names(flags.validate) or ()),
        "verify": flags.verify,
        "verify_timeout": None if flags.verify_timeout is None else config.duration(flags.verify_timeout),
        "exclude": None if flags.exclude is None else tuple(flags.exclude),
        "include_generated": flags.include_generated,
        "include_vendor": flags.include_vendor,
        "force_exclude": flags.force_exclude,
        "cache": flags.cache,
        "jobs": None if flags.jobs is None else config.positive(flags.jobs),
        "output_format": flags.output_format,
        "hot": None if flags.hot is None else tuple(flags.hot),
        "profile": None if flags.profile is None else Path(flags.profile),
        "bench": flags.bench,
        "hot_threshold": None if flags.hot_threshold is None else config.percentage(flags.hot_threshold),
        "loop_style": flags.loop_style,
        "trust": flags.trust,
        "rule_options": _options(flags.option),
        "codemod": flags.codemod,
        "fail_on": flags.fail_on,
    }


def _names(given: list[str] | None) -> tuple[str, ...] | None:
    """The names in a flag that takes a comma-separated list and may be repeated."""
    if given is None:
        return None
    return tuple(name.strip() for part in given for name in part.split(",") if name.strip())


def _with_known_rules(merged: Settings, source: str = "") -> Settings:
    """Return the settings unless they name a rule that does not exist, or none is left to run."""
    if merged.select == config.DEFAULT_RULES and not merged.ignore:
        return merged  # the usual case needs no look at the transforms
    from defermod.engine.registry import transforms

    try:
        config.check_choices((*merged.select, *merged.ignore), (*transforms(), config.ALL_RULES), "rule")
    except ConfigError as error:
        raise ConfigError(f"{error}{source}") from None
    if not merged.rules:
        raise ConfigError(f"no rule is left to run after --select and --ignore{source}")
    return merged


def stdin_text() -> bytes:
    """All that is on stdin, as bytes."""
    return sys.stdin.buffer.read()
