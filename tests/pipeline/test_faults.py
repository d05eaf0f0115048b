"""Faults around the program: it is killed, the disk is full, files are odd, huge or gone.

The rule for all of them: a file is as it was or as it should be, the others are fixed, and what
could not be done is said in a line, with status 2.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from defermod.config import Settings
from defermod.engine.fixpoint import analyse
from defermod.files import TEMPORARY_PREFIX
from defermod.model import Options
from defermod.pipeline.request import Mode, Request
from defermod.pipeline.run import apply, run
from tests.support_cli import command, defermod, environment, until_it_ends, without_go

HEAD = 'package m\n\nimport "os"\n\n'
LOOP = """func F%s(names []string) error {
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		println(f.Name())
	}
	return nil
}
"""
FIX = ("fix", "--unsafe-fixes", "--validate", "none", "--output-format", "concise")


def source(name: str = "") -> str:
    """A file with one loop defer, in the function F``name``."""
    return HEAD + LOOP % name


def fixed(text: str) -> str:
    """Return the text that the program makes of it."""
    result = analyse("x.go", text.encode(), Options(unsafe_fixes=True))
    assert result.changed
    return result.after.decode()


def temporaries(root: Path) -> list[str]:
    return [path.name for path in root.rglob(f"{TEMPORARY_PREFIX}*")]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An empty module."""
    directory = tmp_path / "m"
    directory.mkdir()
    (directory / "go.mod").write_text("module example.com/m\n\ngo 1.22\n")
    return directory


