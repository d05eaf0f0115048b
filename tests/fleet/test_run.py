"""``fleet run`` with real repositories: what is kept, what goes on, what is never touched."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import time
import zlib
from pathlib import Path

import pytest

from tests.fleet.support import LOOP, fleet, git, module, remotes, report, repository, states
from tests.support_cli import command, environment
from tests.support_go import needs_go

TRAP = "#!/bin/sh\ntouch {marker}\ncat\n"


def test_directories_addresses_and_plain_files_in_one_run(tmp_path: Path) -> None:
    repository(tmp_path / "repos" / "git")
    module(tmp_path / "repos" / "deep" / "plain")
    [address] = remotes(tmp_path / "remote", 1)
    done = fleet("run", "repos", address, "--db", "a.db", "--", "check", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "3 of 3 repositories looked at: defermod fleet report a.db\n")
    data = report("a.db", tmp_path)
    assert states(data) == {"git": "done", "plain": "done", "r000": "done"}
    for one in data["repositories"]:
        assert [(found["path"], found["line"]) for found in one["findings"]] == [("a.go", 12)]
    assert data["summary"]["rules"] == {"defer-in-loop": {"undecided": 3}}


@needs_go
def test_fix_leaves_everything_as_it_is_and_keeps_a_diff_that_git_takes(tmp_path: Path) -> None:
    made = repository(tmp_path / "r", files={"sub/go.mod": "module example.com/sub\n\ngo 1.22\n"})
    (made / "sub" / "b.go").write_text(LOOP.format(7))
    git(made, "add", "-A")
    git(made, "commit", "-qm", "second")
    (made / "a.go").write_text("package m0 // not finished\n")
    before = {path: path.read_bytes() for path in sorted(made.rglob("*")) if path.is_file()}
    done = fleet("run", "r", "--db", "a.db", "--", "fix", "--diff", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert {path: path.read_bytes() for path in sorted(made.rglob("*")) if path.is_file()} == before
    [one] = report("a.db", tmp_path)["repositories"]
    assert one["dirty"] is True
    assert [(found["path"], found["status"]) for found in one["findings"]] == [
        ("a.go", "fixable"),
        ("sub/b.go", "fixable"),
    ]
    git(made, "checkout", "-q", "--", "a.go")
    git(made, "apply", "-", stdin="".join(change["diff"] for change in one["changes"]))
    fixed = (made / "a.go").read_bytes(), (made / "sub" / "b.go").read_bytes()
    git(made, "checkout", "-q", "--", ".")
    directly = subprocess.run(
        command("fix", ".", "./sub"), cwd=made, env=environment(), capture_output=True, text=True, timeout=300
    )
    assert directly.returncode == 0, directly.stderr
    assert fixed == ((made / "a.go").read_bytes(), (made / "sub" / "b.go").read_bytes())


def test_a_repository_that_fails_is_a_row_and_the_others_go_on(tmp_path: Path) -> None:
    good, *_ = remotes(tmp_path / "remote", 1)
    module(tmp_path / "broken", files={"b.go": "package m0\n\nfunc f( {{{\n"})
    module(tmp_path / "empty")
    (tmp_path / "empty" / "a.go").unlink()
    (tmp_path / "marker.sh").write_text(TRAP.format(marker=tmp_path / "ran"))
    (tmp_path / "marker.sh").chmod(0o755)
    lines = [
        f"{tmp_path}/remote/none.git",
        f"file://{tmp_path}/none.git  # nobody is there",
        f"ext::{tmp_path}/marker.sh",
        "gopher://example.com/x",
        f"{good} no-such-branch",
        f"{good} main",
        "broken",
        "empty",
        good,
    ]
    (tmp_path / "list").write_text("# all of ours\n\n" + "\n".join(lines) + "\n")
    done = fleet("run", "list", "--db", "a.db", "--", "check", cwd=tmp_path)
    assert done.returncode == 2
    by_key = {one["repository"]: one for one in report("a.db", tmp_path)["repositories"]}
    found = [
        by_key[key]["state"] + " " + by_key[key]["reason"]
        for key in (
            lines[0],
            f"file://{tmp_path}/none.git",
            lines[2],
            lines[3],
            lines[4],
            lines[5],
            str(tmp_path / "broken"),
            str(tmp_path / "empty"),
            good,
        )
    ]
    assert found == [
        "failed no-directory",
        "failed clone-failed",
        "failed address-refused",
        "failed address-refused",
        "failed clone-failed",
        "done ",
        by_key[str(tmp_path / "broken")]["state"] + " ",
        "done ",
        "done ",
    ]
    assert by_key[str(tmp_path / "empty")]["detail"] == "no file of Go"
    assert not (tmp_path / "ran").exists()


def test_a_run_that_is_killed_goes_on_and_does_nothing_twice(tmp_path: Path) -> None:
    addresses = remotes(tmp_path / "remote", 8)
    (tmp_path / "list").write_text("\n".join(addresses))
    own = environment({"DEFERMOD_CACHE_DIR": str(tmp_path / "cache")})
    arguments = ("fleet", "run", "list", "--db", "a.db", "--workers", "2", "--", "check")
    running = subprocess.Popen(command(*arguments), cwd=tmp_path, env=own, stderr=subprocess.DEVNULL)
    end = time.monotonic() + 120
    done = 0
    while done < 2 and time.monotonic() < end:
        time.sleep(0.05)
        if (tmp_path / "a.db").exists():
            try:
                with sqlite3.connect(tmp_path / "a.db") as database:
                    (done,) = database.execute("SELECT count(*) FROM result").fetchone()
            except sqlite3.OperationalError:
                continue
    running.send_signal(signal.SIGKILL)
    running.wait()
    first = {one["repository"]: one for one in report("a.db", tmp_path, "--times")["repositories"]}
    finished = {key: one for key, one in first.items() if one["state"] == "done"}
    assert 2 <= len(finished) < 8
    again = fleet("run", "list", "--db", "a.db", "--", "check", cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    assert f"goes on: {len(finished)} of 8 are done" in again.stderr
    second = {one["repository"]: one for one in report("a.db", tmp_path, "--times")["repositories"]}
    assert set(second) == set(addresses)
    assert {one["state"] for one in second.values()} == {"done"}
    assert {one["attempts"] for one in second.values()} == {1}
    assert {key: second[key] for key in finished} == finished
    fresh = fleet("run", "list", "--db", "b.db", "--workers", "1", "--", "check", cwd=tmp_path)
    assert fresh.returncode == 0
    assert report("a.db", tmp_path) == report("b.db", tmp_path)


def test_failures_are_done_again_only_when_that_is_asked_or_the_machine_was_at_fault(tmp_path: Path) -> None:
    missing = tmp_path / "later"
    (tmp_path / "list").write_text(f"{missing}\n")
    arguments = ("run", "list", "--db", "a.db")
    assert fleet(*arguments, "--", "check", cwd=tmp_path).returncode == 2
    module(missing)
    assert fleet(*arguments, "--", "check", cwd=tmp_path).returncode == 2
    assert fleet(*arguments, "--retry-failed", "--", "check", cwd=tmp_path).returncode == 0
    with sqlite3.connect(tmp_path / "a.db") as database:
        assert database.execute("SELECT attempts FROM result").fetchall() == [(2,)]
        database.execute("UPDATE result SET state = 'failed', transient = 1, reason = 'disk-full'")
    assert fleet(*arguments, "--", "check", cwd=tmp_path).returncode == 0
    assert states(report("a.db", tmp_path)) == {"later": "done"}


def test_limits_end_the_command_and_all_that_it_started(tmp_path: Path) -> None:
    module(tmp_path / "m")
    done = fleet("run", "m", "--db", "a.db", "--timeout", "10ms", "--", "check", cwd=tmp_path)
    assert done.returncode == 2
    assert "timeout: more than 0.01 s" in done.stderr
    if os.path.exists("/proc/self/stat"):  # noqa: PTH110
        done = fleet("run", "m", "--db", "b.db", "--memory", "8M", "--", "check", "--no-cache", cwd=tmp_path)
        assert done.returncode == 2
        assert "memory-limit: more than 8 MiB" in done.stderr


def test_nothing_of_a_repository_runs(tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    made = repository(
        tmp_path / "r", files={".gitattributes": "*.go filter=trap\n", "defermod.py": f"open({str(marker)!r}, 'w')"}
    )
    trap = tmp_path / "trap"
    trap.write_text(TRAP.format(marker=marker))
    trap.chmod(0o755)
    for key in ("filter.trap.smudge", "filter.trap.clean", "core.fsmonitor", "core.sshCommand", "diff.external"):
        git(made, "config", key, str(trap))
    for name in ("post-checkout", "pre-commit", "reference-transaction", "post-commit"):
        hook = made / ".git" / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(trap.read_text())
        hook.chmod(0o755)
    for target in ("r", made.as_uri()):
        done = fleet(
            "run", target, "--db", "a.db", "--", "fix", "--diff", "--validate", "none", "--unsafe-fixes", cwd=tmp_path
        )
        assert done.returncode == 0, done.stderr
    assert fleet("branch", "a.db", "--branch", "b", cwd=tmp_path).returncode == 0
    assert not marker.exists()
    assert {one["state"] for one in report("a.db", tmp_path)["repositories"]} == {"done"}


def test_ignored_files_and_links_count_as_in_a_checkout(tmp_path: Path) -> None:
    made = repository(tmp_path / "r", files={".gitignore": "gen/\n", "gen/g.go": LOOP.format(1)})
    (made / "out.go").symlink_to(tmp_path / "secret.go")
    (tmp_path / "secret.go").write_text(LOOP.format(2))
    git(made, "add", "-A")
    git(made, "commit", "-qm", "second")
    assert fleet("run", made.as_uri(), "--db", "a.db", "--", "check", cwd=tmp_path).returncode == 0
    [one] = report("a.db", tmp_path)["repositories"]
    assert [found["path"] for found in one["findings"]] == ["a.go"]


def test_files_that_the_command_names_go_to_the_workers(tmp_path: Path) -> None:
    module(tmp_path / "m")
    (tmp_path / "own.toml").write_text('exclude = ["a.go"]\n')
    done = fleet("run", "m", "--db", "a.db", "--", "check", "--config", "own.toml", cwd=tmp_path)
    assert done.returncode in (0, 2)
    assert report("a.db", tmp_path)["summary"]["findings"] == 0
    (tmp_path / "own.toml").write_text('exclude = ["b.go"]\n')
    assert fleet("run", "m", "--db", "a.db", "--", "check", "--config", "own.toml", cwd=tmp_path).returncode == 0
    assert report("a.db", tmp_path)["summary"]["findings"] == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run", "m", "--db", "a.db"), "after -- comes the command"),
        (("run", "m", "--db", "a.db", "--", "bench"), "not 'bench'"),
        (("run", "m", "--db", "a.db", "--", "check", "--no-such-flag"), "--no-such-flag"),
        (("run", "m", "--db", "a.db", "--", "check", "--output-format", "text"), "can't be used in a fleet"),
        (("run", "m", "--db", "a.db", "--", "check", "-"), "stdin"),
        (("run", "m", "--db", "a.db", "--timeout", "soon", "--", "check"), "--timeout: 'soon'"),
        (("run", "m", "--db", "a.db", "--memory", "much", "--", "check"), "--memory: 'much'"),
        (("run", "m", "--db", "a.db", "--scheduler", "nowhere", "--", "check"), "tcp://HOST:PORT or local:N"),
        (("run", "nothing-of-the-kind", "--db", "a.db", "--", "check"), "neither a directory"),
        (("run", "false --x", "--db", "a.db", "--", "check"), "ended with 1"),
        (("run", "m", "--db", "m/a.go", "--", "check"), "m/a.go"),
        (("report", "none.db"), "no such results file"),
        (("report", "m/a.go"), "m/a.go"),
    ],
)  # fmt: skip
def test_what_can_not_be_done_is_said_in_one_line(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    module(tmp_path / "m")
    done = fleet(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert done.stdout == ""


def test_a_command_may_print_the_targets(tmp_path: Path) -> None:
    for name in ("one", "two"):
        module(tmp_path / name)
    script = tmp_path / "ours.sh"
    script.write_text("#!/bin/sh\necho two\n")
    script.chmod(0o755)
    done = fleet("run", "printf '%s\\n' one two", "ours.sh", "--db", "a.db", "--", "check", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert states(report("a.db", tmp_path)) == {"one": "done", "two": "done"}


def test_two_runs_do_not_write_to_one_file(tmp_path: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    module(tmp_path / "m")
    with (tmp_path / "a.db.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = fleet("run", "m", "--db", "a.db", "--", "check", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (2, "defermod: error: a.db: another run is writing to it\n")


def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    """The file of results can't grow: the run ends, and goes on when it can."""
    for number in range(4):
        module(tmp_path / "all" / f"m{number}", number)
    assert fleet("run", "all/m0", "--db", "a.db", "--", "check", cwd=tmp_path).returncode == 0
    resource = pytest.importorskip("resource")
    size = (tmp_path / "a.db").stat().st_size
    own = environment({"DEFERMOD_CACHE_DIR": str(tmp_path / "cache")})
    full = subprocess.run(
        command("fleet", "run", "all", "--db", "a.db", "--", "check"),
        cwd=tmp_path,
        env=own,
        capture_output=True,
        text=True,
        timeout=300,
        preexec_fn=lambda: _no_larger(resource, size // 2),
    )
    assert full.returncode == 2, full.stdout
    assert "Traceback" not in full.stderr
    done = fleet("run", "all", "--db", "a.db", "--", "check", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    data = report("a.db", tmp_path)
    assert states(data) == {f"m{number}": "done" for number in range(4)}
    assert data["summary"]["findings"] == 4


def _no_larger(resource: object, size: int) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))  # type: ignore[attr-defined]


