"""The flags of a command line, made into settings together with the configuration file."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from defermod import config
from defermod.config import ConfigError, Settings

STDIN = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flags:
    """What was typed; None is "not said"."""

    paths: tuple[str, ...]
    diff: bool = False
    select: list[str] | None = None
    ignore: list[str] | None = None
    unsafe_fixes: bool | None = None
    validate: list[str] | None = None
    output_format: str | None = None
    lines: str | None = None
    stdin_filename: str | None = None
    jobs: int | None = None
    config: str | None = None
    exclude: list[str] | None = None
    include_generated: bool | None = None
    include_vendor: bool | None = None

    @property
    def from_stdin(self) -> bool:
        """Is the one file a buffer on stdin?"""
        return self.paths == (STDIN,)


def settings(flags: Flags) -> Settings:
    """The settings of a run: the defaults, then the configuration file, then the flags.

    Raises ConfigError, in one line for the user, for whatever can't be used.
    """
    _check_stdin(flags)
    file = _config_file(flags)
    merged = Settings().overridden(config.load(file) if file else {}).overridden(_values(flags))
    return _with_known_rules(merged, str(file) if file else None)


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


def _check_stdin(flags: Flags) -> None:
    if STDIN in flags.paths and not flags.from_stdin:
        raise ConfigError("- stands for stdin and can't be combined with other paths")
    if flags.stdin_filename is not None and not flags.from_stdin:
        raise ConfigError("--stdin-filename is only for -, the text on stdin")
    if flags.from_stdin and not flags.stdin_filename:
        raise ConfigError("- needs --stdin-filename, the path of the file that stdin stands for")


def _config_file(flags: Flags) -> Path | None:
    """The file that --config names, else the one that governs what is looked at."""
    if flags.config is not None:
        return Path(flags.config)
    starts = [flags.stdin_filename] if flags.stdin_filename else [_base(path) for path in flags.paths]
    files = {config.find(Path(start)): None for start in starts or ["."]}
    if len(files) > 1:
        names = ", ".join(_relative(file) if file else "no file" for file in files)
        raise ConfigError(
            f"the paths have different settings ({names}); run them one by one, or give --config"
        )
    return Path(_relative(file)) if (file := next(iter(files))) else None


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
    return {
        "select": _names(flags.select),
        "ignore": _names(flags.ignore),
        "unsafe_fixes": flags.unsafe_fixes,
        "validate": None if flags.validate is None else config.validators(_names(flags.validate) or ()),
        "exclude": None if flags.exclude is None else tuple(flags.exclude),
        "include_generated": flags.include_generated,
        "include_vendor": flags.include_vendor,
        "jobs": None if flags.jobs is None else config.positive(flags.jobs),
        "output_format": flags.output_format,
    }


def _names(given: list[str] | None) -> tuple[str, ...] | None:
    """The names in a flag that takes a comma-separated list and may be repeated."""
    if given is None:
        return None
    return tuple(name.strip() for part in given for name in part.split(",") if name.strip())


def _with_known_rules(merged: Settings, file: str | None) -> Settings:
    """Return the settings unless they name a rule that does not exist, or none is left to run."""
    if merged.select == config.DEFAULT_RULES and not merged.ignore:
        return merged  # the usual case needs no look at the transforms
    from defermod.registry import transforms

    try:
        config.check_choices((*merged.select, *merged.ignore), tuple(transforms()), "rule")
    except ConfigError as error:
        raise ConfigError(f"{error}{f' (settings from flags and {file})' if file else ''}") from None
    if not merged.rules:
        raise ConfigError("no rule is left to run after --select and --ignore")
    return merged


def stdin_text() -> bytes:
    """All that is on stdin, as bytes."""
    return sys.stdin.buffer.read()
