"""``defermod bench``: what it measures, how it counts chance, and the files that it leaves for other programs."""

from __future__ import annotations

import random
from itertools import combinations, permutations
from math import inf
from pathlib import Path

import pytest

from defermod.report.benchmarks import interval, mann_whitney, render
from defermod.toolchain.bench import Comparison, measurements
from tests.support_cli import defermod
from tests.support_go import needs_go

# Not constants: the compiler makes a table of a switch that returns those, and one return of all its cases.
_CASES = "".join(f"\tcase {n}:\n\t\treturn n + shift\n" for n in range(16))
_FILE = f"""package p

import "sync"

var (
	mu    sync.Mutex
	shift int
)

func Get(n int) int {{
	mu.Lock()
	defer mu.Unlock()
	switch n {{
{_CASES}	}}
	return n
}}

func Call(f func()) {{
	mu.Lock()
	defer mu.Unlock()
	f()
}}
"""
_BENCHMARKS = """package p

import (
	"fmt"
	"testing"
)

var kept []byte

func BenchmarkGet(b *testing.B) {
	for i := 0; i < b.N; i++ {
		Get(i & 15)
	}
}

func BenchmarkSize(b *testing.B) {
	for _, n := range []int{10, 1000} {
		b.Run(fmt.Sprintf("n-%d", n), func(b *testing.B) {
			for i := 0; i < b.N; i++ {
				kept = make([]byte, n)
				Get(n)
			}
		})
	}
}
"""


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("bench")
    (directory / "go.mod").write_text("module example.com/p\n\ngo 1.22\n")
    (directory / "p.go").write_text(_FILE)
    (directory / "p_test.go").write_text(_BENCHMARKS)
    return directory


@needs_go
def test_compares(module: Path, tmp_path: Path) -> None:
    before = {path.name: path.read_bytes() for path in module.iterdir()}
    raw, profiles = tmp_path / "raw.txt", tmp_path / "profiles"
    flags = ["--count", "4", "--benchtime", "20ms", "--output", str(raw), "--profiles", str(profiles)]
    done = defermod("bench", "--hot", "Get", *flags, cwd=module, changes={"GOMAXPROCS": "1"})
    assert done.returncode == 0, done.stderr
    assert {path.name: path.read_bytes() for path in module.iterdir()} == before
    assert "pkg: example.com/p" in done.stdout
    assert "n=4+4" in done.stdout
    for name in ("Get ", "Size/n-10 ", "Size/n-1000 ", "geomean "):
        assert f"\n{name}" in done.stdout
    for unit in ("ns/op", "B/op", "allocs/op"):
        assert f"\n{unit} " in done.stdout
    assert "± is the 95 % confidence interval of the median" in done.stdout
    lines = raw.read_text().splitlines()
    sides = [line for line in lines if line.startswith("side: ")]
    turn = ["side: before", "side: after"]
    assert sides == [*turn, *reversed(turn)] * 2
    assert sum(line.startswith("BenchmarkSize/n-1000") for line in lines) == 8
    assert "pkg: example.com/p" in lines
    assert {path.name for path in profiles.iterdir()} == {"example.com-p.before.pprof", "example.com-p.after.pprof"}
    assert "handling of defers, % of CPU" in done.stdout
    assert "example.com/p.Get" in done.stdout


@needs_go
def test_names_what_would_apply(module: Path) -> None:
    done = defermod("bench", "--hot", "Call", cwd=module)
    if "would with --unsafe-fixes" not in done.stderr:
        assert "pkg: example.com/p" in done.stdout, "a fix that keeps the defer is safe"
        return
    assert done.returncode == 0
    assert "nothing to compare: no fix applies; 1 would with --unsafe-fixes" in done.stderr


@needs_go
def test_has_nothing_to_compare(module: Path) -> None:
    done = defermod("bench", cwd=module)
    assert done.returncode == 0
    assert done.stderr == "defermod: nothing to compare: no fix applies\n"