def test_json_of_the_format_before_is_understood(tmp_path: Path) -> None:
    from defermod.fleet.worker import _json

    for version in (1, 2):
        assert _json(json.dumps({"version": version, "findings": [], "files": [], "summary": {}}).encode()) is not None
    for text in (b"", b"[]", b'{"version": 3, "findings": []}', b'{"version": 2}'):
        assert _json(text) is None


def test_a_large_repository_in_parts_gives_the_same_bytes(tmp_path: Path) -> None:
    """Modules beside that of the root; one of them only holds what is generated, and one nothing."""
    files = {f"{name}/go.mod": f"module example.com/{name}\n\ngo 1.22\n" for name in ("A", "made", "none", "z")}
    files |= {f"{name}/x/b.go": LOOP.format(7) for name in ("A", "z")}
    files |= {"made/m.go": "// Code generated by x. DO NOT EDIT.\n\npackage made\n"}
    made = repository(tmp_path / "r", files=files)
    for name, lines in (("a.db", "0"), ("b.db", "30"), ("c.db", "1")):
        target = made.as_uri() if name == "c.db" else "r"
        done = fleet("run", target, "--db", name, "--split", lines, "--", "check", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    whole, some, most = (report(name, tmp_path)["repositories"][0] for name in ("a.db", "b.db", "c.db"))
    assert [found["path"] for found in whole["findings"]] == ["A/x/b.go", "a.go", "z/x/b.go"]
    assert whole["modules"] == 5
    assert some == whole
    assert {key for key in whole if most[key] != whole[key]} == {"repository"}


def test_modules_that_a_workspace_leads_into_are_not_divided(tmp_path: Path) -> None:
    files = {
        f"{name}/go.mod": f"module example.com/{name}\n\ngo 1.22\n" for name in ("a", "a/b", "other/c", "other/c/d")
    }
    files |= {f"{name}/x.go": LOOP.format(7) for name in ("a", "a/b", "other/c", "other/c/d")}
    files["go.work"] = "go 1.22\n\nuse (\n\t.\n\t./a\n\t./a/b\n)\n"
    repository(tmp_path / "r", files=files)
    (tmp_path / "r" / "go.mod").unlink()
    git(tmp_path / "r", "commit", "-qam", "no module in the root")
    repository(tmp_path / "rooted", files=files)
    for name, lines in (("a.db", "0"), ("b.db", "1")):
        done = fleet("run", "r", "rooted", "--db", name, "--split", lines, "--", "check", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    whole, parts = (report(name, tmp_path) for name in ("a.db", "b.db"))
    assert whole["summary"]["findings"] == 9
    assert parts == whole


def test_parts_that_are_done_are_not_done_again(tmp_path: Path) -> None:
    from defermod.fleet import store
    from defermod.fleet.values import Changed, Outcome, Part, Target

    target = Target("u", "u", False)
    parts = [Part("c", ("./a",)), Part("c", ("./b", "./c"))]
    path = tmp_path / "a.db"

    def outcome(part: Part, state: str, *, transient: bool = False) -> Outcome:
        finding = {"path": f"{part.modules[0][2:]}/x.go", "rule": "r", "status": "fixed"}
        change = Changed(finding["path"], b"\xff diff", "id", [{"name": "vet"}])
        good = state == "done"
        return Outcome(
            "u", state, "" if good else "timeout", transient=transient, commit="c", exit_status=0, part=part,
            findings=[finding] if good else [], changes=[change] if good else [], summary={"fixed": 1}, modules=1,
        )  # fmt: skip

    with store.created(path) as kept:
        run = kept.begin(("check",), "1", "", [target], anew=False)
        kept.divide(run, Outcome("u", "divided", parts=parts))
        assert kept.parts(run, "u") == parts
        assert kept.add(run, outcome(parts[1], "done")) is None
    with store.created(path) as kept:
        assert kept.parts(run, "u") == parts[:1]
        failed = kept.add(run, outcome(parts[0], "failed", transient=True))
        assert failed is not None and (failed.state, failed.detail) == ("failed", "./a: ")
        assert kept.missing(run, failed_too=False) == [target]
        assert kept.parts(run, "u") == parts[:1]
        kept.add(run, outcome(parts[0], "done"))
        [one] = kept.results(run).repositories
        assert one.outcome is not None and one.attempts == 2
        assert [found["path"] for found in one.outcome.findings] == ["a/x.go", "b/x.go"]
        assert [change.diff for change in one.outcome.changes] == [b"\xff diff"] * 2
        assert (one.outcome.state, one.outcome.summary, one.outcome.modules) == ("done", {"fixed": 2}, 2)
        assert kept.parts(run, "u") == []


@pytest.mark.parametrize(
    "content", [b"x", zlib.compress(b"[]"), zlib.compress(b'{"part": 1, "changes": []}'), zlib.compress(b"{")]
)
def test_parts_that_no_run_has_written_are_said(tmp_path: Path, content: bytes) -> None:
    from defermod.fleet import store
    from defermod.fleet.values import FleetError, Outcome, Part, Target

    parts = [Part("c", ("./a",)), Part("c", ("./b",))]
    with store.created(tmp_path / "a.db") as kept:
        run = kept.begin(("check",), "1", "", [Target("u", "u", False)], anew=False)
        kept.divide(run, Outcome("u", "divided", parts=parts))
        with sqlite3.connect(tmp_path / "a.db") as database:
            database.execute("UPDATE part SET outcome = ? WHERE position = 0", (content,))
        with pytest.raises(FleetError, match="is damaged"):
            kept.add(run, Outcome("u", "done", part=parts[1]))


CODEMOD = '''"""A rule of its own."""

from collections.abc import Iterator

from defermod.codemod import Context, Finding, Rule, RuleDoc
{0}

class Twice(Rule):
    rule = "twice"
    doc = RuleDoc(title="t", what="w", why="y")

    def visit(self, context: Context) -> Iterator[Finding]:
        for found in context.find_all({1}):
            fix = context.rewriter().replace(found, "2 * $x").safe("double", "the same number")
            yield context.finding(found, "added to itself", fix)
'''


def test_codemods_go_to_the_workers(tmp_path: Path) -> None:
    """As a file, and as a package of several; code of the repository that has their name is not run."""
    trap = f"open({str(tmp_path / 'ran')!r}, 'w')\n"
    files = {"b.go": "package m0\n\nfunc f(n int) int { return n + n }\n", "twice.py": trap, "pattern.py": trap}
    made = repository(tmp_path / "r", files=files)
    (tmp_path / "twice.py").write_text(CODEMOD.format("", '"$x + $x"'))
    package = tmp_path / "own"
    package.mkdir()
    (package / "__init__.py").write_text(CODEMOD.format("from .pattern import PATTERN\n", "PATTERN"))
    (package / "pattern.py").write_text('PATTERN = "$x + $x"\n')
    for name, codemod in (("a.db", "twice.py"), ("b.db", "./own:Twice")):
        done = fleet("run", "r", "--db", name, "--", "run", codemod, "--validate", "none", "--diff", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        [one] = report(name, tmp_path)["repositories"]
        assert [(found["rule"], found["status"]) for found in one["findings"]] == [("twice", "fixable")], one
        assert "+func f(n int) int { return 2 * n }" in one["changes"][0]["diff"]
    assert not (tmp_path / "ran").exists()
    assert git(made, "status", "--porcelain") == ""
    before = fleet("run", "r", "--db", "a.db", "--", "run", "twice.py", "--validate", "none", "--diff", cwd=tmp_path)
    assert "1 of 1 are done" in before.stderr
    (package / "pattern.py").write_text('PATTERN = "$x - $x"\n')
    again = fleet("run", "r", "--db", "b.db", "--", "run", "./own:Twice", "--validate", "none", "--diff", cwd=tmp_path)
    assert (again.returncode, "are done" in again.stderr) == (0, False)
    missing = fleet("run", "r", "--db", "c.db", "--", "run", "no_such_package", cwd=tmp_path)
    assert (missing.returncode, missing.stderr) == (2, "defermod: error: there is no package no_such_package\n")
