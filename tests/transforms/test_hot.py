"""Evidence that a function is hot, and the rule's use of it; profiles and benchmarks are real ones."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from defermod.config import Settings
from defermod.engine.fixpoint import analyse
from defermod.model import Finding, Options, Status
from defermod.toolchain.pprof import _parse, _shares, is_of_file, package_of
from tests.support_cli import defermod
from tests.support_go import go, needs_go
from tests.support_rules import HotEvidence, HotSample, with_rules

_FILE = b"""package p

import "sync"

type counter struct {
\tmu sync.Mutex
\tn  int
}

func (c *counter) get() int {
\tc.mu.Lock()
\tdefer c.mu.Unlock()
\treturn c.n
}

func free(mu *sync.Mutex) {
\tdefer mu.Unlock()
}
"""
_BENCHMARK = """package p

import "testing"

func BenchmarkGet(b *testing.B) {
\tc := new(counter)
\tfor i := 0; i < b.N; i++ {
\t\tc.get()
\t}
}
"""


def found(evidence: HotEvidence, text: bytes = _FILE) -> list[Finding]:
    options = with_rules(Options(select=frozenset({"hot-defer"})), hot=evidence)
    return list(analyse("p.go", text, options).findings)


def functions(evidence: HotEvidence, text: bytes = _FILE) -> list[str]:
    return [finding.function for finding in found(evidence, text)]


def test_nothing_is_hot_by_default() -> None:
    assert not found(HotEvidence())
    assert "hot-defer" not in Settings().rules


@pytest.mark.parametrize(
    "pattern", ["*", "(*counter).get", "counter.get", "p.(*counter).get", "*.get", "p.*get", "(*counter).*"]
)
def test_patterns(pattern: str) -> None:
    assert "(*counter).get" in functions(HotEvidence(patterns=(pattern,)))


@pytest.mark.parametrize("pattern", ["get", "q.*", "(*counter).set", ""])
def test_patterns_of_others(pattern: str) -> None:
    assert not functions(HotEvidence(patterns=(pattern,)))


@pytest.mark.parametrize(
    ("comment", "hot"),
    [
        (b"//defermod:hot\n", True),
        (b"// get is called a lot.\n//\n//defermod:hot because of it\n", True),
        (b"//defermod:hotter\n", False),
        (b"//defermod:hot\n\n", False),
    ],
)
def test_comment(comment: bytes, hot: bool) -> None:
    text = _FILE.replace(b"func (c *counter)", comment + b"func (c *counter)")
    assert functions(HotEvidence(), text) == (["(*counter).get"] if hot else [])


def test_comment_selects_the_rule_for_its_file() -> None:
    assert "hot-defer" in Settings().rules_for(b"//defermod:hot\nfunc f() {}\n")
    assert "hot-defer" not in Settings(select=("defer-in-loop",)).rules_for(b"//defermod:hot\nfunc f() {}\n")


def sample(own: float, total: float, deferring: float = 0.0, itself: float = 0.0) -> HotSample:
    """The defer is on line 12."""
    return HotSample("(*counter).get", own, total, deferring, "cpu.prof", 10, ((11, own - itself), (12, itself)))


@pytest.mark.parametrize(
    ("profile", "kind", "outcome"),
    [
        (sample(5, 9, 0, 2), "open-coded", "unsafe"),
        (sample(5, 9, 0, 0.5), "open-coded", "open-coded"),
        (sample(5, 9, 3, 0.5), "open-coded", "open-coded"),
        (sample(0.5, 9, 3), "stack-allocated", "unsafe"),
        (sample(5, 9, 0.3, 0.2), "heap-allocated", "below-threshold"),
        (sample(0.2, 0.5), "open-coded", None),
    ],
)
def test_profile_and_compiler(profile: HotSample, kind: str, outcome: str | None) -> None:
    findings = found(HotEvidence(samples=(profile,), compiled=((12, kind),)))
    if outcome is None:
        assert not findings
        return
    (finding,) = findings
    assert kind in finding.message
    assert "9.0 % of cpu.prof" in finding.message
    assert "% for the defer itself" in finding.message
    assert (finding.refusal.code if finding.refusal else finding.status.value) == outcome
    assert ("better left as it is" in finding.message) == (kind == "open-coded")


def test_user_overrules_the_compiler() -> None:
    evidence = HotEvidence(patterns=("*.get",), compiled=((12, "open-coded"),))
    (finding,) = found(evidence)
    assert finding.status is Status.UNSAFE
    assert "open-coded" in finding.message


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A module with a benchmark."""
    directory = tmp_path_factory.mktemp("hot")
    (directory / "go.mod").write_text("module example.com/p\n\ngo 1.22\n")
    (directory / "p.go").write_bytes(_FILE)
    (directory / "p_test.go").write_text(_BENCHMARK)
    return directory


