"""Statements that hold blocks: if, switch, type switch, select, blocks, function literals; and the simple ones."""

from __future__ import annotations

from tests.differential.builder import Builder, Frame, Target, production
from tests.differential.tree import Arm, Kind, Stmt, dead_end
from tests.differential.values import assignments, condition, error, integer, returned, string


def _deep(b: Builder) -> bool:
    return b.budget > 0 and len(b.scopes) < 14


@production(3)
def event(b: Builder) -> list[Stmt] | None:
    """Log, with some variable if there is one."""
    name = b.read("int", "string", "error", "bool") if b.chance(0.6) else None
    return [b.ev(name)] if name else [b.ev()]


@production(lambda b: 0.8 if b.visible("report", "pointer to int", "pointer to error") else 0)
def observe(b: Builder) -> list[Stmt] | None:
    """Look at a result, or change it, through a closure or a pointer."""
    found = b.visible("report", "pointer to int", "pointer to error")
    if not found:
        return None
    match b.rng.choice(found).type:
        case "report":
            return [Stmt(Kind.SIMPLE, "report()")]
        case "pointer to int":
            return [Stmt(Kind.SIMPLE, f"*at1 = val({b.tag()})") if b.chance(0.5) else b.ev("*at1")]
    return [Stmt(Kind.SIMPLE, f"*at1 = fail({b.tag()})") if b.chance(0.5) else b.ev("*at1")]


@production(0.35)
def layout(b: Builder) -> list[Stmt] | None:
    """Text that a rewrite moves but must not change: comments, raw strings over several lines."""
    if b.chance(0.5):
        return [Stmt(Kind.SIMPLE, b.rng.choice(["// a comment", "/* another */", "// defer f.Close()"])), b.ev()]
    return [b.ev("`raw\n\ttext\n  return`")]


@production(1.6)
def assign(b: Builder) -> list[Stmt] | None:
    return assignments(b)


@production(1.5)
def declare(b: Builder) -> list[Stmt] | None:
    match b.choose(int=3, string=2, error=1, var=1):
        case "int":
            name = b.fresh("n", "count", "x", "code", "out")
            stmt = Stmt(Kind.SIMPLE, f"{name} := {integer(b)}")
            b.declare(name, "int", stmt)
        case "string":
            name = b.fresh("s", "line", "text", "ret")
            stmt = Stmt(Kind.SIMPLE, f"{name} := {string(b)}")
            b.declare(name, "string", stmt)
        case "error":
            name = b.fresh("err", "problem", "e")
            stmt = Stmt(Kind.SIMPLE, f"{name} := {error(b)}")
            b.declare(name, "error", stmt)
        case _:
            if not b.clear("bool", "int"):
                return None
            name, kind = b.fresh("ok", "found", "stop"), b.rng.choice(["bool", "int"])
            stmt = Stmt(Kind.SIMPLE, f"var {name} {kind}")
            b.declare(name, kind, stmt)
    return [stmt]


@production(lambda b: 1.2 if b.taste.shadows and b.in_loop else 0.03)
def shadow(b: Builder) -> list[Stmt] | None:
    """A variable that is named like a type, or like what a rewrite might be tempted to use."""
    word = b.rng.choice(["error", "bool", "string", "int", "T", "pair", "failure", "res", "errors"])
    if not b.clear(word) or word in b.scopes[-1]:
        return None
    stmt = Stmt(Kind.SIMPLE, f"{word} := {integer(b)}")
    b.declare(word, "shadow", stmt)
    return [stmt]


@production(lambda b: 2.0 if _deep(b) else 0.2)
def branch(b: Builder) -> list[Stmt] | None:
    stmt = Stmt(Kind.IF, arms=[b.arm(f"if {condition(b)} {{", b.size(4))], tail="}")
    while b.chance(0.2):
        stmt.arms.append(b.arm(f"}} else if {condition(b)} {{", b.size(3)))
    if b.chance(0.35):
        stmt.arms.append(b.arm("} else {", b.size(3)))
        stmt.exhaustive = True
    return [stmt]


def _clauses(b: Builder, stmt: Stmt, heads: list[str], *, fallthrough: bool = True) -> None:
    """The clauses of a switch or select, in which break means this statement."""
    b.frame.targets.append(Target(stmt, loop=False))
    for head in heads:
        stmt.arms.append(b.arm(head, b.size(3) - (b.chance(0.1))))
    b.frame.targets.pop()
    stmt.exhaustive = "default:" in heads
    last = len(heads) - 1
    for i, arm in enumerate(stmt.arms):
        if fallthrough and i < last and b.chance(0.12) and not (arm.body and dead_end(arm.body[-1])):
            arm.body.append(Stmt(Kind.SIMPLE, "fallthrough"))


