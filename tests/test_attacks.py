"""Attacks by a repository, its name, or the world around it on whoever runs the program on it."""

from __future__ import annotations

import gzip
import http.server
import json
import os
import pwd
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import ClassVar

import pytest

from defermod.toolchain.go import find_go, find_program, run
from tests.files.test_wildmatch import LEAK
from tests.support_cli import ROOT, command, defermod, environment, signals_as_by_default
from tests.support_go import goroot
from tests.support_terminal import terminal

OTHER = LEAK.replace("func g", "func h")
MODULE = "module m\n\ngo 1.22\n"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A module with one finding."""
    root = tmp_path / "tree"
    root.mkdir()
    (root / "go.mod").write_text(MODULE)
    (root / "a.go").write_text(LEAK)
    return root


def one_line(text: str) -> None:
    """The text is one line, and no bug report."""
    assert len(text.splitlines()) == 1, text
    assert "Traceback" not in text


class TestNoCodeOfTheRepository:
    """Nothing of the tree is executed."""

    @pytest.mark.parametrize("method", ["spawn", "forkserver", "as it comes"])
    def test_workers_import_nothing_from_here(self, tree: Path, method: str, tmp_path: Path) -> None:
        for module in ("multiprocessing", "pickle", "concurrent", "defermod", "sitecustomize"):
            (tree / f"{module}.py").write_text(f"open({str(tmp_path / 'RAN')!r}, 'w').close()\n")
        padding = "".join(f"var v%d_{n} = 7777777 // padding padding padding padding\n" for n in range(3500))
        for number in range(3):
            text = LEAK.replace("func g", f"func g{number}") + padding.replace("%d", str(number))
            (tree / f"b{number}.go").write_text(text)
        program = tmp_path / "program.py"
        program.write_text(
            "import sys\n"
            "from defermod.pipeline import pool\n"
            "if __name__ == '__main__':\n"
            "    sys.path.pop(0)  # as a console script has it\n"
            f"    method = {method!r}\n"
            "    if method != 'as it comes': pool._start_method = lambda: method\n"
            "    from defermod.cli import main\n"
            "    main()\n"
        )
        done = subprocess.run(
            [sys.executable, program, "check", "--no-cache", "--jobs", "2", "--output-format", "concise"],
            cwd=tree, env=environment(), capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        assert (done.returncode, done.stderr, len(done.stdout.splitlines())) == (1, "", 4)
        assert not (tmp_path / "RAN").exists()

    @pytest.mark.parametrize("name", ["typing.py", "json.py", "x.egg-info/entry_points.txt", "typer/__init__.py"])
    def test_run_as_a_module(self, tree: Path, name: str, tmp_path: Path) -> None:
        (tree / name).parent.mkdir(exist_ok=True)
        ran = f"open({str(tmp_path / 'RAN')!r}, 'w').close()\n"
        (tree / name).write_text("[defermod.transforms]\nx = evil:x\n" if name.endswith(".txt") else ran)
        (tree / "evil.py").write_text(ran)
        assert defermod("check", cwd=tree).returncode == 1
        assert defermod("fix", "--help", cwd=tree).returncode == 0
        assert not (tmp_path / "RAN").exists()

    @pytest.mark.parametrize("arguments", [("check",), ("fix", "--diff"), ("fix",)])
    @pytest.mark.parametrize("setting", ["verify = true", 'bench = "."', "verify = 1"])
    def test_settings_do_not_run_tests(
        self, tree: Path, arguments: tuple[str, ...], setting: str, tmp_path: Path
    ) -> None:
        (tree / ".defermod.toml").write_text(f"{setting}\n")
        text = f'package m\n\nimport ("os"; "testing")\n\nfunc TestX(t *testing.T) {{ os.Create("{tmp_path}/RAN") }}\n'
        (tree / "a_test.go").write_text(text)
        done = defermod(*arguments, cwd=tree)
        assert done.returncode == 2
        one_line(done.stderr)
        assert ".defermod.toml:1: " in done.stderr
        assert not (tmp_path / "RAN").exists()
        assert (tree / "a.go").read_text() == LEAK

    def test_settings_may_switch_tests_off(self, tree: Path) -> None:
        (tree / ".defermod.toml").write_text("verify = false\n")
        assert defermod("check", cwd=tree).returncode == 1

    @pytest.mark.parametrize("shape", ["bare", "config", "include"])
    def test_git_settings_of_the_repository_are_not_asked(self, tree: Path, shape: str, tmp_path: Path) -> None:
        subprocess.run(["git", "init", "-q", *(["--bare"] if shape == "bare" else []), "."], cwd=tree, check=True)
        settings = tree / ("config" if shape == "bare" else ".git/config")
        evil = f'[core]\n\tpager = "touch {tmp_path}/RAN; cat"\n\tfsmonitor = "touch {tmp_path}/RAN"\n'
        if shape == "include":
            (tree / "more").write_text(evil)
            evil = f'[include]\n\tpath = "{tree}/more"\n'
        settings.write_text(settings.read_text() + evil)
        changes = {"PAGER": f"touch {tmp_path}/MINE; cat", "HOME": str(tmp_path)}
        where = {"GOCACHE": _go_env("GOCACHE"), "GOMODCACHE": _go_env("GOMODCACHE"), "GOPATH": _go_env("GOPATH")}
        arguments = ("fix", "--diff", "--validate", "none", "--unsafe-fixes")
        with terminal(*arguments, cwd=tree, changes=changes | where) as screen:
            screen.wait()
        assert (tmp_path / "MINE").exists()
        assert not (tmp_path / "RAN").exists()

    @pytest.mark.parametrize("path", ["{tree}", ".", "", "bin", "./bin"])
    def test_programs_of_the_tree_are_not_started(self, tree: Path, path: str, tmp_path: Path) -> None:
        for place in (tree, tree / "bin"):
            place.mkdir(exist_ok=True)
            for name in ("go", "gofmt", "git", "less"):
                (place / name).write_text(f"#!/bin/sh\ntouch {tmp_path}/RAN\n")
                (place / name).chmod(0o755)
        if "{" in path:
            assert find_program("go", {"PATH": str(tree)}) == str(tree / "go"), "an absolute entry is the user's word"
            return
        changes = {"PATH": os.pathsep.join((path, os.environ["PATH"]))}
        assert defermod("fix", "--diff", cwd=tree, changes=changes).returncode == 1
        assert not (tmp_path / "RAN").exists()

    @pytest.mark.parametrize("name", ["go", "go.exe", "tool.bat"])
    def test_find_program_takes_no_relative_entry(
        self, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / name).touch(0o755)
        monkeypatch.chdir(tmp_path)
        for path in ("", ".", "./", os.pathsep, "x", f".{os.pathsep}"):
            assert find_program(name, {"PATH": path}) is None
        assert find_program(name, {"PATH": str(tmp_path)}) == str(tmp_path / name)


def _go_env(name: str) -> str:
    go = find_go()
    if go is None:
        pytest.skip("no go command")
    return go.run(["env", name], cwd=ROOT).stdout.decode().strip()


STARTED = """\
import os, sys

def hook(event, arguments):
    if event == "subprocess.Popen":
        words = [os.fsdecode(word) for word in arguments[1]]
        with open({log!r}, "a") as log:
            print(os.path.basename(words[0]), *words[1:], file=log)

sys.addaudithook(hook)
sys.argv[0] = "defermod"
from defermod.cli import main
main()
"""


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (("check", "a.go"), set()),
        (("check",), {"go env", "gofmt"}),  # of doubted/b.go
        (("check", "--since", "HEAD", "a.go"), {"git"}),
        (("check", "--types", "a.go"), {"go env", "go list", "go vet", "go build", "gofmt"}),
        (("fix", "a.go"), {"go env", "go list", "go vet", "go build", "gofmt"}),
    ],
)
def test_programs_that_are_started(tree: Path, arguments: tuple[str, ...], wanted: set[str], tmp_path: Path) -> None:
    """Those that docs/security.md names, in the words of Python's own audit events."""
    git = ("git", "-c", "user.name=a", "-c", "user.email=a@example.com")
    for words in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "first")):
        subprocess.run([*git, *words], cwd=tree, check=True)
    (tree / "a.go").write_text(f"{LEAK}\n// changed\n")
    (tree / "doubted").mkdir()
    (tree / "doubted" / "b.go").write_text("package m\n\nfunc g( {\n\tfor {\n\t\tdefer f()\n")
    log = tmp_path / "log"
    program = STARTED.format(log=str(log))
    changes = environment({"DEFERMOD_CACHE_DIR": str(tmp_path / "cache")})
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], cwd=tree, env=changes, capture_output=True, text=True, timeout=300
    )
    assert done.returncode in (0, 1, 2) and "Traceback" not in done.stderr
    started = set()
    for line in log.read_text().splitlines() if log.exists() else ():
        name, _, rest = line.partition(" ")
        started.add(f"{name} {rest.split()[0]}" if name == "go" else name)
    assert started == wanted