def contents(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.iterdir()}


@needs_go
def test_benchmark_profile(module: Path) -> None:
    before = contents(module)
    done = defermod("fix", "--diff", "--bench", ".", "--output-format", "json", cwd=module)
    (finding,) = json.loads(done.stdout)["findings"]
    assert finding["function"] == "(*counter).get"
    assert "of the benchmarks of example.com/p" in finding["message"]
    assert "open-coded" in finding["message"]
    if "fix" in finding:
        assert finding["fix"]["safety"] == "safe"
    else:
        assert finding["refusal"]["code"] == "open-coded"
        assert "leave it" in finding["refusal"]["explanation"]
    assert contents(module) == before


_MANY = "".join(f"\tcase {n}:\n\t\treturn s.n + {n}\n" for n in range(16))
_STORE = f"""package store

import "sync"

type Store struct {{
	mu sync.Mutex
	n  int
}}

func (s *Store) Get(n int) int {{
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := 0; i < n; i++ {{
		s.n += i * s.n
	}}
	return s.n
}}

func Each(n int, f func(int)) {{
	for i := 0; i < n; i++ {{
		func() {{
			var s Store
			s.mu.Lock()
			defer s.mu.Unlock()
			f(i)
		}}()
	}}
}}

func (s *Store) Many(n int) int {{
	s.mu.Lock()
	defer s.mu.Unlock()
	switch n {{
{_MANY}	}}
	return 0
}}
"""
_STORE_TEST = """package store_test

import (
	"testing"

	"example.com/two/a/store"
)

func BenchmarkGet(b *testing.B) {
	var s store.Store
	for i := 0; i < b.N; i++ {
		s.Get(200)
	}
}

func BenchmarkMany(b *testing.B) {
	var s store.Store
	for i := 0; i < b.N; i++ {
		for n := 0; n < 10; n++ {
			s.Many(n)
		}
	}
}

func run(n int) int {
	sum := 0
	store.Each(n, func(i int) { sum += i * sum })
	return sum
}

func BenchmarkEach(b *testing.B) {
	run(b.N)
}
"""


