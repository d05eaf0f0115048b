"""Resources that get out of their iteration, and what becomes of them there."""

from __future__ import annotations

from tests.differential.builder import Builder, production
from tests.differential.resources import simple
from tests.differential.tree import Arm, Kind, Stmt


@production(lambda b: 4 if b.taste.escapes and b.in_loop else 0)
def escape(b: Builder) -> list[Stmt] | None:
    """Let a resource out: into a slice, a variable, a map, a closure that is kept."""
    found = b.visible("*res")
    if not found:
        return None
    var = b.rng.choice(found)
    b.use(var)
    name = var.name + ".View()" if b.chance(0.3) else var.name
    match b.choose(slice=3, variable=2, map=1.5, closure=2, channel=1, field=1):
        case "slice":
            return [simple(f"kept = append(kept, {name})")]
        case "variable":
            return [simple(f"last = {name}")]
        case "map":
            return [simple(f'byName["x"] = {name}')]
        case "channel":
            return [
                Stmt(
                    Kind.SWITCH,
                    "select {",
                    [Arm(f"case queue <- {name}:", []), Arm("default:", [])],
                    "}",
                )
            ]
        case "field":
            return [simple(f"box.file = {name}")]
    return [
        Stmt(
            Kind.LITERAL,
            arms=[Arm("later = append(later, func() {", [simple(f"{name}.Use({b.tag()})")])],
            tail="})",
        )
    ]


def hideouts(b: Builder) -> list[Stmt]:
    """The variables that escaping resources go to, declared at the function's beginning."""
    texts = {
        "var kept []*res": "kept",
        "var last *res": "last",
        "byName := map[string]*res{}": "byName",
        "queue := make(chan *res, 2)": "queue",
        "box := owner{}": "box",
        "var later []func()": "later",
    }
    out = []
    for text, name in texts.items():
        stmt = simple(text)
        b.declare(name, "hideout", stmt)
        out.append(stmt)
    return out


def reunion(b: Builder) -> list[Stmt]:
    """Use what escaped."""

    def loop(head: str, text: str) -> Stmt:
        return Stmt(Kind.FOR, arms=[Arm(head, [simple(text)])], tail="}", loop=b.number("loop"))

    return [
        loop("for _, f := range kept {", f"f.Use({b.tag()})"),
        simple(f"last.Use({b.tag()})"),
        loop("for _, f := range byName {", f"f.Use({b.tag()})"),
        simple("close(queue)"),
        loop("for f := range queue {", f"f.Use({b.tag()})"),
        simple(f"box.file.Use({b.tag()})"),
        loop("for _, use := range later {", "use()"),
    ]