@pytest.fixture(scope="session")
def no_go(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Without Go these runs are faster, and go by the text alone."""
    return without_go(tmp_path_factory.mktemp("hidden"))


class TestKilled:
    FILES = 1000

    def test_every_file_is_old_or_new(self, root: Path, no_go: dict[str, str]) -> None:
        files = [root / f"d{number // 100}" / f"f{number:03}.go" for number in range(self.FILES)]
        old = {path: source(path.stem) for path in files}
        template = fixed(source("f000"))
        new = {path: template.replace("f000", path.stem) for path in files}
        for path, text in old.items():
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        chance = random.Random(20)
        for limit in (0.25, 0.5, 0.75):
            at = chance.randrange(int((limit - 0.25) * self.FILES), int(limit * self.FILES))
            self.kill_when_written(files[at], root, no_go, chance.random() / 200)
            texts = {path: path.read_text() for path in files}
            assert all(text in (old[path], new[path]) for path, text in texts.items())
            assert texts[files[at]] == new[files[at]]
            assert any(text == old[path] for path, text in texts.items()), "it was killed too late to tell anything"
        done = defermod(*FIX, cwd=root, changes=no_go)
        assert done.returncode == 0, done.stderr
        assert {path: path.read_text() for path in files} == new
        assert temporaries(root) == []

    @pytest.mark.campaign
    @pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processor time is looked up in /proc")
    def test_two_hundred_times(self, root: Path, no_go: dict[str, str]) -> None:
        """At any moment, from the start of the program to its end.

        The next run is killed over what the one before left; every tenth time one comes to its end instead.
        """
        count, chance, midway, writes = 200, random.Random(200), 0, 0
        old, new = self.thousand(root)
        self.write(old)
        seconds = self.run_to_its_end(root, no_go)
        texts = new
        for number in range(1, count + 1):
            if texts == new:
                self.write(old)
                texts = old
            process = self.start(root, no_go)
            time.sleep(chance.random() * seconds)
            process.kill()
            process.wait()
            before, texts = texts, {path: path.read_text() for path in old}
            lost = [path.name for path, text in texts.items() if text not in (old[path], new[path])]
            lost += [path.name for path, text in texts.items() if before[path] == new[path] != text]
            assert not lost, (number, lost)
            written = sum(texts[path] != before[path] for path in old)
            writes += written
            midway += written > 0 and texts != new
            if number % 10 == 0:
                left = len(temporaries(root))
                taken = self.run_to_its_end(root, no_go)
                texts = {path: path.read_text() for path in old}
                assert texts == new
                assert temporaries(root) == []
                # The next one's moment is chosen from what a run takes now, on whatever else the machine does.
                seconds = seconds / 2 + taken / 2 if before == old else seconds
                print(
                    f"{number} kills, {midway} of them while files were being written, {writes} had been,"
                    f" {left} temporary files left; {taken:.1f} s to the end, load {os.getloadavg()[0]:.1f}",
                    flush=True,
                )
        assert midway > count / 20

    def thousand(self, root: Path) -> tuple[dict[Path, str], dict[Path, str]]:
        """Return what 1,000 files hold before and after."""
        old = {root / f"f{number:03}.go": source(f"f{number:03}") for number in range(self.FILES)}
        template = fixed(source("f000"))
        return old, {path: template.replace("f000", path.stem) for path in old}

    def write(self, files: dict[Path, str]) -> None:
        for path, text in files.items():
            path.write_text(text)

    def start(self, root: Path, changes: dict[str, str], stderr: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
        own = environment({**changes, "PYTHONFAULTHANDLER": "1"})
        return subprocess.Popen(
            command(*FIX), cwd=root, env=own, stdout=subprocess.DEVNULL, stderr=stderr, start_new_session=True
        )

    def run_to_its_end(self, root: Path, changes: dict[str, str]) -> float:
        """Fix the files; return the wall time in seconds.  What it says is shown if it fails."""
        begun = time.monotonic()
        with (root.parent / "stderr").open("w+b") as stderr:
            status = until_it_ends(self.start(root, changes, stderr.fileno()), 120)
            stderr.seek(0)
            assert status == 0, stderr.read().decode()
        return time.monotonic() - begun

    @pytest.mark.campaign
    @pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processor time is looked up in /proc")
    @pytest.mark.parametrize("delay", [0.0, 0.1, 0.3, 1.0, 2.0, 3.0])
    def test_two_runs_at_once(self, root: Path, no_go: dict[str, str], delay: float) -> None:
        """Over 1,000 files: each is fixed once, and what one run finds changed by the other it says."""
        old, new = self.thousand(root)
        self.write(old)
        with (root.parent / "a").open("w+b") as one, (root.parent / "b").open("w+b") as other:
            processes = []
            for wait, stderr in ((0.0, one), (delay, other)):
                time.sleep(wait)
                processes.append(self.start(root, no_go, stderr.fileno()))
            statuses = [until_it_ends(process, 120) for process in processes]
            said = []
            for stderr in (one, other):
                stderr.seek(0)
                said.append(stderr.read().decode())
        assert all(status in (0, 2) for status in statuses), (statuses, said)
        for text in said:
            assert all("changed by somebody else" in line for line in text.splitlines()), text
        assert {path: path.read_text() for path in old} == new
        assert temporaries(root) == []
        print(f"{delay} s apart: the runs say that {[len(text.splitlines()) for text in said]} files were changed")

    def kill_when_written(self, path: Path, root: Path, changes: dict[str, str], delay: float) -> None:
        """Start a run, and kill it without warning ``delay`` seconds after it has written ``path``."""
        before = path.stat().st_mtime_ns
        process = subprocess.Popen(command(*FIX), cwd=root, env=environment(changes), stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while path.stat().st_mtime_ns == before and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.0005)
        time.sleep(delay)
        process.kill()
        assert process.wait() == -signal.SIGKILL

    @pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="the children of a process are looked up in /proc")
    def test_workers_end_with_it(self, root: Path) -> None:
        for number in range(8):
            text = HEAD + "".join(LOOP % f"{number}x{index}" for index in range(250))
            (root / f"f{number}.go").write_text(text)
        process = subprocess.Popen(
            command("check", "--jobs", "2"), cwd=root, env=environment(), stdout=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 30
        workers: list[int] = []
        while len(workers) < 2 and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
            workers = list(children(process.pid))
        time.sleep(0.3)
        process.kill()
        process.wait()
        assert len(workers) == 2
        while any(Path(f"/proc/{worker}").exists() for worker in workers):
            assert time.monotonic() < deadline, "workers outlive the run that started them"
            time.sleep(0.05)


def children(process: int) -> Iterator[int]:
    """The processes that ``process`` has started."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == process:
            yield int(stat.parent.name)


class TestFullDisk:
    def test_the_large_file_stays_and_the_small_one_is_fixed(self, root: Path, no_go: dict[str, str]) -> None:
        """On a real file system of 128 kB, in a mount namespace of its own."""
        large = source("Large") + "// " + "x" * 70_000 + "\n"
        (root / "a.go").write_text(large)
        (root / "b.go").write_text(source("Small"))
        script = (
            'mount -t tmpfs -o size=128k none "$1" || exit 99; cp -r "$2"/. "$1" || exit 98; cd "$1"; shift 2;'
            ' "$@"; status=$?; cp -r . "$OLDPWD/after"; exit $status'
        )
        disk = root.parent / "disk"
        disk.mkdir()
        tool = shutil.which("unshare")
        if tool is None:
            pytest.skip("no unshare command to mount a small file system with")
        shell = [tool, "--map-root-user", "--mount", shutil.which("sh") or "sh", "-c", script, "sh"]
        # The shell needs its own PATH, the program in it one without Go.
        inner = [shutil.which("env") or "env", "PATH=/nowhere", *command(*FIX)]
        changes = environment({**no_go, "PATH": os.environ["PATH"]})
        done = subprocess.run(
            [*shell, disk, root, *inner], cwd=root.parent, env=changes, capture_output=True, text=True
        )
        if not (root.parent / "after").exists():
            pytest.skip(f"no small file system can be mounted here: {done.stderr.strip()}")
        assert done.returncode == 2
        assert done.stderr.endswith("a.go: cannot be written: no space left on device\n")
        assert done.stderr.count("\n") == 1
        after = root.parent / "after"
        assert (after / "a.go").read_text() == large
        assert (after / "b.go").read_text() == fixed(source("Small"))
        assert temporaries(after) == []

    @pytest.mark.campaign
    def test_over_a_thousand_files(self, root: Path, no_go: dict[str, str]) -> None:
        """Each fix takes a block more than there was; in the middle there are no more.  Then there are some again."""
        tool = shutil.which("unshare")
        if tool is None:
            pytest.skip("no unshare command to mount a small file system with")
        block, count = os.sysconf("SC_PAGESIZE"), 1000
        filler = "// " + "x" * (block - len(source("f000")) - 4) + "\n"
        old = {f"f{number:03}.go": source(f"f{number:03}") + filler for number in range(count)}
        assert {len(text) for text in old.values()} == {block}
        for name, text in old.items():
            (root / name).write_text(text)
        script = (
            f'mount -t tmpfs -o size={block * count * 5 // 4} none "$1" || exit 99;'
            ' cp -r "$2"/. "$1" || exit 98; cd "$1"; shift 2;'
            f' "$@"; first=$?; cp -r . "$OLDPWD/full"; mount -o remount,size={4 * block * count} .;'
            ' "$@"; second=$?; cp -r . "$OLDPWD/after"; echo "$first $second" >&2'
        )
        disk = root.parent / "disk"
        disk.mkdir()
        shell = [tool, "--map-root-user", "--mount", shutil.which("sh") or "sh", "-c", script, "sh"]
        inner = [shutil.which("env") or "env", "PATH=/nowhere", *command(*FIX)]
        changes = environment({**no_go, "PATH": os.environ["PATH"]})
        done = subprocess.run(
            [*shell, disk, root, *inner], cwd=root.parent, env=changes, capture_output=True, text=True
        )
        if not (root.parent / "after").exists():
            pytest.skip(f"no small file system can be mounted here: {done.stderr.strip()}")
        template = fixed(source("f000"))
        new = {name: template.replace("f000", name.removesuffix(".go")) + filler for name in old}
        full, after = ({name: (root.parent / run / name).read_text() for name in old} for run in ("full", "after"))
        assert all(full[name] in (old[name], new[name]) for name in old)
        failed = sum(full[name] == old[name] for name in old)
        assert 0 < failed < count, "it was full too early or too late to tell anything"
        assert done.stderr.count("cannot be written: no space left on device\n") == failed
        assert done.stderr.endswith("\n2 0\n")
        assert after == new
        assert temporaries(root.parent) == []

    def test_at_any_byte(self, root: Path, no_go: dict[str, str]) -> None:
        """With a limit on the size of files, which fails the same write wherever it is set."""
        text = source()
        program = (
            "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)),) * 2)\n"
            "sys.argv[0] = 'defermod'; from defermod.cli import main; main()\n"
        )
        for limit in (0, 1, len(text), len(fixed(text)) - 1):
            (root / "a.go").write_text(text)
            arguments = [sys.executable, "-c", program, str(limit), *FIX]
            done = subprocess.run(arguments, cwd=root, env=environment(no_go), capture_output=True, text=True)
            assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
            assert "a.go: cannot be written: file too large" in done.stderr
            assert (root / "a.go").read_text() == text
            assert temporaries(root) == []


class TestOddFiles:
    def test_changed_by_somebody_else(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(root)
        for name in "abc":
            (root / f"{name}.go").write_text(source(name))
        result = run(Request(Mode.FIX, ("./...",), Settings(validate=(), unsafe_fixes=True)))
        (root / "a.go").write_text("package m // mine\n")
        (root / "b.go").unlink()
        result = apply(result)
        assert result.failed
        assert [problem.message.partition(":")[2] for _, problem in result.all_problems] == [
            " was changed by somebody else meanwhile, and was not written",
            " is gone, and was not written",
        ]
        assert (root / "a.go").read_text() == "package m // mine\n"
        assert not (root / "b.go").exists()
        assert (root / "c.go").read_text() == fixed(source("c"))

    def test_bytes_are_kept(self, root: Path, no_go: dict[str, str]) -> None:
        """Line endings, byte order mark, a missing last newline, modes: as they were."""
        text = source().encode()
        new = fixed(source()).encode()
        files = {
            "crlf.go": (text.replace(b"\n", b"\r\n"), new.replace(b"\n", b"\r\n")),
            "mark.go": (b"\xef\xbb\xbf" + text, b"\xef\xbb\xbf" + new),
            "end.go": (text[:-1], new[:-1]),
            "all.go": (
                (b"\xef\xbb\xbf" + text[:-1]).replace(b"\n", b"\r\n"),
                (b"\xef\xbb\xbf" + new[:-1]).replace(b"\n", b"\r\n"),
            ),
        }
        modes = dict(zip(files, (0o644, 0o600, 0o755, 0o664), strict=True))
        for name, (before, _) in files.items():
            (root / name).write_bytes(before)
            (root / name).chmod(modes[name])
        assert defermod(*FIX, cwd=root, changes=no_go).returncode == 0
        assert {name: (root / name).read_bytes() for name in files} == {
            name: after for name, (_, after) in files.items()
        }
        assert {name: (root / name).stat().st_mode & 0o777 for name in files} == modes

    def test_one_bad_file_spares_the_others(self, root: Path, no_go: dict[str, str]) -> None:
        outside = root.parent / "outside.go"
        outside.write_text(source("Outside"))
        (root / "link.go").symlink_to("../outside.go")
        (root / "good.go").write_text(source("Good"))
        bad = {
            "empty.go": b"",
            "latin.go": source("Latin").encode() + b"// caf\xe9\n",
            "readonly.go": source("ReadOnly").encode(),
            "syntax.go": source("Syntax").replace("defer f.Close()", "defer f.Close(").encode(),
        }
        for name, content in bad.items():
            (root / name).write_bytes(content)
        (root / "readonly.go").chmod(0o444)
        (root / "directory.go").mkdir()
        (root / "directory.go" / "inner.go").write_text(source("Inner"))
        (root / "dangling.go").symlink_to("nowhere.go")
        (root / "loop.go").symlink_to("loop.go")
        os.mkfifo(root / "pipe.go")
        done = defermod(*FIX, cwd=root, changes=no_go)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr
        lines = done.stderr.splitlines()
        assert len(lines) == 4, lines
        for name, message in {
            "latin.go": "error: not UTF-8 (byte 0xe9), which Go source must be",
            "link.go": "is a link that leads out of this tree, and was left alone",
            "readonly.go": "is read-only, and was not written",
            "syntax.go": "syntax error",
        }.items():
            assert any(name in line and message in line for line in lines), (name, lines)
        assert {name: (root / name).read_bytes() for name in bad} == bad
        assert (root / "good.go").read_text() == fixed(source("Good"))
        assert (root / "directory.go" / "inner.go").read_text() == fixed(source("Inner"))
        assert (root / "link.go").is_symlink()
        assert outside.read_text() == source("Outside")
        assert temporaries(root.parent) == []

    def test_unreadable(self, root: Path, no_go: dict[str, str]) -> None:
        (root / "good.go").write_text(source("Good"))
        (root / "secret.go").write_text(source("Secret"))
        (root / "secret.go").chmod(0)
        arguments = command(*FIX)
        if os.access(root / "secret.go", os.R_OK):
            tool = shutil.which("setpriv")
            if tool is None:
                pytest.skip("this user may read everything, and there is no setpriv command to take that away")
            arguments = [tool, "--bounding-set=-dac_override,-dac_read_search", *arguments]
        done = subprocess.run(arguments, cwd=root, env=environment(no_go), capture_output=True, text=True)
        assert done.returncode == 2
        assert done.stderr == "defermod: error: secret.go: cannot be read: permission denied\n"
        assert (root / "good.go").read_text() == fixed(source("Good"))

    @pytest.mark.parametrize("argument", ["missing.go", "./missing/...", "missing", "link.go"])
    def test_paths_that_match_nothing(self, root: Path, no_go: dict[str, str], argument: str) -> None:
        (root / "good.go").write_text(source("Good"))
        (root / "link.go").symlink_to("nowhere.go")
        done = defermod(*FIX, argument, "good.go", cwd=root, changes=no_go)
        assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
        assert argument in done.stderr
        assert (root / "good.go").read_text() == fixed(source("Good"))


class TestLarge:
    """Each within ``timeout`` seconds on a slow, busy machine; some ten times what it takes on an idle one."""

    def fix(self, root: Path, text: str, no_go: dict[str, str], timeout: float) -> subprocess.CompletedProcess[str]:
        (root / "large.go").write_text(text)
        (root / "small.go").write_text(source("Small"))
        done = defermod(*FIX, cwd=root, changes=no_go, timeout=timeout)
        assert "Traceback" not in done.stderr
        assert (root / "small.go").read_text() == fixed(source("Small"))
        return done

    def test_50_megabytes(self, root: Path, no_go: dict[str, str]) -> None:
        data = "const data = `" + ("x" * 99 + "\n") * 500_000 + "`\n"
        done = self.fix(root, source() + data, no_go, timeout=60)
        assert (done.returncode, done.stderr) == (0, "")
        assert (root / "large.go").read_text() == fixed(source()) + data

    @pytest.mark.parametrize("opening", ["{", "for {"])
    def test_10_000_nested_blocks(self, root: Path, no_go: dict[str, str], opening: str) -> None:
        depth = 10_000
        inner = "for range names {\nf, _ := os.Open(names[0])\ndefer f.Close()\n}\n"
        text = HEAD + "func F(names []string) {\n" + f"{opening}\n" * depth + inner + "}\n" * depth + "}\n"
        done = self.fix(root, text, no_go, timeout=60)
        assert done.returncode == 0
        assert "the code nests too deep here: not analysed" in done.stderr
        assert (root / "large.go").read_text() == text

    def test_a_long_function(self, root: Path, no_go: dict[str, str]) -> None:
        lines = "\tprintln(1)\n" * 10_000
        done = self.fix(root, HEAD + (LOOP % "").replace("\treturn nil\n}\n", lines + "}\n"), no_go, timeout=60)
        assert (done.returncode, done.stderr) == (0, "")
        assert (root / "large.go").read_text() == fixed(source()).replace("\treturn nil\n}\n", lines + "}\n")

    def test_many_statements_in_the_loop(self, root: Path, no_go: dict[str, str]) -> None:
        text = HEAD + (LOOP % "").replace("println(f.Name())\n", "println(f.Name())\n" * 500)
        done = self.fix(root, text, no_go, timeout=60)
        assert (done.returncode, done.stderr) == (0, "")

    def test_a_million_lines(self, root: Path, no_go: dict[str, str], pytestconfig: pytest.Config) -> None:
        if not pytestconfig.getoption("--campaign"):
            pytest.skip("takes minutes and 5 GB: only with --campaign")
        lines = "\tprintln(1)\n" * 1_000_000
        done = self.fix(root, HEAD + (LOOP % "").replace("\treturn nil\n}\n", lines + "}\n"), no_go, timeout=900)
        assert (done.returncode, done.stderr) == (0, "")