def test_names_that_look_like_flags_and_settings_of_git(tree: Path, tmp_path: Path) -> None:
    """A directory, a file and a workspace that mean ill, where Go and git are asked: nothing runs, nothing outside."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "go.mod").write_text("module n\n\ngo 1.22\n")
    (out / "n.go").write_text(LEAK.replace("package m", "package n"))
    subprocess.run(["git", "init", "-q"], cwd=tree, check=True)
    with (tree / ".git" / "config").open("a") as config:
        config.write(f'[core]\n\tfsmonitor = "touch {tmp_path}/RAN"\n[alias]\n\tstatus = "!touch {tmp_path}/RAN"\n')
    script = tmp_path / "evil"
    script.write_text(f"#!/bin/sh\ntouch {tmp_path}/RAN\n")
    script.chmod(0o755)
    for name in (f"-toolexec={script}", f"-vettool={script}", "-overlay=x"):
        (tree / name.replace("/", "_")).mkdir()
        (tree / name.replace("/", "_") / "b.go").write_text(LEAK)
    (tree / "-toolexec=evil.go").write_text(OTHER)
    (tree / "go.work").write_text("go 1.22\n\nuse .\nuse ../out\n\nreplace n => ../out\n")
    done = defermod("fix", cwd=tree)
    assert "Traceback" not in done.stderr
    assert "out/" not in done.stdout
    assert (tree / "a.go").read_text() != LEAK or "types can't be had" in done.stderr
    assert not (tmp_path / "RAN").exists()
    assert (out / "n.go").read_text() == LEAK.replace("package m", "package n")


class Proxy(http.server.BaseHTTPRequestHandler):
    """Counts what is asked of it."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_error(404)

    do_CONNECT = do_GET  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        """Not on the terminal."""


@pytest.fixture
def proxy() -> Iterator[tuple[str, list[str]]]:
    """A proxy's address and what was asked of it."""
    asked: list[str] = []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), type("One", (Proxy,), {"asked": asked}))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"GOPRIVATE": "example.test"},
        {"GONOPROXY": "*"},
        {"GOPRIVATE": "*", "GOFLAGS": "-mod=mod"},
        {"GOFLAGS": "-mod=mod", "GOVCS": "*:all", "GOINSECURE": "*"},
        {"GOTOOLCHAIN": "go1.99.7"},
        {"GOTOOLCHAIN": "auto", "GOPRIVATE": "*"},
    ],
)
def test_nothing_reaches_the_network(
    tree: Path, variables: dict[str, str], tmp_path: Path, proxy: tuple[str, list[str]]
) -> None:
    address, asked = proxy
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("git", "hg", "svn", "bzr", "fossil", "ssh"):
        (programs / name).write_text(f'#!/bin/sh\necho "{name} $*" >>{tmp_path}/ASKED\nexit 1\n')
        (programs / name).chmod(0o755)
    toolchain = "toolchain go1.99.7\n\n" if "GOTOOLCHAIN" in variables else ""
    version = "v0.0.0-20240101000000-0123456789ab"
    (tree / "go.mod").write_text(f"{MODULE}\n{toolchain}require example.test/corp/x {version}\n")
    sums = "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    (tree / "go.sum").write_text(f"example.test/corp/x {version} {sums}\nexample.test/corp/x {version}/go.mod {sums}\n")
    (tree / "a.go").write_text(LEAK.replace('import "os"', 'import (\n\t"os"\n\n\t_ "example.test/corp/x"\n)'))
    changes = {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "GOPROXY": address,
        "HTTP_PROXY": address,
        "HTTPS_PROXY": address,
        "NO_PROXY": "",
        **variables,
    }
    for arguments in (("check",), ("check", "--types"), ("fix", "--diff"), ("fix",)):
        defermod(*arguments, cwd=tree, changes=changes)
    assert asked == []
    assert not (tmp_path / "ASKED").exists(), (tmp_path / "ASKED").read_text()


@pytest.mark.parametrize("how", ["variable", "go env -w"])
@pytest.mark.parametrize(
    "arguments", [("check", "--types"), ("fix", "--diff"), ("fix", "--verify"), ("cost", "--tests")], ids=" ".join
)
def test_go_mod_and_go_sum_stay(
    tree: Path, arguments: tuple[str, ...], how: str, tmp_path: Path, proxy: tuple[str, list[str]]
) -> None:
    """-mod=mod lets any go command add to them; what Go's own cache has would be, without a word."""
    cache = tmp_path / "modules" / "cache" / "download" / "example.test" / "corp" / "x" / "@v"
    cache.mkdir(parents=True)
    (cache / "v1.0.0.mod").write_text("module example.test/corp/x\n")
    (cache / "v1.0.0.info").write_text('{"Version": "v1.0.0"}')
    with zipfile.ZipFile(cache / "v1.0.0.zip", "w") as archive:
        archive.writestr("example.test/corp/x@v1.0.0/go.mod", "module example.test/corp/x\n")
        archive.writestr("example.test/corp/x@v1.0.0/x.go", "package x\n")
    (tree / "go.mod").write_text(f"{MODULE}\nrequire example.test/corp/x v1.0.0\n")
    (tree / "a.go").write_text(LEAK.replace('import "os"', 'import (\n\t"os"\n\n\t_ "example.test/corp/x"\n)'))
    (tree / "a_test.go").write_text('package m\n\nimport "testing"\n\nfunc TestNothing(t *testing.T) {}\n')
    (tmp_path / "env").write_text("GOFLAGS=-mod=mod -modcacherw\nGONOSUMDB=*\n")
    changes = {"GOMODCACHE": str(tmp_path / "modules"), "GOSUMDB": f"sum.golang.org {proxy[0]}"}
    if how == "variable":
        changes |= {"GOFLAGS": "-mod=mod -modcacherw", "GONOSUMDB": "*"}
    else:
        changes |= {"GOENV": str(tmp_path / "env")}
    before = {path: path.read_bytes() for path in tree.iterdir() if path.name.startswith("go.")}
    done = defermod(*arguments, cwd=tree, changes=changes)
    assert {path: path.read_bytes() for path in tree.iterdir() if path.name.startswith("go.")} == before
    assert done.returncode == 2
    assert "missing go.sum entry" in done.stderr
    assert proxy[1] == []


