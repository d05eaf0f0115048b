"""The HTML report, in a real browser where there is one."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from defermod.model import (
    Blocker,
    Edit,
    FileResult,
    Finding,
    Fix,
    Hazard,
    Options,
    Refusal,
    Safety,
    Span,
    Status,
    apply_edits,
)
from defermod.pipeline.request import Mode, RunResult
from defermod.report import html
from defermod.report.change_groups import units
from defermod.report.diff import lines_of
from defermod.report.highlight import highlighted, region
from tests.report.test_report import FIX, finding, run_of
from tests.support_cli import ROOT, defermod
from tests.support_facts import analyse_judged as analyse
from tests.support_go import golden_inputs

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ODD = """package m

import "os"

// {{data}} </script><script>alert(1)</script> \u2028 é𝄞
func Odd(names []string) {
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			continue
		}
		defer f.Close()
		println("<b>&amp;</b>", f.Name())
	}
}

func Again(names []string) {
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			continue
		}
		defer f.Close()
		println(f.Name())
	}
}"""


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped example, a file with all that could break a page or a patch, and one with Windows' line ends."""
    root = tmp_path_factory.mktemp("html") / "leaky"
    shutil.copytree(ROOT / "examples" / "leaky", root)
    (root / "odd").mkdir()
    (root / "odd" / "a b.go").write_text(ODD)
    (root / "odd" / "crlf.go").write_bytes(
        ODD.replace("Odd", "Two").replace("Again", "Three").encode().replace(b"\n", b"\r\n")
    )
    return root


@pytest.fixture(scope="module")
def report(tree: Path) -> Path:
    done = defermod("fix", "--diff", "--validate", "none", "--output-format", "html", cwd=tree)
    assert done.returncode == 1, done.stderr
    path = tree.parent / "report.html"
    path.write_text(done.stdout)
    return path


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    program = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if program is None:
        pytest.skip(f"no browser: none of {', '.join(BROWSERS)} is on PATH")
    with api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The script of axe-core, from npm."""
    directory = tmp_path_factory.mktemp("axe")
    if shutil.which("npm") is None:
        pytest.skip("no npm on PATH")
    done = subprocess.run(
        ["npm", "install", "--no-audit", "--no-fund", "--prefix", directory, "axe-core@4"],
        capture_output=True,
        text=True,
    )
    if done.returncode:
        pytest.skip(f"axe-core can't be had: {done.stderr}")
    return (directory / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")


@pytest.fixture
def page(browser: Any, report: Path) -> Iterator[Any]:
    made = browser.new_page()
    asked: list[str] = []
    said: list[str] = []
    made.on("request", lambda request: asked.append(request.url))
    made.on("console", lambda message: said.append(message.text))
    made.on("pageerror", lambda error: said.append(str(error)))
    made.on("dialog", lambda dialog: said.append(dialog.message))
    made.goto(report.as_uri())
    yield made
    assert [url for url in asked if not url.startswith(("file:", "blob:"))] == []
    assert said == []
    made.close()


def downloaded(page: Any) -> bytes:
    with page.expect_download() as download:
        page.click("#download")
    return Path(download.value.path()).read_bytes()


def applied(tree: Path, patch: bytes, target: Path) -> dict[str, bytes]:
    """The tree's files once git has applied the patch."""
    shutil.copytree(tree, target)
    subprocess.run(
        ["git", "apply", "-"],
        cwd=target,
        input=patch,
        check=True,
        env={**os.environ, "GIT_CEILING_DIRECTORIES": str(target.parent)},
    )
    return {path.relative_to(target).as_posix(): path.read_bytes() for path in sorted(target.rglob("*.go"))}


def test_patch_of_all_safe_fixes_is_what_fix_does(page: Any, tree: Path, tmp_path: Path) -> None:
    assert page.inner_text("#count") == "Fixes of 10 of 11 findings ticked, in 5 files"
    patched = applied(tree, downloaded(page), tmp_path / "patched")
    fixed = tmp_path / "fixed"
    shutil.copytree(tree, fixed)
    assert defermod("fix", "--validate", "none", cwd=fixed).returncode == 0
    assert patched == {path.relative_to(fixed).as_posix(): path.read_bytes() for path in sorted(fixed.rglob("*.go"))}