@production(lambda b: 1.6 if _deep(b) else 0)
def switch(b: Builder) -> list[Stmt] | None:
    ways = b.rng.randint(2, 4)
    match b.choose(tag=3, none=1.5, init=1, logged=1):
        case "none":
            stmt = Stmt(Kind.SWITCH, "switch {", tail="}")
            heads = [f"case {condition(b)}:" for _ in range(ways - 1)]
        case "init":
            stmt = Stmt(Kind.SWITCH, f"switch x := val({b.tag()}); x {{", tail="}")
            heads = [f"case {i}, {i + 3}:" for i in range(ways - 1)]
        case "logged":
            stmt = Stmt(Kind.SWITCH, f"switch val({b.tag()}) {{", tail="}")
            heads = [f"case {i}, val({b.tag()}):" for i in range(ways - 1)]
        case _:
            stmt = Stmt(Kind.SWITCH, f"switch pick({ways}) {{", tail="}")
            heads = [f"case {i + 1}:" for i in range(ways - 1)]
    if b.chance(0.6):
        heads.insert(b.rng.choice([len(heads), len(heads), 0]), "default:")
    with b.scope([]):
        if stmt.head.startswith("switch x"):
            b.declare("x", "int", None, used=True)
        _clauses(b, stmt, heads)
    return [stmt]


@production(lambda b: 0.6 if _deep(b) and b.clear("int", "error", "string") else 0)
def type_switch(b: Builder) -> list[Stmt] | None:
    bound = "v := " if b.chance(0.4) else ""
    stmt = Stmt(Kind.SWITCH, f"switch {bound}anything({b.tag()}).(type) {{", tail="}")
    heads = b.rng.sample(["case int:", "case string:", "case error:", "case nil:", "default:"], b.rng.randint(2, 4))
    with b.scope([]):
        if bound:
            b.declare("v", "any", None, used=True)
        _clauses(b, stmt, heads, fallthrough=False)
    if bound:
        for arm in stmt.arms:
            arm.body.insert(0, b.ev("v"))
    return [stmt]


@production(lambda b: 0.8 if _deep(b) else 0)
def select(b: Builder) -> list[Stmt] | None:
    """A select of which at most one case is ready."""
    stmt = Stmt(Kind.SWITCH, "select {", tail="}")
    source = f"source({b.tag()})"
    heads = [b.rng.choice([f"case <-{source}:", f"case v := <-{source}:", f"case v, open1 := <-{source}:"]), "default:"]
    if b.chance(0.3):
        heads.insert(1, "case <-never:")
    with b.scope([]):
        b.declare("v", "received", None, used=True)
        b.declare("open1", "received", None, used=True)
        _clauses(b, stmt, heads, fallthrough=False)
    stmt.exhaustive = True
    names = heads[0].removeprefix("case ").split(" := ")[0] if ":=" in heads[0] else ""
    if names:
        stmt.arms[0].body.insert(0, b.ev(*names.split(", ")))
    return [stmt]


@production(lambda b: 0.5 if _deep(b) else 0)
def block(b: Builder) -> list[Stmt] | None:
    return [Stmt(Kind.BLOCK, arms=[b.arm("{", b.size(3))], tail="}", exhaustive=True)]


@production(lambda b: 0.9 if _deep(b) and len(b.frames) < 3 else 0)
def literal(b: Builder) -> list[Stmt] | None:
    """A function literal with its own exits: called at once, or called by name."""
    if b.chance(0.5) or not b.clear("error"):
        stmt = Stmt(Kind.LITERAL, arms=[Arm("func() {", function_body(b, Frame([], [])))], tail="}()")
        return [stmt]
    body = function_body(b, Frame(["error"], [], style="errors"))
    name = b.fresh("do", "each", "fn", "result")
    stmt = Stmt(Kind.LITERAL, arms=[Arm(f"{name} := func() error {{", body)], tail="}")
    b.declare(name, "do", stmt, used=True)
    return [stmt, b.ev(f"{name}()")]


def function_body(b: Builder, frame: Frame) -> list[Stmt]:
    """The body of a function literal."""
    b.frames.append(frame)
    body: list[Stmt] = []
    with b.scope(body):
        b.fill(body, b.size(4))
        if frame.results and not (body and dead_end(body[-1])):
            body.append(returned(b))
    b.frames.pop()
    return body