class TestNothingOutside:
    """No file outside of the tree is written."""

    @pytest.mark.parametrize("target", ["../other/victim.go", "{other}/victim.go", "d/../../other/victim.go"])
    def test_a_link_that_leads_out(self, tree: Path, target: str) -> None:
        other = tree.parent / "other"
        other.mkdir()
        (other / "victim.go").write_text(LEAK.replace("func g", "func h"))
        (tree / "d").mkdir()
        (tree / "x.go").symlink_to(target.format(other=other))
        done = defermod("fix", "--unsafe-fixes", "--validate", "gofmt", cwd=tree)
        assert "x.go: is a link that leads out of this tree" in done.stderr
        assert (other / "victim.go").read_text() == LEAK.replace("func g", "func h")
        assert (tree / "a.go").read_text() != LEAK

    @pytest.mark.parametrize("name", ["go.mod", "go.work", "vendor/modules.txt", ".defermod.toml"])
    @pytest.mark.parametrize("command", [("check",), ("check", "--types"), ("fix", "--diff")])
    def test_a_link_out_of_which_an_error_would_quote(self, tree: Path, name: str, command: tuple[str, ...]) -> None:
        secret = tree.parent / "secret"
        secret.write_text("module m\n\npassword hunter2\n")
        (tree / name).parent.mkdir(exist_ok=True)
        (tree / name).unlink(missing_ok=True)
        (tree / name).symlink_to(secret)
        done = defermod(*command, cwd=tree, timeout=60)
        assert done.returncode == (1 if name != ".defermod.toml" and command == ("check",) else 2)
        assert name in done.stderr and "leads out of the repository" in done.stderr
        assert "hunter2" not in done.stdout + done.stderr and "password" not in done.stdout + done.stderr

    def test_settings_that_are_a_link_inside_the_repository(self, tree: Path) -> None:
        (tree.parent / ".git").mkdir()
        (tree.parent / "all.toml").write_text('select = ["needless-defer"]\n')
        (tree / ".defermod.toml").symlink_to("../all.toml")
        done = defermod("check", cwd=tree)
        assert (done.returncode, done.stderr) == (0, "")

    def test_a_link_that_stays_in(self, tree: Path) -> None:
        (tree / "sub").mkdir()
        (tree / "sub" / "x.go").symlink_to("../a.go")
        done = defermod("check", "sub", cwd=tree)
        assert (done.returncode, done.stderr) == (1, "")

    @pytest.mark.parametrize("what", ["file", "directory", "above"])
    def test_what_is_replaced_by_a_link_meanwhile(self, tree: Path, what: str) -> None:
        from defermod.files import ChangedMeanwhile, FileError, read, write

        inside, outside = tree / "one" / "two", tree.parent / "outside" / "two"
        for place in (inside, outside):
            place.mkdir(parents=True)
            (place / "a.go").write_text(LEAK)
        _, stamp = read(inside / "a.go")
        moved, to = {
            "file": (inside / "a.go", outside / "a.go"),
            "directory": (inside, outside),
            "above": (inside.parent, outside.parent),
        }[what]
        moved.rename(moved.with_name("moved"))
        moved.symlink_to(to)
        with pytest.raises((ChangedMeanwhile, FileError)):
            write(inside / "a.go", b"package evil\n", stamp)
        assert (outside / "a.go").read_text() == LEAK
        assert [path.name for path in outside.iterdir()] == ["a.go"]

    def test_a_link_in_the_instant_before_writing(self, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Between the last look at the path and the opening of its directory."""
        from defermod.files import FileError, disk, read, write

        inside, outside = tree / "in", tree.parent / "outside"
        for place in (inside, outside):
            place.mkdir()
            (place / "a.go").write_text(LEAK)
        _, stamp = read(inside / "a.go")

        def swapped(path: str) -> int:
            inside.rename(tree / "moved")
            inside.symlink_to(outside)
            return opened(path)

        opened = disk._opened
        monkeypatch.setattr(disk, "_opened", swapped)
        with pytest.raises(FileError):
            write(inside / "a.go", b"package evil\n", stamp)
        assert (outside / "a.go").read_text() == LEAK

    def test_a_link_that_points_elsewhere_meanwhile(self, tree: Path) -> None:
        """Neither what it led to nor what it leads to now is written."""
        from defermod.files import ChangedMeanwhile, read, write

        (tree / "b.go").write_text(LEAK)
        (tree / "x.go").symlink_to("a.go")
        _, stamp = read(tree / "x.go")
        (tree / "x.go").unlink()
        (tree / "x.go").symlink_to("b.go")
        with pytest.raises(ChangedMeanwhile):
            write(tree / "x.go", b"package evil\n", stamp)
        assert (tree / "a.go").read_text() == (tree / "b.go").read_text() == LEAK

    def test_a_link_after_the_last_look_at_the_file(self, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Between the look at its mode and the one at its bytes, which are the same."""
        from defermod.files import FileError, disk, read, write

        (tree.parent / "outside.go").write_text(LEAK)
        _, stamp = read(tree / "a.go")
        look = disk._check_writable

        def swapped(directory: disk._Directory, name: str, path: Path) -> None:
            look(directory, name, path)
            (tree / "a.go").unlink()
            (tree / "a.go").symlink_to("../outside.go")

        monkeypatch.setattr(disk, "_check_writable", swapped)
        with pytest.raises((FileError, OSError)):
            write(tree / "a.go", b"package evil\n", stamp)
        assert (tree / "a.go").is_symlink()
        assert (tree.parent / "outside.go").read_text() == LEAK


class TestNoBomb:
    """The good file is reported, in time, whatever stands beside it."""

    FILES: ClassVar[dict[str, tuple[str, str | Callable[[Path], object]]]] = {
        "deep build constraint": ("b.go", f"//go:build {'(' * 300}linux{')' * 300}\n\n{OTHER}"),
        "negated build constraint": ("b.go", f"//go:build {'!' * 20_000}linux\n\npackage m\n"),
        "nested build constraint": ("b.go", f"//go:build {'!(' * 900}linux{')' * 900}\n\npackage m\n// defer\n"),
        "long build constraint": ("b.go", f"//go:build {' || '.join(['a'] * 200_000)}\n\npackage m\n// for defer\n"),
        "large release": ("b.go", f"//go:build go1.{'9' * 5000}\n\n{OTHER}"),
        "version": ("sub/go.mod", f"module n\n\ngo 1.{'9' * 5000}\n"),
        "link to a device": ("b.go", lambda path: path.symlink_to("/dev/zero")),
        "pipe": ("b.go", lambda path: os.mkfifo(path)),
        "directory": ("b.go", lambda path: path.mkdir()),
        "loop of links": ("b.go", lambda path: path.symlink_to("b.go")),
        "modules.txt": ("vendor/modules.txt", lambda path: path.symlink_to("/dev/zero")),
        "go.work": ("go.work", lambda path: os.mkfifo(path)),
        "go.sum": ("go.sum", lambda path: os.mkfifo(path)),
        "nested": ("b.go", "package m\n\nvar _ = " + "(" * 20_000 + ")" * 20_000 + "\n// for defer\n"),
        "a workspace's module with a NUL in its name": ("go.work", "go 1.22\n\nuse .\nuse \"./\0x\"\n"),
        "a module's name with a NUL": ("sub/go.mod", "module \"n\0\"\n\ngo 1.22\n"),
        "blocks": ("b.go", "package m\n\nfunc h() {\n" + "for {\n" * 3000 + "defer h()\n" + "}\n" * 3000 + "}\n"),
    }  # fmt: skip

    @pytest.mark.parametrize("case", FILES)
    def test_check(self, tree: Path, case: str) -> None:
        name, content = self.FILES[case]
        (tree / name).parent.mkdir(exist_ok=True)
        if isinstance(content, str):
            (tree / name).write_text(content)
        else:
            content(tree / name)
        done = defermod("check", "--no-cache", "--output-format", "concise", cwd=tree, timeout=60)
        assert done.returncode in (1, 2)
        assert "a.go:11:3: defer-in-loop" in done.stdout
        assert "Traceback" not in done.stderr and "internal error" not in done.stderr

    @pytest.mark.parametrize("case", ["link to a device", "pipe", "go.work", "go.sum", "modules.txt"])
    @pytest.mark.parametrize("arguments", [("fix", "--diff"), ("check", "--types")])
    def test_with_go(self, tree: Path, case: str, arguments: tuple[str, ...]) -> None:
        name, content = self.FILES[case]
        (tree / name).parent.mkdir(exist_ok=True)
        assert not isinstance(content, str)
        content(tree / name)
        done = defermod(*arguments, cwd=tree, timeout=60)
        assert done.returncode in (1, 2)
        assert "Traceback" not in done.stderr

    @pytest.mark.parametrize(
        "text",
        [
            "[" * 5000,
            "a = " + "[" * 5000,
            "jobs = " + "9" * 5000,
            "x" * 300_000,
            "a." * 60_000 + "b = 1",
            "jobs = 1\njobs = 2",
            "[early-argument]\n[early-argument]",
            "\0",
            "é" * 9,
        ],
    )
    def test_settings(self, tree: Path, text: str) -> None:
        (tree / ".defermod.toml").write_text(text)
        done = defermod("check", cwd=tree, timeout=60)
        assert done.returncode == 2
        one_line(done.stderr)
        assert len(done.stderr) < 600

    def test_limits(self, tree: Path) -> None:
        """Each limit on a file, one step beyond it: said in a line, and the good file beside it is reported."""
        said = {
            "large.go": "is larger than 256 MiB",
            "ignored/.gitignore": "is larger than 1 MiB",
            "patterns/.gitignore": "has more than 5000 patterns with wildcards",
            "module/go.mod": "is larger than 8 MiB",
            "workspace/go.work": "is larger than 8 MiB",
            "settings/.defermod.toml": "is larger than 64 KiB",
            "excluded/.defermod.toml": "'exclude' has more than 5000 patterns",
            "profile/default.pgo": "is larger than 64 MiB",
        }
        for name in said:
            (tree / name).parent.mkdir(exist_ok=True)
            if "/" in name:
                (tree / name).parent.joinpath("good.go").write_text(LEAK)
            if name.startswith(("workspace", "settings", "excluded", "profile")):
                (tree / name).parent.joinpath("go.mod").write_text(MODULE)
        (tree / "patterns/.gitignore").write_text("".join(f"*a{number}*\n" for number in range(5001)))
        patterns = ", ".join(f"'{number}'" for number in range(5001))
        (tree / "excluded/.defermod.toml").write_text(f"exclude = [{patterns}]\n")
        (tree / "profile/.defermod.toml").write_text('select = ["hot-defer", "defer-in-loop"]\n')
        for name, text in said.items():
            if "larger" in text:
                number, unit = text.split()[-2:]
                with (tree / name).open("wb") as file:
                    file.truncate((int(number) << {"KiB": 10, "MiB": 20}[unit]) + 1)
        runs = [(".", "module", "workspace", "profile"), ("settings",), ("excluded",)]
        done = [defermod("check", "--output-format", "concise", *places, cwd=tree) for places in runs]
        assert [one.returncode for one in done] == [2, 2, 2]
        stderr = "".join(one.stderr for one in done)
        assert "Traceback" not in stderr
        for name, text in said.items():
            assert any(name in line and text in line for line in stderr.splitlines()), (name, stderr)
        for good in ("a.go", "ignored/good.go", "patterns/good.go", "workspace/good.go", "profile/good.go"):
            assert f"{good}:11:3" in done[0].stdout, good

    def test_what_prints_without_end(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("defermod.toolchain.go._MOST_OUTPUT", 1 << 20)
        done = run(["sh", "-c", "exec yes"], environment=dict(os.environ), timeout=60)
        assert (done.code, done.complaint) == (-1, "it printed too much, and was ended")

    @pytest.mark.parametrize("command", [("fix",), ("check", "--types")])
    def test_a_c_compiler_that_would_take_all_memory(self, tree: Path, command: tuple[str, ...]) -> None:
        if not (go := find_go()) or not go.cgo or sys.platform != "linux":
            pytest.skip("no cgo, or no limit for a process that runs")
        text = LEAK.replace("import ", '// #include "/dev/zero"\nimport "C"\n\nimport ', 1)
        (tree / "a.go").write_text(text)
        program = (
            "from defermod.toolchain import go\n"
            "go.memory_of_a_command = lambda: 1 << 30\n"
            "from defermod.cli import main\n"
            "main()\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", program, *command, "--no-cache"],
            cwd=tree, env=environment(), capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        assert done.returncode == 2
        assert (tree / "a.go").read_text() == text
        assert "out of memory" in done.stderr

    @pytest.mark.parametrize("value", ["http://127.0.0.1:1/p", "/dev/zero", "../../../etc/passwd"])
    def test_a_profile_that_the_settings_name(self, tree: Path, value: str) -> None:
        (tree / ".defermod.toml").write_text(f'profile = "{value}"\nselect = ["hot-defer", "defer-in-loop"]\n')
        done = defermod("check", "--output-format", "concise", cwd=tree, timeout=60)
        assert done.returncode == 2
        one_line(done.stderr)

    @pytest.mark.parametrize("arguments", [("fix", "--diff"), ("check", "--types")])
    def test_links_in_a_circle(self, tree: Path, arguments: tuple[str, ...]) -> None:
        """In a workspace's list, and in a directive that says where a line comes from."""
        (tree / "loop").symlink_to("loop")
        (tree / "go.work").write_text("go 1.22\n\nuse .\nuse ./loop\n")
        (tree / "b.go").write_text('package m\n\n//line loop/x.go:5\nvar x int = ""\n')
        done = defermod(*arguments, cwd=tree, timeout=60)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr and "bug" not in done.stderr

    def test_what_go_quotes_does_not_flood(self, tree: Path) -> None:
        (tree / "b.go").write_text(f'package m\n\nvar x int = "{"A" * 5_000_000}"\n')
        for number in range(3):
            (tree / f"c{number}.go").write_text(LEAK.replace("func g", f"func g{number}"))
        done = defermod("check", "--types", "--output-format", "json", cwd=tree, timeout=60)
        assert done.returncode == 2
        assert len(done.stderr) + len(done.stdout) < 20_000

    @pytest.mark.parametrize("kind", ["device", "pipe", "directory"])
    def test_settings_that_are_no_file(self, tree: Path, kind: str) -> None:
        path = tree / ".defermod.toml"
        {
            "device": lambda: path.symlink_to("/dev/zero"),
            "pipe": lambda: os.mkfifo(path),
            "directory": lambda: path.mkdir(),
        }[kind]()
        done = defermod("check", cwd=tree, timeout=60)
        assert done.returncode == 1, "what is no file is no settings file"
        done = defermod("check", "--config", ".defermod.toml", cwd=tree, timeout=60)
        assert done.returncode == 2
        one_line(done.stderr)

    @pytest.mark.parametrize("jobs", [300, 1_000_000])
    def test_jobs(self, jobs: int) -> None:
        from defermod.pipeline.pool import Workers

        with Workers(jobs) as workers:
            assert workers._count <= 60

    def test_a_profile_that_unpacks_to_much(self, tree: Path) -> None:
        (tree / ".defermod.toml").write_text('select = ["hot-defer"]\n')
        with gzip.open(tree / "default.pgo", "wb") as packed:
            for _ in range(400):
                packed.write(bytes(1 << 20))
        limited = ["sh", "-c", 'ulimit -v 2000000; exec "$@"', "sh", *command("check")]
        done = subprocess.run(limited, cwd=tree, env=environment(), capture_output=True, text=True, timeout=60)
        assert done.returncode == 2
        one_line(done.stderr)
        assert "default.pgo" in done.stderr and "MiB" in done.stderr

    @pytest.mark.parametrize("name", ["go.mod", "go.work", "vendor/modules.txt"])
    def test_a_long_file_that_every_file_asks_about(self, tree: Path, name: str) -> None:
        """It is gone through once, not for each of a thousand files."""
        from defermod.toolchain import modules

        used = tree / "vendor" / "example.com" / "used"
        used.mkdir(parents=True)
        text = {
            "go.mod": "module m\n\nrequire (\n{})\n\ngo 1.23\n",
            "go.work": "go 1.22\n\nuse (\n\t.\n{})\n",
            "vendor/modules.txt": "{}# example.com/used v1.0.0\n## explicit; go 1.21\nexample.com/used\n",
        }[name]
        line = {
            "go.mod": "\texample.com/m{} v1.0.0\n",
            "go.work": "\t./m{}\n",
            "vendor/modules.txt": "example.com/m{}\n",
        }
        (tree / name).write_text(text.format("".join(line[name].format(number) for number in range(100_000))))
        start = time.process_time()
        for number in range(1000):
            version = modules.language_version((used if "vendor" in name else tree) / f"f{number}.go")
            assert version == {"go.mod": (1, 23), "go.work": (1, 22), "vendor/modules.txt": (1, 21)}[name]
            assert modules.workspace_modules(tree) == ({tree.resolve()} if name == "go.work" else set())
        assert time.process_time() - start < 20

    def test_many_defers_in_one_loop(self, tree: Path) -> None:
        body = "".join(f"\t\tf{n}, _ := os.Open(p)\n\t\tdefer f{n}.Close()\n" for n in range(3000))
        (tree / "a.go").write_text(
            f'package m\n\nimport "os"\n\nfunc g(ps []string) {{\n\tfor _, p := range ps {{\n{body}\t}}\n}}\n'
        )
        start = time.monotonic()
        done = defermod("check", "--output-format", "concise", cwd=tree, timeout=110)
        assert done.returncode == 1
        assert len(done.stdout.splitlines()) == 3000
        assert time.monotonic() - start < 60


class TestTheWorld:
    """Faults around the program are reported in a line; the status is 2."""

    @pytest.mark.parametrize("arguments", ["check", "fix --diff --validate none --unsafe-fixes", "--version"])
    @pytest.mark.parametrize("streams", [">&-", ">/dev/full"])
    def test_results_that_nobody_takes(self, tree: Path, arguments: str, streams: str) -> None:
        line = f'"$0" -m defermod {arguments} {streams}'
        done = subprocess.run(
            ["sh", "-c", line, sys.executable], cwd=tree, env=environment(), capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 2
        assert "Traceback" not in done.stderr and "bug" not in done.stderr
        assert "can't be written" in done.stderr or "no space" in done.stderr or "bad file" in done.stderr

    @pytest.mark.parametrize("streams", ["2>&-", "2>/dev/full", "<&-", "<&- 2>&-"])
    def test_streams_that_are_closed(self, tree: Path, streams: str) -> None:
        (tree / "b.go").write_bytes(b"package m\n\xff\n")  # so that there is something to say
        line = f'"$0" -m defermod check --output-format concise {streams}'
        done = subprocess.run(
            ["sh", "-c", line, sys.executable], cwd=tree, env=environment(), stdout=subprocess.PIPE, timeout=60
        )
        assert done.returncode == 2
        assert b"a.go:11:3" in done.stdout

    def test_no_stdin(self, tree: Path) -> None:
        line = '"$0" -m defermod check --stdin-filename a.go - <&-'
        done = subprocess.run(
            ["sh", "-c", line, sys.executable], cwd=tree, env=environment(), capture_output=True, text=True, timeout=60
        )
        assert "Traceback" not in done.stderr and done.returncode in (0, 2)

    @pytest.mark.parametrize("arguments", ["check", "fix", "fix --diff", "check /tmp"])
    def test_no_working_directory(self, tree: Path, arguments: str) -> None:
        line = f'rm -r "$PWD" && "$0" -m defermod {arguments}'
        done = subprocess.run(
            ["sh", "-c", line, sys.executable], cwd=tree, env=environment(), capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 2
        one_line(done.stderr)

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
    @pytest.mark.parametrize("home", [None, "/nonexistent", "", "relative"])
    def test_a_user_without_a_home(self, home: str | None) -> None:
        with tempfile.TemporaryDirectory() as directory:
            root = Path(directory)
            root.chmod(0o755)
            (root / "go.mod").write_text(MODULE)
            (root / "a.go").write_text(LEAK)
            user = next(number for number in range(54_321, 60_000) if not _is_known(number))
            variables = {
                k: v for k, v in environment().items() if k not in ("HOME", "DEFERMOD_CACHE_DIR", "XDG_CACHE_HOME")
            }
            variables |= {} if home is None else {"HOME": home}
            try:
                done = subprocess.run(
                    [*command("check", "--output-format", "concise")],
                    cwd=root, env=variables, capture_output=True, text=True, timeout=60, user=user, group=user,
                )  # fmt: skip
            except PermissionError:
                pytest.skip("this Python is not for others to use")
            if "Permission denied" in done.stderr or "No module named" in done.stderr:
                pytest.skip("this checkout is not readable for others")
            assert (done.returncode, done.stderr) == (1, "")

    def test_nobody_knows_the_home(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from defermod.files.private import cache_directory

        def unknown(_number: int) -> None:
            raise KeyError

        for name in ("HOME", "DEFERMOD_CACHE_DIR", "XDG_CACHE_HOME"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setattr(pwd, "getpwuid", unknown)
        assert cache_directory() is None

    GOES: ClassVar[dict[str, str]] = {
        "hangs": "sleep 300",
        "an array": "echo '[]'",
        "without GOROOT": 'echo \'{"GOVERSION": "go1.24"}\'',
        "numbers": 'echo \'{"GOVERSION": 1, "GOROOT": 2}\'',
        "garbage": "head -c 100000 /dev/urandom",
        "deep": "python3 -c 'print(\"[\" * 100000)'",
        "relative": 'echo \'{"GOROOT":".","GOVERSION":"go1.24","GOOS":"","GOARCH":"","CGO_ENABLED":"","GOFLAGS":""}\'',
        "endless": "yes",
        "fails": "exit 3",
        "ends by a signal": "kill -9 $$",
    }

    @pytest.mark.parametrize("case", GOES)
    def test_a_go_that_lies(self, tree: Path, case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        from defermod.toolchain import go as module

        program = tmp_path / "bin" / "go"
        program.parent.mkdir()
        program.write_text(f"#!/bin/sh\n{self.GOES[case]}\n")
        program.chmod(0o755)
        monkeypatch.setattr(module, "_bundled_go", lambda: None)
        monkeypatch.setattr(module, "LOOK_TIMEOUT", 2.0)
        monkeypatch.setattr(module, "_MOST_OUTPUT", 1 << 20)
        start = time.monotonic()
        assert find_go({**os.environ, "PATH": f"{program.parent}:/usr/bin:/bin"}) is None
        assert time.monotonic() - start < 20


def _is_known(number: int) -> bool:
    try:
        pwd.getpwuid(number)
    except KeyError:
        return False
    return True


@pytest.mark.parametrize("header", [b"Content-Length: 99999999999", b"Content-Length: " + b"9" * 5000, b"X" * 100_000])
def test_a_message_of_no_end_for_the_language_server(tree: Path, header: bytes) -> None:
    pytest.importorskip("pygls", reason="the extra lsp is not installed")
    done = subprocess.run(
        command("lsp"), cwd=tree, env=environment(), input=header + b"\r\n\r\n{", capture_output=True, timeout=60
    )
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == b"defermod: error: the editor announces a message of more than 256 mib\n"


def test_messages_that_are_none_for_the_language_server(tree: Path) -> None:
    """It answers the next one, or ends."""
    pytest.importorskip("pygls", reason="the extra lsp is not installed")
    start = (
        b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"processId":null,"rootUri":null,"capabilities":{}}}'
    )
    bodies = (b"[]", b"null", b"7", b'"x"', b"{", b'{"jsonrpc":"2.0"}', b"\xff\xfe", b"[" * 200_000, b'{"id":{}}')
    framed = b"".join(b"Content-Length: %d\r\n\r\n%s" % (len(body), body) for body in (*bodies, start))
    for sent, answers in {
        framed: True,
        b"Content-Length: -5\r\n\r\n{}": False,
        b"\r\n\r\n{}": False,
        b"Content-Length: 5000\r\n\r\n{}": False,
    }.items():
        done = subprocess.run(command("lsp"), cwd=tree, env=environment(), input=sent, capture_output=True, timeout=60)
        assert done.returncode >= 0
        assert (b'"capabilities"' in done.stdout) == answers, done.stderr[-500:]


def test_table_of_a_fleet_holds_no_formula(tree: Path) -> None:
    """A name of a repository that a spreadsheet would take for a formula is a text in the table."""
    repository = tree / "=cmd|x"
    repository.mkdir()
    for name in ("a.go", "go.mod"):
        (repository / name).write_bytes((tree / name).read_bytes())
    assert defermod("fleet", "run", "=cmd|x", "--db", "f.db", "--", "check", cwd=tree).returncode == 0
    table = defermod("fleet", "report", "f.db", "--output-format", "csv", cwd=tree).stdout
    assert len(table.splitlines()) == 2
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in table.splitlines()[1].split(","))


@pytest.mark.parametrize("revision", ["--output=RAN", "-p", "--help"])
def test_a_revision_that_looks_like_a_flag_of_git(tree: Path, revision: str) -> None:
    """Though the repository has a branch of that name."""
    git = ("git", "-c", "user.name=a", "-c", "user.email=a@example.com")
    for words in (
        ("init", "-q"),
        ("add", "-A"),
        ("commit", "-qm", "x"),
        ("update-ref", f"refs/heads/{revision}", "HEAD"),
    ):
        subprocess.run([*git, *words], cwd=tree, check=True)
    (tree / "b.go").write_text(OTHER)
    before = {path.name for path in tree.iterdir()}
    done = defermod("check", f"--since={revision}", "--output-format", "concise", cwd=tree)
    assert "Traceback" not in done.stderr and "usage: git" not in done.stdout + done.stderr
    assert (done.returncode, "b.go:11:3" in done.stdout) in ((1, True), (2, False))
    assert {path.name for path in tree.iterdir()} == before


def test_programs_in_a_tree_that_looks_like_an_installation(tree: Path, tmp_path: Path) -> None:
    """``bin/go``, ``VERSION``, ``go.env`` and a ``.git`` that leads elsewhere are files like others."""
    for name in ("bin/go", "bin/gofmt", "pkg/tool/linux_amd64/vet"):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(f"#!/bin/sh\ntouch {tmp_path}/RAN\n")
        (tree / name).chmod(0o755)
    (tree / "VERSION").write_text("go1.22\n")
    (tree / "go.env").write_text(f"GOFLAGS=-toolexec={tree}/bin/go\nGOPROXY=https://example.test\n")
    (tree / ".git").write_text("gitdir: /proc/self/root\n")
    assert defermod("fix", "--diff", cwd=tree).returncode == 1
    assert defermod("check", "--since", "HEAD", cwd=tree).returncode == 2
    assert not (tmp_path / "RAN").exists()


@pytest.mark.parametrize(
    "comment", ["//n\u043elint", "//\u202enolint", "//nolint\u0131", "//no\u200blint", "//ignore:defermod"]
)
def test_words_that_look_like_those_that_silence(tree: Path, comment: str) -> None:
    """A reader may take them for such a comment; the program does not."""
    (tree / "a.go").write_text(LEAK.replace("f.Close()", f"f.Close() {comment}"), "utf-8")
    done = defermod("check", "--output-format", "concise", cwd=tree)
    assert "a.go:11:3: defer-in-loop" in done.stdout


@pytest.mark.parametrize("name", ["config", "HEAD", "packed-refs", "objects/info/alternates", "refs/heads/x/y"])
@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_a_git_that_would_wait(tree: Path, name: str, kind: str) -> None:
    """Git is not started where a file that it reads has no end."""
    subprocess.run(["git", "init", "-q"], cwd=tree, check=True)
    path = tree / ".git" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero")
        (path.parent / "0").symlink_to("nowhere")
    done = defermod("check", "--since", "HEAD", cwd=tree, timeout=30)
    assert done.returncode == 2
    one_line(done.stderr)
    assert name in done.stderr and "git would wait" in done.stderr
    done = defermod("check", "--output", "html=r.html", "--output-format", "concise", cwd=tree, timeout=30)
    assert "a.go:11:3" in done.stdout


def test_a_socket_of_a_running_git_daemon_keeps_nobody_waiting(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Git's own fsmonitor has one there; what opens a socket as a file fails at once."""
    subprocess.run(["git", "init", "-q"], cwd=tree, check=True)
    subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "--allow-empty", "-m", "x"],
        cwd=tree,
        check=True,
    )
    monkeypatch.chdir(tree / ".git")  # A socket's address has some hundred bytes, less than many a path.
    with socket.socket(socket.AF_UNIX) as daemon:
        daemon.bind("fsmonitor--daemon.ipc")
        done = defermod("check", "--since", "HEAD", "--output-format", "concise", cwd=tree, timeout=30)
    assert "a.go:11:3" in done.stdout, done.stderr


def test_a_hard_link_to_a_file_outside(tree: Path, tmp_path: Path) -> None:
    """It is cut: what has the other name stays as it is."""
    (tmp_path / "outside.go").write_text(OTHER)
    os.link(tmp_path / "outside.go", tree / "b.go")
    defermod("fix", "--validate", "gofmt", "--unsafe-fixes", cwd=tree)
    assert (tree / "b.go").read_text() != OTHER
    assert (tmp_path / "outside.go").read_text() == OTHER


def test_patterns_of_hot_functions(tree: Path) -> None:
    """Long ones, many, with stars that might be tried in every way, on names as long."""
    name = "a" * 3000
    (tree / "a.go").write_text(LEAK + f"\nfunc {name}() {{\n\tdefer h()\n}}\n")
    patterns = ["*a" * 5000 + "b", "a*" * 10_000 + "b", "**", *("x" * 20 for _ in range(1000))]
    lines = [f'select = ["defer-in-loop", "hot-defer"]\nhot = {json.dumps(patterns)}\n']
    assert len(lines[0]) < 1 << 16
    (tree / ".defermod.toml").write_text(lines[0])
    start = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = defermod("check", "--output-format", "concise", cwd=tree, timeout=100)
    end = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert "Traceback" not in done.stderr
    assert "a.go:11:3" in done.stdout, done.stderr
    assert end.ru_utime - start.ru_utime < 20


def test_a_codemod_that_imports_what_the_repository_has_too(tree: Path, tmp_path: Path) -> None:
    """The user's codemod gets Python's own module, or its neighbour, and not that of the tree."""
    ran = f"open({str(tmp_path / 'RAN')!r}, 'w').close()\n"
    for module in ("json", "secrets", "helper", "tomllib"):
        (tree / f"{module}.py").write_text(ran)
    mine = tmp_path / "mine"
    mine.mkdir()
    example = (ROOT / "examples" / "codemods" / "no_ioutil.py").read_text("utf-8")
    (mine / "mod.py").write_text(
        example.replace("from collections", "import json, secrets, tomllib\nfrom collections", 1)
    )
    done = defermod("run", str(mine / "mod.py"), "--diff", "--validate", "none", cwd=tree)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert not (tmp_path / "RAN").exists()


class TestNothingIsLeft:
    """Processes that the program starts end with it."""

    def test_children_of_what_takes_too_long(self, tmp_path: Path) -> None:
        line = f"(sleep 300 & echo $! >{tmp_path}/child; wait) & wait"
        start = time.monotonic()
        done = run(["sh", "-c", line], environment=os.environ, timeout=1.0)
        assert done.timed_out and time.monotonic() - start < 10
        assert _ends(int((tmp_path / "child").read_text()))

    def test_children_that_hold_the_pipes(self) -> None:
        start = time.monotonic()
        done = run(["sh", "-c", "sleep 300 & echo said"], environment=os.environ, timeout=60)
        assert (done.code, done.stdout) == (0, b"said\n")
        assert time.monotonic() - start < 20

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
    def test_signals(self, tree: Path, tmp_path: Path, number: signal.Signals) -> None:
        self.interrupted(tree, tmp_path, number, ("fix",))

    @pytest.mark.parametrize(
        "arguments",
        [
            ("check", "--types"),
            ("cost", "--tests"),
            ("cost",),
            ("bench",),
            ("asm", "g"),
            ("fix", "--diff", "--verify"),
            ("fleet", "run", ".", "--db", "../fleet.db", "--", "check", "--types"),
        ],
        ids=" ".join,
    )
    def test_every_command_that_runs_go(self, tree: Path, tmp_path: Path, arguments: tuple[str, ...]) -> None:
        self.interrupted(tree, tmp_path, signal.SIGTERM, arguments)

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    @pytest.mark.parametrize("arguments", [("fix",), ("cost", "--tests")], ids=" ".join)
    def test_a_signal_before_the_start_is_noted(
        self, tree: Path, tmp_path: Path, number: signal.Signals, arguments: tuple[str, ...]
    ) -> None:
        """As on a busy machine: what was started runs well before the call that started it returns."""
        program = tmp_path / "program.py"
        program.write_text(
            "import subprocess, time\n"
            "start = subprocess.Popen.__init__\n"
            "def slow(self, command, *rest, **options):\n"
            "    start(self, command, *rest, **options)\n"
            "    if command[1] != 'env': time.sleep(2)\n"
            "subprocess.Popen.__init__ = slow\n"
            "from defermod.cli import main\n"
            "main()\n"
        )
        self.interrupted(tree, tmp_path, number, arguments, program=[sys.executable, str(program)])

    def interrupted(
        self,
        tree: Path,
        tmp_path: Path,
        number: signal.Signals,
        arguments: tuple[str, ...],
        program: Sequence[str] = tuple(command()),
    ) -> None:
        """Send a command a signal while the go that it has started hangs: go ends, nothing is left."""
        temporary = tmp_path / "tmp"
        temporary.mkdir()
        process = subprocess.Popen(
            [*program, *arguments],
            cwd=tree,
            env=environment({"PATH": _hanging_go(tmp_path), "TMPDIR": str(temporary)}),
            stderr=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=signals_as_by_default,
        )
        deadline = time.monotonic() + 60
        while not (tmp_path / "child").exists() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(number)
        stdout, stderr = process.communicate(timeout=30)
        assert (tmp_path / "child").exists(), f"no go was started: {stdout}{stderr}"
        assert process.returncode == (130 if number == signal.SIGINT or "fleet" in arguments else 128 + number), stderr
        assert "Traceback" not in stderr
        assert _ends(int((tmp_path / "child").read_text()))
        assert list(temporary.iterdir()) == []
        assert (tree / "a.go").read_text() == LEAK


def _hanging_go(directory: Path) -> str:
    """A PATH whose go says what it is as go does, and then hangs with a child, whose number is in the file child."""
    go = find_go()
    if go is None:
        pytest.skip("no go command")
    programs = directory / "bin"
    programs.mkdir()
    (programs / "go").write_text(
        "#!/bin/sh\n"
        f'case "$1" in env) "{go.path}" "$@" | sed "s#{goroot()}#{directory}#" ;; *) '
        f"sleep 300 & echo $! >{directory}/child.new; mv {directory}/child.new {directory}/child; wait ;; esac\n"
    )
    (programs / "go").chmod(0o755)
    return f"{programs}{os.pathsep}{os.environ['PATH']}"


def _ends(process: int) -> bool:
    """Return True if the process is gone, or soon will be."""
    for _ in range(100):
        try:
            os.kill(process, 0)
            if Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except (ProcessLookupError, FileNotFoundError):
            return True
        time.sleep(0.05)
    return False


ANSWERS = (
    '{"m": "not an object"}',
    '{"m": {"a": ["x", {"posn": 1, "message": 2}, {}]}}',
    '{"m": ' * 5000,
    "a.go:" + "9" * 5000 + ": x",
    "x\0y.go:1:2: m",
    '{"Action": [], "Package": {}}',
    '{"Action": "output"}',
    '{"Package": "p", "Elapsed": "x", "Action": "pass"}',
)
"""Output that a program started by go, such as a C compiler, might mix into go's answer."""


@pytest.mark.parametrize("answer", ANSWERS)
def test_answers_that_are_none(answer: str, tmp_path: Path) -> None:
    from defermod.toolchain import gotest, vet
    from defermod.toolchain.go import Completed
    from defermod.toolchain.overlay import Overlay

    done = Completed(1, answer.encode(), answer.encode())
    with Overlay({}) as overlay:
        vet.parse(done, tmp_path, overlay)
    gotest.parse(done)


HOSTILE = ("\x1b]0;title\x07", "::warning file=y::injected", "##[error]x", "a\nb", "\u202eabc", "\x9b31m", "\x7f")


class TestCleanOutput:
    """No byte from outside drives a terminal or a runner."""

    @pytest.mark.parametrize("text", HOSTILE)
    @pytest.mark.parametrize(
        "arguments", [("check",), ("check", "--output-format", "concise"), ("fix", "--diff"), ("check", "--types")]
    )
    def test_text(self, tree: Path, text: str, arguments: tuple[str, ...]) -> None:
        name = text.replace("/", "_")
        (tree / name).mkdir()
        (tree / name / "bad.go").write_text("package m\n\nfunc g((ps []string) {\n\tfor {\n\t\tdefer f()\n\t}\n}\n")
        (tree / name / "leak.go").write_text(LEAK)
        (tree / "b").mkdir()
        line = text.replace("\n", "")
        (tree / "b" / "b.go").write_text(
            f'package b\n\n//line {line}.go:1\nvar x int = ""\n\nfunc f(c func()) {{\n\tfor {{\n\t\tdefer c() /*\n'
            f"  {line}\n\t\t*/\n\t}}\n}}\n"
        )
        done = defermod(*arguments, cwd=tree)
        shown = done.stderr if "--diff" in arguments else done.stdout + done.stderr
        for each in shown.split("\n"):
            assert each.isprintable(), repr(each)
            assert not each.lstrip().startswith("::"), each
            assert "##[" not in each, each

    @pytest.mark.parametrize("text", HOSTILE)
    @pytest.mark.parametrize("form", ["json", "sarif", "rdjson", "checkstyle", "github", "html"])
    def test_formats_for_programs(self, tree: Path, text: str, form: str) -> None:
        (tree / text).mkdir()
        quoted = text.replace("\n", " ")
        (tree / text / "leak.go").write_text(LEAK.replace("f.Close()", f'g("{quoted}") // {quoted}'))
        done = defermod("check", "--output-format", form, cwd=tree)
        for each in done.stdout.split("\n"):
            assert each.replace("\t", "").isprintable(), repr(each)
            assert each.startswith("::warning file=") or not each.lstrip().startswith("::"), each
        if form in ("json", "sarif", "rdjson"):
            json.loads(done.stdout)


def _bare_repository(place: Path, ran: Path) -> None:
    subprocess.run(["git", "init", "-q", "--bare", place], check=True)
    with (place / "config").open("a") as config:
        config.write(f"[core]\n\tpager = touch {ran}\n\tfsmonitor = touch {ran}\n")


def _much(place: Path, ran: Path) -> None:
    """Enough for worker processes, with what they might import."""
    (place / "multiprocessing.py").write_text(f"open({str(ran)!r}, 'w').close()\n")
    for number in range(4):
        rest = "".join(f"var v{number}x{index} = 7 // padding padding padding padding\n" for index in range(2000))
        (place / f"b{number}.go").write_text(LEAK.replace("func g", f"func g{number}") + rest)


def _profile(place: Path, ran: Path) -> None:
    (place / ".defermod.toml").write_text('select = ["hot-defer", "defer-in-loop"]\n')
    with gzip.open(place / "default.pgo", "wb") as packed:
        for _ in range(400):
            packed.write(bytes(1 << 20))


MODULES: dict[str, dict[str, str] | Callable[[Path, Path], None]] = {
    "a bare repository": _bare_repository,
    "a pipe for a source": lambda place, _: os.mkfifo(place / "x.go"),
    "a profile that unpacks to much": _profile,
    "names that differ in case": {
        "A.go": OTHER,
        "a.go": LEAK.replace("func g", "func h1"),
        "GO.MOD": "module n\n\ngo 1.1\n",
        ".GITIGNORE": "*.go\n",
        ".DEFERMOD.TOML": "[",
        "b.GO": "package m\nfunc (",
        "VENDOR/a.go": LEAK,
        "Testdata/a.go": LEAK,
        "e\u0301.go": LEAK.replace("func g", "func h2"),
        "\u00e9.go": LEAK.replace("func g", "func h3"),
    },
    "settings of other programs": {
        "pyproject.toml": "[tool.defermod]\nverify = true\njobs = " + "[" * 5000,
        "setup.cfg": "[tool:pytest]\naddopts = -p evil\n",
        "sitecustomize.py": "raise SystemExit(9)\n",
        "transforms/__init__.py": "raise SystemExit(9)\n",
    },
    "a settings file that runs tests": {
        ".defermod.toml": "verify = true\n",
        "a_test.go": "package m\n\nfunc init() { panic(1) }\n",
    },
    "deep settings": {".defermod.toml": "a = " + "[" * 5000},
    "very many jobs": {".defermod.toml": "jobs = 1000000\n"},
    "a version of no end": {"go.mod": f"module m\n\ngo 1.{'9' * 5000}\n"},
    "a toolchain of nobody": {"go.mod": "module m\n\ngo 1.22\n\ntoolchain go1.99.7\n"},
    "a private module": {
        "go.mod": "module m\n\ngo 1.22\n\nrequire corp.test/x v1.0.0\n",
        "b.go": 'package m\n\nimport _ "corp.test/x"\n',
    },
    "a directive with escapes": {"b.go": 'package m\n\n//line \x1b]0;title\x07.go:1\nvar x int = "a"\n'},
    "directives of lines elsewhere": {
        "b.go": 'package m\n\n//line good.go:1\nvar x int = ""\n\n//line /etc/passwd:1\nvar y int = ""\n',
        "c.go": f'package m\n\n//line a.go:{"9" * 30}\nvar z int = ""\n',
    },
    "a vendored tree": {
        ".defermod.toml": "include-vendor = true\n",
        "vendor/modules.txt": "# ../../out v1.0.0\n## explicit; go 1.99999999999\n../../out\n" + "x\n" * 100_000,
        "vendor/example.com/a.go": LEAK,
    },
    "much to do": _much,
    "what was not made to be idempotent": {
        "b.go": "package m\n\nfunc h(n []int) {\n\tfor range n {\n\t\t{\n\t\t\tdefer g(nil)\n\t\t\tcontinue\n\t\t}\n"
        "\t\tdefer g(nil)\n\t}\n}\n"
    },
}
"""Modules that mean ill, each beside a good file: more files, or what makes them, given a file that must never be."""
LEFT_OUT = {"a settings file that runs tests", "deep settings"}


def _make_all(root: Path, ran: Path) -> int:
    """Make one tree with every attack in it; return the number of good files that are to be reported."""
    (root / "a.go").write_text(LEAK)
    for number, (name, content) in enumerate(TestNoBomb.FILES.values()):
        place = root / f"d{number}" / name
        place.parent.mkdir(parents=True)
        if isinstance(content, str):
            place.write_text(content)
        else:
            content(place)
        (root / f"d{number}" / "good.go").write_text(LEAK)
    for number, text in enumerate(HOSTILE):
        (root / text).mkdir()
        (root / text / f"bad{number}.go").write_text("package m\nfunc g((ps []string) {\n\tfor {\n\tdefer f()\n")
    (root / "ignored").mkdir()
    (root / "ignored" / ".gitignore").symlink_to("/dev/zero")
    (root / "ignored" / "good.go").write_text(LEAK)
    (root / "patterns").mkdir()
    (root / "patterns" / ".gitignore").write_text("*a*a*a*a*a*a*b.go\n[z-a]\n")
    (root / "patterns" / ("a" * 120 + ".go")).write_text(LEAK)
    (root / "out.go").symlink_to(root.parent / "victim.go")
    (root.parent / "victim.go").write_text(LEAK)
    (root / "multiprocessing.py").write_text(f"open({str(ran)!r}, 'w').close()\n")
    for name, given in MODULES.items():
        place = root / name
        place.mkdir()
        (place / "go.mod").write_text(MODULE)
        (place / "good.go").write_text(LEAK.replace("func g", "func good"))
        if callable(given):
            given(place, ran)
            continue
        for file, text in given.items():
            (place / file).parent.mkdir(parents=True, exist_ok=True)
            (place / file).write_text(text)
    return len(TestNoBomb.FILES) + 1 + len(MODULES) - len(LEFT_OUT)


# The peak of a process counts from before it became the program, so a small one starts it, not the suite.
_MEASURED = """
import os, subprocess, sys
process = subprocess.Popen(sys.argv[2:])
_, status, used = os.wait4(process.pid, 0)
with open(sys.argv[1], "w") as file:
    print(used.ru_utime + used.ru_stime, used.ru_maxrss, file=file)
sys.exit(os.waitstatus_to_exitcode(status))
"""


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "--select", "all"),
        pytest.param(("check", "--types"), marks=pytest.mark.campaign),
        pytest.param(("fix", "--select", "all"), marks=pytest.mark.campaign),
    ],
)
def test_all_of_it_together(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """One tree with every attack in it: good files are reported, what is bad is said, the status is 2."""
    root, ran, caught = tmp_path / "tree", tmp_path / "RAN", tmp_path / "out"
    root.mkdir()
    good = _make_all(root, ran)
    used = tmp_path / "used"
    checked = command(*arguments, "--no-cache", "--output-format", "concise")
    with caught.open("wb") as stdout, (tmp_path / "err").open("wb") as stderr:
        process = subprocess.run(
            [sys.executable, "-c", _MEASURED, str(used), *checked],
            cwd=root, env=environment(), stdout=stdout, stderr=stderr, check=False,
        )  # fmt: skip
    seconds, kilobytes = map(float, used.read_text().split())
    said = (tmp_path / "err").read_text()
    assert process.returncode == 2, said
    assert "Traceback" not in said and "internal error" not in said
    reported = [line for line in caught.read_text().splitlines() if "good.go:11:3: defer-in-loop" in line]
    assert len(reported) == good
    assert all(any(line.startswith(f"{name}/good.go") for line in reported) for name in MODULES if name not in LEFT_OUT)
    assert not ran.exists()
    assert (tmp_path / "victim.go").read_text() == LEAK
    print(f"{arguments}: {seconds:.1f} s of processor time, {kilobytes / 1024:.0f} MB")
    assert kilobytes < 400 << 10
    assert seconds < 100


def test_settings_of_one_module_do_not_hide_the_others(tmp_path: Path) -> None:
    """A module's own bad settings spoil that module alone; named by the user, they are an error as ever."""
    for name, text in {"good": None, "deep": "a = " + "[" * 5000, "typo": "selcet = []\n"}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "go.mod").write_text(MODULE)
        (tmp_path / name / "a.go").write_text(LEAK)
        if text is not None:
            (tmp_path / name / ".defermod.toml").write_text(text)
    done = defermod("check", "--output-format", "concise", cwd=tmp_path)
    assert done.returncode == 2
    assert "good/a.go:11:3" in done.stdout
    assert "deep/a.go" not in done.stdout + done.stderr
    for name in ("deep", "typo"):
        assert sum(f"{name}/.defermod.toml" in line for line in done.stderr.splitlines()) == 1, done.stderr
    done = defermod("check", "typo", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    one_line(done.stderr)


def test_a_module_behind_a_link_in_a_workspace(tree: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "go.mod").write_text("module n\n\ngo 1.22\n")
    (out / "n.go").write_text(OTHER)
    (tree / "o").symlink_to("../out")
    (tree / "go.work").write_text("go 1.22\n\nuse (\n\t.\n\t./o\n)\n")
    done = defermod("fix", "--unsafe-fixes", "--validate", "gofmt", cwd=tree)
    assert "o/n.go" not in done.stdout
    assert (out / "n.go").read_text() == OTHER
    assert (tree / "a.go").read_text() != LEAK


def test_files_that_are_odd_on_disk(tree: Path) -> None:
    """A sparse file of 200 GB, what stands for a large file or a submodule, a time to come with the size of before."""
    with (tree / "b.go").open("wb") as file:
        file.truncate(200 << 30)
    (tree / "c.go").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345\n")
    (tree / "s").mkdir()
    (tree / "s" / ".git").write_text("gitdir: ../.git/modules/s\n")
    (tree / "s" / "d.go").write_text(OTHER)
    changes = {"DEFERMOD_CACHE_DIR": str(tree.parent / "cache")}
    (tree / "a.go").write_text(LEAK.replace("defer f", "_  =  f"))
    os.utime(tree / "a.go", (2**32, 2**32))
    for text, expected in ((None, []), (None, []), (LEAK, ["a.go:11:3"])):
        if text is not None:
            (tree / "a.go").write_text(text)
            os.utime(tree / "a.go", (2**32, 2**32))
        done = defermod("check", "--output-format", "concise", cwd=tree, changes=changes)
        assert [line.partition(" ")[0].rstrip(":") for line in done.stdout.splitlines()] == [*expected, "s/d.go:11:3"]
        assert "b.go: is larger than 256 MiB" in done.stderr


@pytest.mark.parametrize(
    "value", ["relative", "", ".", "/dev/null", "/proc/1/x", "/nonexistent/x", "{tree}/a.go", "a\nb"]
)
def test_a_cache_directory_that_is_none(tree: Path, value: str) -> None:
    """Named by the user's environment: there is no cache then, and nothing of it in the tree."""
    before = {path.name for path in tree.iterdir()}
    variables = {**environment(), "XDG_CACHE_HOME": value.format(tree=tree)}
    variables.pop("DEFERMOD_CACHE_DIR", None)
    done = subprocess.run(
        command("check", "--output-format", "concise"),
        cwd=tree, env=variables, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (1, "")
    assert "a.go:11:3" in done.stdout
    assert {path.name for path in tree.iterdir()} == before
    assert (tree / "a.go").read_text() == LEAK