def test_any_part_makes_a_patch_that_applies(page: Any, tree: Path, tmp_path: Path) -> None:
    page.click("#none")
    assert page.is_disabled("#download")
    boxes = page.locator(".card input")
    for number in range(boxes.count()):
        boxes.nth(number).check()
        if number % 2:
            boxes.nth(number - 1).uncheck()
        patched = applied(tree, downloaded(page), tmp_path / f"patched{number}")
        changed = [name for name, text in patched.items() if text != (tree / name).read_bytes()]
        assert len(changed) >= 1
    page.click("#safe")
    page.uncheck("input[aria-label*='a b.go:23,']")
    half = applied(tree, downloaded(page), tmp_path / "half")["odd/a b.go"].decode()
    assert half.partition("func Again")[2] == ODD.partition("func Again")[2]
    assert "func() {" in half.partition("func Again")[0]


def test_copied_patch_is_the_downloaded_one(page: Any) -> None:
    page.click("#none")
    page.check("input[aria-label*='migrate.go:30,']")
    wanted = downloaded(page).decode()
    page.click("#copy")
    page.wait_for_selector("#copy:text('Copied')")
    page.evaluate("() => { const t = document.createElement('textarea'); t.id = 'paste'; document.body.append(t); }")
    page.focus("#paste")
    page.keyboard.press("Control+V")
    assert page.input_value("#paste") == wanted


def test_grouping_and_filtering(page: Any) -> None:
    titles = "main section h2"
    assert page.locator(titles).all_inner_texts() == ["./10", "odd4"]
    page.select_option("#group", "status")
    assert [text[:9] for text in page.locator(titles).all_inner_texts()] == ["fixable10", "fixable w", "left alon"]
    page.click("button.chip:has-text('fixable 10')")
    assert page.locator(".card:visible").count() == 4
    page.select_option("#group", "rule")
    assert page.locator(".card:visible").count() == 4


def test_refusal_shows_the_line_that_forbids_the_fix(page: Any) -> None:
    card = page.locator(".card.refused", has_text="interleave")
    assert "logs = append(logs, bufio.NewScanner(f))" in card.locator("tr.blocker:not(.note)").text_content()
    assert "appended to logs" in card.locator("tr.note.blocker").text_content()
    assert "defer f.Close()" in card.locator("tr.defer").first.text_content()


def test_two_fixes_of_the_same_lines_are_alternatives(browser: Any, tmp_path: Path) -> None:
    unsafe = replace(FIX, safety=Safety.UNSAFE, edits=(replace(FIX.edits[0], new=b"other "), FIX.edits[1]))
    run = run_of(finding(FIX, Status.FIXABLE), finding(unsafe, Status.UNSAFE, rule="hot-defer"), mode=Mode.DIFF)
    (tmp_path / "report.html").write_text(html.render(run))
    page = browser.new_page()
    page.goto((tmp_path / "report.html").as_uri())
    safe, other = page.locator(".card input").all()
    assert (safe.is_checked(), other.is_checked()) == (True, False)
    other.check()
    assert (safe.is_checked(), other.is_checked()) == (False, True)
    assert b"+\t\t/* \xc3\xa9 */ other defer f(n)" in downloaded(page)
    page.select_option("#group", "rule")
    assert page.locator("main section h2").all_inner_texts() == ["defer-in-loop1", "hot-defer1"]
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_keeps_to_its_colours_and_its_width(browser: Any, report: Path, scheme: str) -> None:
    page = browser.new_page(color_scheme=scheme, viewport={"width": 1280, "height": 900})
    page.goto(report.as_uri())
    rgb = page.evaluate("getComputedStyle(document.body).backgroundColor")
    bright = sum(int(part) for part in rgb.removeprefix("rgb(").removesuffix(")").split(",")) > 380
    assert bright == (scheme == "light")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()


