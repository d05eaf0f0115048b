"""The quick parse of a command line against typer's: the same flags, or none of its business."""

import dataclasses
from typing import Any

import pytest
import typer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from defermod.cli import app, commands
from defermod.cli.flags import Flags
from defermod.cli.quick import check_flags


def _by_typer(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> Flags | None:
    seen: list[Flags] = []

    def note(flags: Flags) -> int:
        seen.append(flags)
        return 0

    monkeypatch.setattr(commands, "check", note)
    app.invoke(arguments)
    return seen[0] if seen else None


def _plain(flags: Flags) -> dict[str, Any]:
    return dataclasses.asdict(flags)


_CHECK = typer.main.get_command(app.app).commands["check"]  # type: ignore[attr-defined]
_OPTIONS = [option for option in _CHECK.params if option.param_type_name == "option"]
_NAMES = [name for option in _OPTIONS for name in (*option.opts, *option.secondary_opts)]
_PLAIN = ["a.go", "./...", "-", "--", "x", "json", "2", "02", "-1", "1_0", "٣", "", "=", "check"]
_VALUED = ["--select=a,b", "--exclude=", "--output-format=json", "--jobs=2", "-j2", "--unsafe-fixes=true"]
_OTHERS = ["--help", "-h", "--version", "--nonsense", "--diff", "--sel"]
_ARGUMENTS = st.sampled_from([*_PLAIN, *_NAMES, *_VALUED, *_OTHERS])


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(_ARGUMENTS, max_size=6))
def test_what_is_understood_is_what_typer_understands(rest: list[str]) -> None:
    plain = check_flags(["check", *rest])
    if plain is not None:
        with pytest.MonkeyPatch.context() as monkeypatch:
            flags = _by_typer(["check", *rest], monkeypatch)
        assert flags is not None
        assert _plain(Flags.of(plain)) == _plain(flags)


@pytest.mark.parametrize(
    "rest",
    [
        [],
        ["a.go"],
        ["./...", "--output-format", "json", "--jobs=3"],
        ["--select", "a,b", "--select", "c", "x", "--lines", "3-4"],
        ["-", "--stdin-filename", "a.go", "--unsafe-fixes"],
    ],
)
def test_the_usual_lines_are_understood(rest: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    plain = check_flags(["check", *rest])
    assert plain is not None
    flags = _by_typer(["check", *rest], monkeypatch)
    assert flags is not None and _plain(Flags.of(plain)) == _plain(flags)


@pytest.mark.parametrize(
    "arguments", [["fix"], ["check", "--help"], ["check", "-j2"], ["check", "--jobs", "0x2"], ["check", "--lines"], []]
)
def test_the_rest_is_left_to_typer(arguments: list[str]) -> None:
    assert check_flags(arguments) is None


@pytest.mark.parametrize("option", [option for option in _OPTIONS if not option.hidden], ids=lambda option: option.name)
def test_every_flag_has_a_quick_form(option: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that was added to the slow way only would make every run with it slow, and nothing would say so."""
    rest = [option.opts[0]] if option.is_flag else [option.opts[0], "2"]
    plain = check_flags(["check", *rest])
    assert plain is not None
    flags = _by_typer(["check", *rest], monkeypatch)
    assert flags is not None and _plain(Flags.of(plain)) == _plain(flags)