@pytest.fixture(scope="module")
def profiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A module with two packages that look alike, and profiles of the benchmarks of the first."""
    directory = tmp_path_factory.mktemp("two")
    (directory / "go.mod").write_text("module example.com/two\n\ngo 1.22\n")
    for name in ("a", "b"):
        (directory / name / "store").mkdir(parents=True)
        (directory / name / "store" / "store.go").write_text(_STORE)
    (directory / "a" / "store" / "store_test.go").write_text(_STORE_TEST)
    flags = ["-run=^$", "-bench=.", "-benchtime=2000000x", "-trimpath", f"-o={directory / 'p.test'}"]
    profiles = [f"-{kind}profile={directory / kind}.prof" for kind in ("cpu", "mem", "mutex")]
    assert not go().run(["test", *flags, *profiles, "./a/store"], cwd=directory).code
    return directory


@needs_go
def test_samples_are_of_the_package_that_was_run(profiled: Path) -> None:
    done = defermod("check", "--profile", "cpu.prof", "--output-format", "concise", cwd=profiled)
    assert "a/store/store.go:12:2" in done.stdout
    assert "b/store" not in done.stdout


@needs_go
@pytest.mark.parametrize("command", [("check",), ("check", "--types"), ("fix", "--diff")])
def test_the_threshold_is_about_the_defers_own_cost(profiled: Path, command: tuple[str, ...]) -> None:
    flags = ["--profile", "cpu.prof", "--hot-threshold", "5", "--output-format", "json"]
    done = defermod(*command, *flags, cwd=profiled)
    named = {finding["function"]: finding for finding in json.loads(done.stdout)["findings"]}
    get, many = named["(*Store).Get"], named["(*Store).Many"]
    assert get["status"] == "refused", "whether types were asked or not"
    assert get["refusal"]["code"] == "open-coded"
    assert get["refusal"]["explanation"].startswith("leave it: an open-coded defer costs about 1 ns a call")
    assert many["status"] == ("fixable" if len(command) > 1 else "undecided")
    assert "stack-allocated; not open-coded: 17 exits x 1 defer > 15" in many["message"]


@needs_go
def test_literals_of_inlined_functions(profiled: Path) -> None:
    done = defermod("check", "--profile", "cpu.prof", "--output-format", "json", cwd=profiled)
    names = {finding["function"]: finding["message"] for finding in json.loads(done.stdout)["findings"]}
    assert "Each.func1" in names
    assert "% of cpu.prof" in names["Each.func1"]


@needs_go
@pytest.mark.parametrize(("name", "kind"), [("mem.prof", "heap memory"), ("mutex.prof", "waiting for locks")])
def test_profiles_of_something_else(profiled: Path, name: str, kind: str) -> None:
    done = defermod("check", "--profile", name, cwd=profiled)
    assert done.returncode == 2
    assert f"it is a profile of {kind}" in done.stderr
    assert "-cpuprofile" in done.stderr


@needs_go
@pytest.mark.parametrize(
    ("command", "flag"),
    [("check", "--hot"), ("fix", "--hot"), ("bench", "--hot"), ("check", "--wide"), ("fix", "--wide")],
)
def test_patterns_that_match_nothing_are_errors(module: Path, command: str, flag: str) -> None:
    before = contents(module)
    done = defermod(command, flag, "(*countr).get", flag, "free", cwd=module)
    assert done.returncode == 2
    assert f"{flag} (*countr).get: no function in a file that has a defer is called so" in done.stderr
    assert "did you mean (*counter).get?" in done.stderr
    assert f"{flag} free" not in done.stderr
    assert contents(module) == before


def test_patterns_of_a_configuration_file_may_be_of_another_directory(module: Path, tmp_path: Path) -> None:
    copy = tmp_path / "configured"
    shutil.copytree(module, copy)
    (copy / ".defermod.toml").write_text('hot = ["elsewhere", "*.get"]\n')
    done = defermod("check", cwd=copy)
    assert done.returncode == 1
    assert "elsewhere" not in done.stderr


def test_frames_with_shapes_and_wrappers() -> None:
    raw = _parse(
        """PeriodType: cpu nanoseconds
Samples:
samples/count cpu/nanoseconds
          1   10000000: 1
          3   30000000: 2 3
Locations
     1: 0x1 M=1 example.com/p.(*C[go.shape.struct { F []int }]).Get.deferwrap1 /p/p.go:12:0 s=12
     2: 0x2 M=1 runtime.deferprocStack /go/src/runtime/panic.go:400:0 s=390
     3: 0x3 M=1 example.com/p.(*C[go.shape.struct { F []int }]).Get /p/p.go:12:0 s=10
             example.com/p%2ev2.F /p/p.go:30:0 s=29
