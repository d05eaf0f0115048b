"""Variables declared outside a loop: dead whenever an iteration ends, or not."""

from __future__ import annotations

import pytest

from defermod.golang.cfg import CFG
from defermod.golang.liveness import dead_between_iterations
from defermod.golang.scopes import Scopes
from tests.support_go import function

DEAD = {
    "is set before each use": "v = a()\nuse(v)",
    "is set and not used": "v = a()",
    "is set before the loop goes on": "v = a()\nif use(v) {\n continue\n}\nuse(v)",
    "is set on both ways": "if a() {\n v = 1\n} else {\n v = 2\n}\nuse(v)",
    "is set with others": "w, v = a(), b()\nuse(v, w)",
    "is used by a literal called where it stands": "v = a()\nfunc() { use(v) }()",
    "is set by the head of an if, and read in it": "if v = a(); b() {\n use(v)\n}",
}
ALIVE = {
    "is used before it is set": "use(v)\nv = a()",
    "is set on one way only": "if a() {\n v = b()\n}\nuse(v)",
    "counts up": "v++",
    "adds up": "v += a()",
    "is set from itself": "v = v + a()",
    "has its address taken": "v = a()\nkeep(&v)",
    "has its address taken in parentheses": "v = a()\nkeep(&(v))",
    "is in a literal that stays": "v = a()\nlater(func() { use(v) })",
    "is in a goroutine": "v = a()\ngo func() { use(v) }()",
    "is set in a part": "v.f = a()\nuse(v)",
    "is read by what is set": "v, w[v] = a(), b()",
}


def dead(body: str, after: str = "") -> bool:
    text = function(f"var v T\nfor more() {{\n{body}\n}}\n{after}")
    scopes = Scopes(text)
    (binding,) = [each for each in scopes.bindings if each.name == "v" and each.node.field == "name"]
    return dead_between_iterations(binding, next(text.find("for_statement")), CFG(text))


@pytest.mark.parametrize("name", DEAD)
def test_dead(name: str) -> None:
    assert dead(DEAD[name])


@pytest.mark.parametrize("name", ALIVE)
def test_alive(name: str) -> None:
    assert not dead(ALIVE[name])


@pytest.mark.parametrize(
    ("body", "after", "expected"),
    [
        ("v = a()", "use(v)", False),
        ("v = a()\nif b() {\n break\n}", "use(v)", False),
        ("v = a()\nif b() {\n return\n}", "", True),
        ("v = a()\nuse(v)", "v = b()\nuse(v)", True),
        ("v = a()\nuse(v)", "if b() {\n v = c()\n}\nuse(v)", False),
    ],
)
def test_after_the_loop(body: str, after: str, expected: bool) -> None:
    assert dead(body, after) is expected


def test_parameters_and_results_are_never_dead() -> None:
    text = function("for more() {\n p, r = a(), b()\n}", "func f(p T) (r T)")
    loop, flow = next(text.find("for_statement")), CFG(text)
    assert not any(dead_between_iterations(each, loop, flow) for each in Scopes(text).bindings)
