"""The settings for paths: defaults, overridden by the file of each path's module, overridden by the flags."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from defermod import config
from defermod.config import ConfigError, Settings, all_settings
from defermod.settings import PATH, check_choices


def for_paths(
    paths: Sequence[str], given: Mapping[str, Any], *, file: str | None = None, buffer: str | None = None
) -> list[tuple[tuple[str, ...], Settings]]:
    """Return the paths, grouped by equal settings.

    Modules have their own configuration files, so paths in several modules can have several settings.  ``given`` wins
    over the files, by the names of settings; ``file`` stands in for the modules' own; ``buffer`` is the path of the
    one text that is not read from the disk.
    Raises ConfigError, in one line for the user, for whatever can't be used; a module that only the walk comes to,
    with a file that can't be used, is left out, and the first settings say so.
    """
    groups: dict[Path | None, list[str]] = {}
    apart: list[Path] = []
    for path in paths:
        groups.setdefault(_governing(path, file, buffer), []).append(path)
    named = frozenset(groups)
    for path in paths:
        for module in _modules_apart(path) if file is None and buffer is None else ():
            if module not in apart:
                apart.append(module)
                groups.setdefault(config.find(module), []).append(f"{_relative(module)}/...")
    found: list[tuple[tuple[str, ...], Settings]] = []
    unusable: list[str] = []
    for governing, those in groups.items():
        try:
            if file is None and governing is not None and governing.is_symlink():
                _check_link(governing)
            settings = replace(_settings(governing, given), walked_to=governing not in named)
            found.append((tuple(those), replace(settings, apart=_others(apart, governing))))
        except ConfigError as error:
            if governing in named:
                raise
            unusable.append(f"{error}; its module was left out")  # one module must not keep the others from a look
    first, wanted = found[0]
    return [(first, replace(wanted, unusable=tuple(unusable))), *found[1:]]


def _check_link(file: Path) -> None:
    """Raise ConfigError for settings outside of the repository, of which an error would quote a line."""
    from defermod.toolchain.modules import LEADS_OUT, leads_out

    if leads_out(file):
        raise ConfigError(f"{_relative(file)}: {LEADS_OUT}, and was not read; name it with --config to have it used")


def _modules_apart(path: str) -> list[Path]:
    """Return the modules that a walk from ``path`` reaches and that have their own settings."""
    base = _base(path)
    whole = path.rstrip("/") in (base.rstrip("/"), f"{base.rstrip('/')}/...")
    if not whole or not Path(base).is_dir():
        return []
    return config.modules_apart(Path(os.path.normpath(Path(base).absolute())))


def _others(apart: list[Path], file: Path | None) -> tuple[Path, ...]:
    """Return the modules in ``apart`` that ``file`` doesn't govern."""
    return tuple(module for module in apart if file is None or module != file.parent)


def _governing(path: str, file: str | None, buffer: str | None) -> Path | None:
    """Return the file that was named, or the one that governs ``path``."""
    return Path(file) if file is not None else config.find(Path(buffer or _base(path)))


def _settings(file: Path | None, given: Mapping[str, Any]) -> Settings:
    """Return the settings from file and flags; patterns and paths in the file are relative to its directory."""
    if file is None:
        return _with_rules(Settings().overridden(given), given)
    shown = Path(_relative(file))
    root = Path(os.path.normpath(file.absolute())).parent
    configured = Settings(exclude_root=root).overridden(config.load(shown))
    anchored = {
        name: root / value
        for name, one in all_settings().items()
        if one.kind is PATH and (value := configured.value(name)) is not None
    }
    configured = configured.overridden(anchored)
    if "exclude" in given:
        configured = replace(configured, exclude_root=None)
    return _with_rules(configured.overridden(given), given, source=f" (settings from flags and {shown})")


def _with_rules(merged: Settings, given: Mapping[str, Any], source: str = "") -> Settings:
    """Return the settings with the rules' options, and with the given codemod, if there is one, instead of the
    rules.
    """
    if name := given.get("codemod"):
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


def _with_known_rules(merged: Settings, source: str = "") -> Settings:
    """Return the settings unless they name a rule that does not exist, or none is left to run."""
    if merged.select == config.DEFAULT_RULES and not merged.ignore:
        return merged  # the usual case needs no look at the transforms
    from defermod.engine.registry import is_rule, transforms

    named = (*merged.select, *merged.ignore)
    try:
        if not all(name == config.ALL_RULES or is_rule(name) for name in named):
            check_choices(named, (*transforms(), config.ALL_RULES), "rule")
    except ConfigError as error:
        raise ConfigError(f"{error}{source}") from None
    if not merged.rules:
        raise ConfigError(f"no rule is left to run after --select and --ignore{source}")
    return merged


def _base(path: str) -> str:
    """Return the directory in which a Go pattern begins; any other path unchanged."""
    return path.split("...", 1)[0] or "." if "..." in path else path


def _relative(path: Path) -> str:
    """Return the path as the user would write it."""
    try:
        shown = os.path.relpath(path)
    except ValueError:  # Windows: another drive
        return str(path)
    return shown if len(shown) < len(str(path)) else str(path)
