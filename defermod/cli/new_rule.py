"""``new-rule``: a folder with a rule and its tests, to start from."""

from __future__ import annotations

import re
from pathlib import Path

from defermod.cli import FAILED, output

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")

_PROJECT = """[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "defermod-{name}"
version = "0.1.0"
requires-python = ">=3.11"
dependencies = ["defermod"]

[project.entry-points."defermod.transforms"]
{name} = "{module}:RULE"

[tool.hatch.build.targets.wheel]
only-include = ["{module}.py"]

[tool.pytest.ini_options]
pythonpath = ["."]
"""

_RULE = '''"""``x = x + y`` becomes ``x += y``: replace this by what your rule is about."""

from collections.abc import Iterator

from defermod.codemod import Context, Finding, Fix, Refusal, Rule, RuleDoc


class {klass}(Rule):
    rule = "{name}"
    doc = RuleDoc(
        title="an assignment that repeats its variable",
        what="x = x + y, where x is a plain variable",
        why="x += y says the same, once.",
    )

    def visit(self, context: Context) -> Iterator[Finding]:
        for found in context.find_all("$x = $x + $y"):
            if found["x"].kind != "identifier":
                outcome: Fix | Refusal = context.refuse("evaluated-twice", "evaluating the left side may do something")
            else:
                rewriter = context.rewriter().replace(found, "$x += $y")
                outcome = rewriter.safe("use +=", "a variable is evaluated without effect")
            yield context.finding(found, "the variable is repeated: use +=", outcome)


RULE = {klass}()
'''

_TEST = '''"""The rule's tests: tables of before and after, and the programs in testdata/, which are run."""

from pathlib import Path

from {module} import RULE

from defermod.testing import Case, RuleTests


class Test{klass}(RuleTests):
    rule = RULE
    goldens = Path(__file__).parent / "testdata"
    cases = (
        Case(
            "a variable",
            "func f(x, y int) int {{\\n\\tx = x + y // sum\\n\\treturn x\\n}}",
            "func f(x, y int) int {{\\n\\tx += y // sum\\n\\treturn x\\n}}",
        ),
        Case(
            "an element",
            "func f(x []int, g func() int) {{\\n\\tx[g()] = x[g()] + 1\\n}}",
            refused=("evaluated-twice",),
        ),
        Case("another variable", "func f(x, y int) int {{\\n\\tx = y + x\\n\\treturn x\\n}}"),
    )
'''

_INPUT = """package main

import "fmt"

func main() {
	total := 0
	for _, n := range []int{1, 2, 3} {
		total = total + n
	}
	fmt.Println(total)
}
"""

_README = """# {name}

    python -m pytest                            # the rule's tests
    defermod run {module}.py --diff ./...      # what it would do, here or in any Go module
    pip install .                               # from then on, `defermod check --select {name}` knows it
"""


def new_rule(name: str) -> int:
    """Write the folder ``name``; an error if there is one already, or if the name can't be a rule's."""
    if not _NAME.fullmatch(name):
        output.error(f"a rule's name is in kebab-case, such as no-naked-return, not {name!r}")
        return FAILED
    folder = Path(name)
    module = name.replace("-", "_")
    klass = "".join(part.capitalize() for part in name.split("-"))
    files = {
        "pyproject.toml": _PROJECT,
        f"{module}.py": _RULE,
        f"test_{module}.py": _TEST,
        "README.md": _README,
    }
    try:
        folder.mkdir()
        for file, text in files.items():
            (folder / file).write_text(text.format(name=name, module=module, klass=klass), "utf-8")
        # The go command passes over a directory of that name, so the folder may lie in a Go module.
        golden = folder / "testdata" / "sum"
        golden.mkdir(parents=True)
        (golden / "input.go").write_text(_INPUT, "utf-8")
        (golden / "output.go").write_text(_INPUT.replace("total = total + n", "total += n"), "utf-8")
    except OSError as error:
        output.error(f"{error.filename}: {error.strerror}")
        return FAILED
    output.put(f"{folder}/ is there; `cd {folder} && python -m pytest` runs its tests\n")
    return 0
