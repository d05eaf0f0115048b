"""The flags of a command line, and the settings that result from them and the configuration file."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from defermod import config
from defermod.config import ConfigError, Settings, all_settings
from defermod.engine.registry import CodemodError, rule_settings
from defermod.module_settings import for_paths
from defermod.settings import (
    FORMATS,
    MARK,
    PATH,
    TEXT,
    TEXTS,
    Setting,
    check_choices,
    converted,
    declared,
    setting,
)

STDIN = "-"
DEFAULT_PATH = "./..."


_CHECK = (
    "types select ignore unsafe_fixes output_format lines stdin_filename jobs config exclude include_generated"
    " include_vendor OWN trust option since fail_on exit_zero statistics output"
    " quiet color force_exclude cache validate"
)


def names_of(command: str, names: str) -> list[str]:
    """Return the names; ``OWN`` is replaced by the flags that rules declare for the command."""
    own = [name for name, one in rule_settings().items() if command in one.commands]
    return [name for each in names.split() for name in (own if each == "OWN" else [each])]


def check_names() -> list[str]:
    """The flags of ``check``, in the order of its help."""
    return names_of("check", _CHECK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flags:
    """The parsed command line.  None, or a name missing from ``settings``, means that the flag was not given."""

    paths: tuple[str, ...]
    types: bool = setting(False, MARK, "Load types and run the validators, for the verdicts that fix would give.")
    diff: bool = setting(False, MARK, "Write nothing; print a diff for git apply or patch -p1.")
    interactive: bool = setting(False, MARK, "Show the fixes one by one, and ask about each.", short="-i")
    lines: str | None = setting(None, TEXT, "Only findings that start on these lines.", "A-B")
    stdin_filename: str | None = setting(None, TEXT, "With -: the file that stdin stands for.", "PATH")
    config: str | None = setting(None, TEXT, "Settings to use instead of the module's .defermod.toml.", "FILE")
    option: list[str] | None = setting(None, TEXTS, "Set an option of a rule; may be repeated.", "RULE.NAME=VALUE")
    since: str | None = setting(None, TEXT, "Only findings on lines changed since the merge base with REV.", "REV")
    exit_zero: bool = setting(False, MARK, "Exit with 0 even if there are findings.")
    statistics: bool = setting(False, MARK, "Show counts by rule and code, not the findings.")
    output: list[str] | None = setting(None, TEXTS, "Also write a report to a file; may be repeated.", "FORMAT=FILE")
    quiet: bool = setting(False, MARK, "Show the findings and nothing else.", short="-q")
    color: str | None = setting(None, TEXT, "Colours: auto, always or never.  [auto]", "WHEN")
    codemod: str | None = None
    """The only rule to run, by its name from ``defermod.engine.registry.named``."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """The values of the flags that set a field of ``Settings``, by its name, as typed."""

    @classmethod
    def of(cls, typed: Mapping[str, Any]) -> Flags:
        """Return the flags for values by name, as typed."""
        own = {name: value for name, value in typed.items() if name not in all_settings()}
        own["settings"] = {name: value for name, value in typed.items() if name not in own and value is not None}
        return cls(**own)

    def having(self, **typed: Any) -> Flags:
        """Return these flags with some replaced; None removes a flag."""
        own = {name: value for name, value in typed.items() if name not in all_settings()}
        others = {name: value for name, value in {**self.settings, **typed}.items() if name not in own}
        return replace(self, settings={name: value for name, value in others.items() if value is not None}, **own)

    @property
    def from_stdin(self) -> bool:
        """True if the one file is a buffer on stdin."""
        return self.paths == (STDIN,)


def known_flags() -> dict[str, Setting]:
    """Return every flag that the commands share, by name.  Raises CodemodError for a rule's setting that is one."""
    for name in rule_settings():
        if name in declared(Flags) or name in declared(Settings):
            raise CodemodError(f"a plug-in declares the setting {name.replace('_', '-')!r}, which is defermod's own")
    return {**declared(Flags), **all_settings()}


def settings(flags: Flags) -> list[tuple[tuple[str, ...], Settings]]:
    """Return the paths, grouped by the settings that apply to them; see ``defermod.module_settings.for_paths``."""
    _check_stdin(flags)
    _check_interactive(flags)
    buffer = flags.stdin_filename if flags.from_stdin else None
    return for_paths(flags.paths or (DEFAULT_PATH,), _values(flags), file=flags.config, buffer=buffer)


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
        check_choices((name,), FORMATS, "output format")
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
    if flags.diff or flags.from_stdin or flags.settings.get("output_format", "text") != "text":
        raise ConfigError("--interactive can't be combined with --diff, an --output-format or -, the text on stdin")
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise ConfigError("--interactive asks questions, so it needs a terminal; in a script, use --diff")


def _values(flags: Flags) -> dict[str, Any]:
    """Return the flags that are also keys of the file, converted.  Raises ConfigError."""
    known = all_settings()
    values = dict(converted(flags.settings, known))
    for name, value in values.items():
        if known[name].kind is PATH and not value.exists():
            raise ConfigError(f"{value}: there is no such file")
    if flags.option is not None:
        values["rule_options"] = config.option_pairs(flags.option)
    if flags.codemod is not None:
        values["codemod"] = flags.codemod
    return values


def stdin_text() -> bytes:
    """Return everything on stdin, as bytes."""
    return sys.stdin.buffer.read()
