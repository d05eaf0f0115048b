"""``.defermod.toml``: found, read, and refused with a message that helps."""

from pathlib import Path

import pytest

from defermod import config
from defermod.config import ConfigError, Settings


def load(directory: Path, text: str) -> dict[str, object]:
    file = directory / config.NAME
    file.write_text(text, "utf-8")
    return config.load(file)


def test_all_keys(tmp_path: Path) -> None:
    values = load(
        tmp_path,
        """
        select = ["defer-in-loop"]
        ignore = []
        unsafe-fixes = true
        validate = ["vet", "gofmt"]
        exclude = ["third_party/"]
        include-generated = true
        include-vendor = false
        jobs = 3
        output-format = "concise"
        """,
    )
    assert Settings().overridden(values) == Settings(
        select=("defer-in-loop",),
        unsafe_fixes=True,
        validate=("gofmt", "vet"),
        exclude=("third_party/",),
        include_generated=True,
        jobs=3,
        output_format="concise",
    )


def test_flags_win_and_what_is_not_said_stays() -> None:
    settings = Settings(jobs=3, unsafe_fixes=True).overridden({"jobs": None, "unsafe_fixes": False})
    assert settings == Settings(jobs=3, unsafe_fixes=False)


def test_validate_none(tmp_path: Path) -> None:
    assert load(tmp_path, 'validate = ["none"]') == {"validate": ()}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("unsafe_fixes = true", "unknown key 'unsafe_fixes'; did you mean 'unsafe-fixes'?"),
        ("\n\nselct = []", "unknown key 'selct'; did you mean 'select'?"),
        ("quux = 1", "unknown key 'quux'; known are select, "),
        ("[tool.defermod]\njobs = 1", "unknown key 'tool'"),
        ("select = 'defer-in-loop'", "'select' must be an array of strings, not 'defer-in-loop'"),
        ("select = [1]", "'select' must be an array of strings, not [1]"),
        ("unsafe-fixes = 'yes'", "'unsafe-fixes' must be true or false, not 'yes'"),
        ("jobs = true", "'jobs' must be a whole number, not true"),
        ("jobs = 0", "jobs must be at least 1, not 0"),
        ("validate = ['gofmtt']", "unknown validator 'gofmtt'; did you mean 'gofmt'?"),
        ("validate = ['none', 'vet']", "'none' can't be combined"),
        ("output-format = 'xml'", "unknown output format 'xml'"),
        ("output-format = ['json']", "'output-format' must be a string, not ['json']"),
        ("jobs = ", "not valid TOML"),
    ],
)
def test_errors_name_what_is_wrong(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError) as raised:
        load(tmp_path, text)
    assert message in str(raised.value)
    assert str(raised.value).startswith(str(tmp_path / config.NAME))
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(("text", "line"), [("# x\njobs = 1\nquux = 2", 3), ("[a]\n[quux.b]\nc=1", 1), ("jobs=0", 1)])
def test_errors_name_the_line(tmp_path: Path, text: str, line: int) -> None:
    with pytest.raises(ConfigError, match=rf"toml:{line}: "):
        load(tmp_path, text)


def test_unreadable_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="can't be read"):
        config.load(tmp_path / "missing.toml")


def test_found_at_the_module_root_from_below(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module m\n")
    (tmp_path / config.NAME).touch()
    (tmp_path / "a" / "b").mkdir(parents=True)
    assert config.find(tmp_path / "a" / "b") == tmp_path / config.NAME
    assert config.find(tmp_path / "a" / "b" / "new.go") == tmp_path / config.NAME


def test_a_module_below_does_not_inherit(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module m\n")
    (tmp_path / config.NAME).touch()
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "go.mod").write_text("module m/sub\n")
    assert config.find(tmp_path / "sub") is None


def test_outside_of_a_module(tmp_path: Path) -> None:
    (tmp_path / config.NAME).touch()
    assert config.find(tmp_path / "a.go") == tmp_path / config.NAME