_PRINTED = """goos: linux
BenchmarkA/n-10-4   \t 100\t 12.5 ns/op\t 16 B/op\t 1 allocs/op
BenchmarkA/n-1000-4 \t 100\t 1.5e+03 ns/op\t 3.5 items/op
PASS
"""


def test_processors_are_cut_off_where_they_are_processors() -> None:
    assert measurements(_PRINTED, {"GOMAXPROCS": "4"}) == {
        ("BenchmarkA/n-10", "ns/op"): 12.5,
        ("BenchmarkA/n-10", "B/op"): 16,
        ("BenchmarkA/n-10", "allocs/op"): 1,
        ("BenchmarkA/n-1000", "ns/op"): 1500,
    }
    one = _PRINTED.replace("-4 ", " ")
    for processors in ("1", "4", "10"):
        names = {name for name, _ in measurements(one, {"GOMAXPROCS": processors})}
        assert names == {"BenchmarkA/n-10", "BenchmarkA/n-1000"}


def test_many_rows_are_warned_about() -> None:
    rows = [Comparison("p", f"B{n}", (1.0, 2.0), (1.0, 2.0)) for n in range(20)]
    assert "Of 20 rows without any change, about 1 would show one by chance alone." in render(rows)
    assert "by chance alone" not in render(rows[:5])
    assert render([]) == ""


@pytest.mark.parametrize(("n", "m"), [(1, 1), (2, 3), (3, 3), (4, 2)])
def test_mann_whitney_by_counting(n: int, m: int) -> None:
    """Against all orders of distinct values, each as likely as the others."""
    values = list(range(n + m))
    statistics = [sum(x > y for x in order[:n] for y in order[n:]) for order in permutations(values)]
    order = random.Random(n * m).sample(values, n + m)
    u = sum(x > y for x in order[:n] for y in order[n:])
    extreme = min(u, n * m - u)
    exact = min(1.0, 2 * sum(s <= extreme for s in statistics) / len(statistics))
    assert mann_whitney(order[:n], order[n:]) == pytest.approx(exact)


@pytest.mark.parametrize("seed", range(8))
def test_mann_whitney_counts_ties(seed: int) -> None:
    """Against all ways to choose the first sample out of the values of both."""
    rng = random.Random(seed)
    values = [float(rng.randrange(4)) for _ in range(9)]

    def statistic(chosen: tuple[int, ...]) -> float:
        one = [values[i] for i in chosen]
        other = [values[i] for i in range(9) if i not in chosen]
        return sum((x > y) + (x == y) / 2 for x in one for y in other)

    every = [statistic(chosen) for chosen in combinations(range(9), 4)]
    u = statistic((0, 1, 2, 3))
    extreme = min(u, 20 - u)
    exact = min(1.0, 2 * sum(each <= extreme for each in every) / len(every))
    assert mann_whitney(values[:4], values[4:]) == pytest.approx(exact)


def test_mann_whitney_at_its_ends() -> None:
    assert mann_whitney([1.0] * 5, [1.0] * 5) == 1.0
    assert mann_whitney([1.0] * 8, [2.0] * 8) < 0.001
    assert mann_whitney([1.0] * 60, [2.0] * 60) < 0.001
    assert mann_whitney([], [1.0]) == 1.0


@pytest.mark.parametrize(
    ("values", "reach"),
    [
        ([502, 575, 320, 306, 383, 941, 305, 410], 178.5 / 396.5),
        ([1, 2, 3, 4, 5], inf),
        ([10, 11, 12, 13, 14, 15], 2.5 / 12.5),
        ([3] * 7, 0),
        ([0] * 7, 0),
    ],
)
def test_interval_of_the_median(values: list[float], reach: float) -> None:
    """The first row is one that benchstat makes 45 % of."""
    assert interval(values) == pytest.approx(reach)