@pytest.mark.campaign
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_axe_finds_nothing(browser: Any, report: Path, axe: str, scheme: str, width: int) -> None:
    page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 900})
    page.goto(report.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach((part) => (part.open = true))")
    page.add_style_tag(content=".card { content-visibility: visible !important }")
    page.evaluate(axe)
    found = page.evaluate("axe.run({ resultTypes: ['violations'] })")["violations"]
    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()


def test_narrow_window_has_one_column_and_nothing_is_cut_off(browser: Any, report: Path) -> None:
    page = browser.new_page(viewport={"width": 700, "height": 900})
    page.goto(report.as_uri())
    card = page.locator(".card.fixable").first
    right_edge = card.bounding_box()["x"] + card.bounding_box()["width"]
    added = card.locator("td.code.ins").first.bounding_box()
    assert added["x"] + added["width"] <= right_edge
    assert added["width"] > 500
    assert not card.locator("td.code.old:not(.del)").first.is_visible()
    removed = page.locator(".card.fixable td.code.del").first
    sign = "e => getComputedStyle(e, '::before').content"
    assert (removed.is_visible(), removed.evaluate(sign)) == (True, '"\u2212"')
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()


LONG = f"""package m

import "os"

func Long(names []string) {{
	for _, name := range names {{
		f, err := os.Open(name)
		if err != nil {{
			continue
		}}
		defer f.Close()
		s := `
` + f.Name()
{"".join(f"		println({n}, s)" + chr(10) for n in range(40))}	}}
}}
"""


def test_long_stretches_of_moved_lines_are_folded_until_asked_for(browser: Any, tmp_path: Path) -> None:
    result = analyse("long.go", LONG.encode(), Options(unsafe_fixes=False, go_version=(1, 22)))
    shown = html.render(RunResult(Mode.DIFF, (result,), looked_at=1))
    (tmp_path / "report.html").write_text(shown)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((tmp_path / "report.html").as_uri())
    assert page.locator("tr:visible", has_text="println(20, s)").count() == 1, "without a script there is no unfolding"
    context.close()
    page = browser.new_page()
    page.goto((tmp_path / "report.html").as_uri())
    assert page.locator("tr:visible", has_text="println(20, s)").count() == 0
    page.click(".unfold")
    assert page.locator("tr:visible", has_text="println(20, s)").count() == 1
    page.close()


def test_page_has_of_a_large_file_what_a_patch_quotes() -> None:
    padding = b"".join(b"// %d\n" % n for n in range(20_000))
    result = analyse("large.go", LONG.encode() + padding, Options(unsafe_fixes=False, go_version=(1, 22)))
    assert len(html.render(RunResult(Mode.DIFF, (result,), looked_at=1))) < 60_000


def test_page_is_readable_without_its_script(browser: Any, report: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(report.as_uri())
    assert page.locator(".card").count() == 12
    assert not page.is_visible("#patch")
    context.close()


# --- without a browser ---


def _result(name: str, *, unsafe: bool = False) -> FileResult:
    text = golden_inputs()[name]
    return analyse(f"{name}.go", text, Options(unsafe_fixes=unsafe, go_version=(1, 22)))


@pytest.mark.parametrize("unsafe", [False, True])
def test_units_of_the_goldens_are_disjoint_and_make_the_whole(unsafe: bool) -> None:
    for name in golden_inputs():
        result = _result(name, unsafe=unsafe)
        made = [unit for unit in units(result) if unit.made]
        every = sorted((change for unit in made for change in unit.changes), key=lambda c: c.old_start)
        old, new = lines_of(result.before), lines_of(result.after)
        text, at = b"", 0
        for change in every:
            assert change.old_start >= at, name
            text += b"".join(old[at : change.old_start]) + b"".join(new[change.new_start : change.new_end])
            at = change.old_end
        assert text + b"".join(old[at:]) == result.after, name
        settled = {f.span.start for unit in units(result) for f in unit.findings}
        assert settled == {f.span.start for f in result.findings if f.fix}, name


def test_fix_that_no_round_came_to_is_shown_all_the_same() -> None:
    result = _result("several-defers")
    only = replace(result, findings=tuple(replace(f, status=Status.FIXABLE) for f in result.findings))
    moved = replace(only, after=result.before + b"\n// x\n")
    far = replace(moved, findings=only.findings[-1:])
    for shown in (only, far):
        assert {f.span for unit in units(shown) for f in unit.findings} == {f.span for f in shown.findings if f.fix}


def test_highlighting_loses_nothing() -> None:
    for text in golden_inputs().values():
        lines = [line.decode().removesuffix("\n").removesuffix("\r") for line in lines_of(text)]
        assert [line.text for line in highlighted(text)] == lines


@pytest.mark.parametrize(
    ("code", "coloured"),
    [
        ("defer f.Close() // defer", "k:defer c:// defer"),
        ("deferred := len(x) + x.len(1)", "b:len n:1"),
        ('s := `a\n"b` + "\\"c" + \'\\\'\'', 's:`a s:"b` s:"\\"c" s:\'\\\'\''),
        ("/* for\nfor */ for", "c:/* for c:for */ k:for"),
        ("x1 = 0x1p-2 + 1e+9 + .5 - 1", "n:0x1p-2 n:1e+9 n:.5 n:1"),
        ('a /b "open\n` open', 's:"open s:` open'),
    ],
)
def test_colours(code: str, coloured: str) -> None:
    runs = [run for line in highlighted(code.encode()) for run in line.runs]
    assert " ".join(f"{name}:{text}" for name, text in runs if name) == coloured


def test_highlighting_a_part_is_highlighting_the_whole() -> None:
    """From wherever it begins, a raw string's middle included; a token cut at the end may look different."""
    text = LONG.encode().replace(b"s := `\n", b's := `\n"\n\t/* \n\n')
    whole, lines = highlighted(text), lines_of(text)
    for start in range(len(lines)):
        found = region(whole, start, lines, start, len(lines))
        assert [line.runs for line in found[start:]] == [line.runs for line in whole[start:]], start


@pytest.mark.parametrize("name", ["exit-error", "nested-loops", "recovers-named", "text-crlf", "several-defers"])
def test_page_of_what_a_validator_rejected(name: str) -> None:
    result = _result(name)
    rejected = tuple(replace(f, status=Status.REJECTED) if f.fix else f for f in result.findings)
    shown = html.render(RunResult(Mode.DIFF, (replace(result, after=result.before, findings=rejected),), looked_at=1))
    assert "<article" in shown
    assert 'type="checkbox"' not in shown


@pytest.mark.parametrize(("between", "gaps"), [(4, 0), (5, 0), (6, 0), (7, 1)])
def test_excerpt_leaves_out_no_line_that_a_gap_would_only_replace(between: int, gaps: int) -> None:
    lines = "".join(f"\t\tprintln({number})\n" for number in range(between))
    text = f"""package m

import "os"

func All(names []string) (files []*os.File) {{
	for _, name := range names {{
		f, _ := os.Open(name)
		defer f.Close()
{lines}		files = append(files, f)
	}}
	return files
}}
"""
    result = analyse("x.go", text.encode(), Options(unsafe_fixes=False, go_version=(1, 22)))
    at = text.index("append(")
    refusal = Refusal("escapes-iteration", "f is used later", (Blocker(Span(at, at + 6), "appended"),))
    (found,) = result.findings
    refused = replace(result, after=result.before, findings=(replace(found, outcome=refusal, status=Status.REFUSED),))
    shown = html.render(RunResult(Mode.CHECK, (refused,), looked_at=1))
    excerpt = shown.partition('<table class="excerpt">')[2].partition("</table>")[0]
    assert excerpt.count('class="gap"') == gaps
    assert excerpt.count("println") == (4 if gaps else between)


def _many(count: int, *, made: bool) -> RunResult:
    """A file with that many findings, each with a fix of its own, in the new text or not."""
    body = b"\t\tf, err := os.Open(name)\n\t\tif err != nil {\n\t\t\tcontinue\n\t\t}\n\t\tdefer f.Close()\n"
    text, found, edits = b"package big\n", [], []
    for number in range(count):
        text += b"\nfunc f%d(names []string) {\n\tfor _, name := range names {\n" % number
        start, end = len(text), len(text) + len(body)
        text += body + b"\t}\n}\n"
        edits += [Edit(start, start, b"\t\tfunc() {\n"), Edit(end, end, b"\t\t}()\n")]
        hazards = () if made else (Hazard("flushes", "f.Close may flush"),)
        fix = Fix("wrap", tuple(edits[-2:]), Safety.SAFE if made else Safety.UNSAFE, hazards)
        span, status = Span(end - 16, end - 1), Status.FIXABLE if made else Status.UNSAFE
        found.append(Finding("defer-in-loop", "loop-closure", span, f"f{number}", "piles up", fix, status))
    after = apply_edits(text, edits) if made else text
    return RunResult(Mode.DIFF, (FileResult("big.go", text, after, tuple(found)),), looked_at=1)


@pytest.mark.parametrize("made", [True, False])
@pytest.mark.usefixtures("no_collector")
def test_time_grows_with_the_findings_of_a_file_and_no_faster(made: bool) -> None:
    def took(count: int) -> float:
        run = _many(count, made=made)
        start = time.process_time()
        assert html.render(run).count("<article") == count
        return time.process_time() - start

    took(20)
    assert min(took(800), took(800)) < 8 * max(took(200), took(200)), "four times as many: linear is 4, quadratic is 16"


@pytest.mark.parametrize("made", [True, False])
def test_fixes_by_themselves_are_the_edits(made: bool) -> None:
    (result,) = _many(4, made=made).files
    text, old = result.before, lines_of(result.before)
    single = replace(result, after=text, findings=tuple(replace(f, status=Status.UNSAFE) for f in result.findings))
    for unit, found in zip(units(single), result.findings, strict=True):
        assert found.fix and b"".join(unit.after) == apply_edits(text, found.fix.edits)
        assert len(unit.after) == len(list(unit.after))
        for change in unit.changes:
            assert old[change.old_start : change.old_end] != unit.after[change.new_start : change.new_end]


def test_page_says_where_it_comes_from_and_explains_its_names(tree: Path) -> None:
    done = defermod("check", "--output-format", "html", cwd=tree, changes={"SOURCE_DATE_EPOCH": "0"})
    for said in (
        "<dt>Module</dt><dd>example.com/leaky</dd>",
        "<dt>Made</dt><dd>1970-01-01 00:00 UTC</dd>",
        "<dt>Command</dt><dd>defermod check --output-format html</dd>",
        "<dt>Judged</dt><dd>by the text alone</dd>",
        "<dt>Validated</dt><dd>no fix of this report has been validated</dd>",
        '<details id="explain-defer-in-loop">',
    ):
        assert said in done.stdout, said
    linked = set(re.findall(r'href="#explain-([a-z-]+)"', done.stdout))
    assert linked and all(f'id="explain-{name}"' in done.stdout for name in linked)
    ids = re.findall(r' id="([^"]+)"', done.stdout)
    assert len(ids) == len(set(ids))


def _luminance(colour: str) -> float:
    digits = colour.removeprefix("#")
    digits = "".join(2 * digit for digit in digits) if len(digits) == 3 else digits
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_every_text_can_be_read_on_every_ground() -> None:
    """WCAG's contrast of at least 4.5:1, for each colour of text on each ground that it stands on."""
    style = (Path(html.__file__).parent / "page" / "page.css").read_text("utf-8")
    light, dark = (dict(re.findall(r"--([\w-]+): (#\w+);", part)) for part in style.partition("@media")[::2])
    code = ("text", "dim", "k", "s", "n", "c", "f")
    lines = ("card", "moved", "del", "ins", "warn", "stop")
    pairs = [(text, ground) for text in code for ground in (*lines, "none")]
    pairs += [(text, mark) for text in ("text", "k", "s", "n", "c", "f") for mark in ("del-mark", "ins-mark")]
    pairs += [(text, ground) for text in ("text", "dim", "accent") for ground in ("page", "card", "none")]
    pairs += [(text, "card") for text in ("safe", "unsafe", "refused", "rejected")]
    pairs += [("unsafe", "warn"), ("stop-edge", "stop"), ("card", "accent")]
    poor = []
    for scheme, colours in (("light", light), ("dark", {**light, **dark})):
        for text, ground in pairs:
            high, low = sorted((_luminance(colours[text]), _luminance(colours[ground])), reverse=True)
            if (high + 0.05) / (low + 0.05) < 4.5:
                poor.append(f"{scheme}: {text} on {ground}: {(high + 0.05) / (low + 0.05):.2f}")
    assert poor == []


def test_what_is_hidden_is_not_in_the_patch(page: Any) -> None:
    page.fill("#search", "odd/a")
    assert "of 14 findings shown" in page.inner_text("#shown")
    assert page.inner_text("#count").startswith("Fixes of 2 of 11")
    assert {line for line in downloaded(page).decode().splitlines() if line.startswith("+++")} == {"+++ b/odd/a b.go\t"}


def test_keys_links_and_explanations_in_place(page: Any, report: Path) -> None:
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    first = page.locator(".card").first
    assert page.evaluate("document.activeElement.id") == first.get_attribute("id")
    ticked = first.locator("input").is_checked()
    page.keyboard.press("x")
    assert first.locator("input").is_checked() != ticked
    first.locator("a.badge").click()
    assert first.locator("aside").inner_text().startswith("# defer-in-loop")
    first.locator("a.badge").click()
    assert first.locator("aside").count() == 0
    page.click(".outline summary")
    last = page.locator(".outline a").last
    last.click()
    assert page.evaluate("document.activeElement.matches('.card')")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"


def test_page_of_nothing() -> None:
    assert "Nothing was found" in html.render(RunResult(Mode.CHECK, looked_at=1))