Mappings
"""
    )
    shares = _shares(raw)
    get = shares["example.com/p.(*C).Get"]
    assert (get.start, get.own, get.deferring, get.lines) == (10, 0.0, 75.0, {12: 25.0})
    assert package_of("example.com/p%2ev2.F") == "example.com/p.v2"
    assert package_of("main.(*T).M") == "main"


@pytest.mark.parametrize(
    ("recorded", "same"),
    [
        ("/src/m/a/f.go", True),
        ("/elsewhere/a/f.go", True),
        ("example.com/m/a/f.go", True),
        ("example.com/m@v1.2.3/a/f.go", True),
        ("example.com/other/a/f.go", False),
        ("/src/m/b/f.go", False),
    ],
)
def test_paths_in_profiles(recorded: str, same: bool) -> None:
    assert is_of_file(recorded, Path("/src/m/a/f.go"), ("example.com/m", Path("/src/m"))) is same


@needs_go
@pytest.mark.parametrize("name", ["missing.prof", "go.mod"])
def test_profile_that_is_none(module: Path, name: str) -> None:
    done = defermod("check", "--profile", name, cwd=module)
    assert done.returncode == 2
    assert name in done.stderr


def test_threshold_is_a_share(module: Path) -> None:
    done = defermod("check", "--hot-threshold", "0", cwd=module)
    assert done.returncode == 2
    assert "hot-threshold" in done.stderr


@needs_go
def test_says_that_nothing_is_hot(module: Path) -> None:
    done = defermod("check", "--select", "hot-defer", cwd=module)
    assert done.returncode == 0
    assert "nothing says which functions are hot" in done.stderr


@needs_go
def test_default_pgo(module: Path, tmp_path: Path) -> None:
    copy = tmp_path / "with-profile"
    shutil.copytree(module, copy)
    command = ["test", "-run=^$", "-bench=.", "-benchtime=300ms", "-cpuprofile=default.pgo", "-o=../p.test", "."]
    assert not go().run(command, cwd=copy).code
    assert "hot-defer" not in defermod("check", cwd=copy).stdout
    assert "of default.pgo" in defermod("check", "--select", "hot-defer", cwd=copy).stdout


@needs_go
def test_settings_in_the_file(module: Path, tmp_path: Path) -> None:
    copy = tmp_path / "with-settings"
    shutil.copytree(module, copy)
    (copy / ".defermod.toml").write_text('hot = ["*.get"]\nhot-threshold = 2.5\n')
    assert "named by --hot *.get" in defermod("check", cwd=copy).stdout
    (copy / ".defermod.toml").write_text("hot-threshold = 200\n")
    assert "share in percent" in defermod("check", cwd=copy).stderr


_LOOP = b"""package p

import "os"

func load(paths []string) error {
\tfor _, path := range paths {
\t\tf, err := os.Open(path)
\t\tif err != nil {
\t\t\treturn err
\t\t}
\t\tdefer f.Close()
\t\tif _, err := f.Stat(); err != nil {
\t\t\treturn err
\t\t}
\t}
\treturn nil
}
"""


def test_a_loop_defer_is_not_this_rules() -> None:
    assert not analyse(
        "p.go", _LOOP, with_rules(Options(select=frozenset({"hot-defer"})), hot=HotEvidence(patterns=("*",)))
    ).findings


def test_the_literal_that_a_loop_defer_gets_is_hot_if_all_is() -> None:
    """Both rules fix it in one run, so that a second one finds nothing."""
    rules = frozenset({"defer-in-loop", "hot-defer"})
    options = with_rules(Options(select=rules, unsafe_fixes=True), hot=HotEvidence(patterns=("*",)))
    first = analyse("p.go", _LOOP, options)
    assert [finding.rule for finding in first.findings] == ["defer-in-loop", "hot-defer"]
    assert b"defer" not in first.after
    assert not analyse("p.go", first.after, options).findings


def test_defers_that_control_never_comes_to() -> None:
    """They are no findings, and what they would need does not forbid the others' calls."""
    text = b"""package p

func f() (n int) {
	defer g(1)
	return h(func() int { n := 1; return n }())
	{
		defer g(2)
	}
	return 0
}
"""
    wanted = with_rules(Options(select=frozenset({"hot-defer"}), unsafe_fixes=True), hot=HotEvidence(patterns=("*",)))
    result = analyse("x.go", text, wanted)
    assert [result.before.count(b"\n", 0, finding.span.start) + 1 for finding in result.findings] == [4]
    assert result.changed
    assert not analyse("x.go", result.after, wanted).changed


@needs_go
def test_everyday_functions_are_safe(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module example.com/everyday\n\ngo 1.22\n")
    shutil.copy(Path(__file__).with_name("everyday.go.txt"), tmp_path / "everyday.go")
    done = defermod("fix", "--hot", "*", "--output-format", "json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    findings = json.loads(done.stdout)["findings"]
    assert len(findings) == 63
    left = {each["function"] for each in findings if each["status"] != "fixed"}
    assert left == {"(*cache).Sorted"}, "sort.Strings calls methods of an interface"
    assert not go().run(["vet", "."], cwd=tmp_path).code
