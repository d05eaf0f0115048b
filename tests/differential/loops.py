"""Loops of every form, each with marks by which the oracle knows where an iteration ends."""

from __future__ import annotations

from tests.differential import exits, states
from tests.differential.builder import Builder, Target, production
from tests.differential.tree import Arm, Kind, Stmt, dead_end, jump_targets
from tests.differential.values import condition, integer

_SIZES = 7


@production(lambda b: 2.2 if len(b.frame.loops) < 3 and b.budget > 0 else 0.0)
def loop(b: Builder) -> list[Stmt] | None:
    """A loop, what it needs before it, and the mark that it is over."""
    stmt = Stmt(Kind.FOR, tail="}", loop=b.number("loop"))
    label = f"after{b.number('label')}"
    if b.taste.gotos:
        b.frame.exits.append(label)
    before, header, body = _form(b, stmt)
    stmt.arms = [Arm(header, body)]
    after: list[Stmt] = []
    if b.taste.gotos:
        b.frame.exits.pop()
        if label in jump_targets(body):
            stmt.endless = False
            return [*before, stmt, Stmt(Kind.SIMPLE, f"done({stmt.loop})", label=label, pinned=True)]
    if not dead_end(stmt) and b.chance(0.7):
        after = [Stmt(Kind.SIMPLE, f"done({stmt.loop})")]
    return [*before, stmt, *after]


def _form(b: Builder, stmt: Stmt) -> tuple[list[Stmt], str, list[Stmt]]:
    """The statements before a loop, its header, its body."""
    forms = {
        "three": _three,
        "condition": _condition,
        "counted": _counted,
        "endless": _endless,
        "names": _names,
        "map": _map,
        "text": _text,
        "channel": _channel,
        "assigned": _assigned,
        "array": _array,
    }
    weights = [3.0, 2.0, 1.0, 2.0, 5.0, 0.7, 0.6, 0.8, 0.6, 0.6]
    if b.version >= (1, 22):
        forms["integer"] = _integer
        weights.append(1.0)
    if b.version >= (1, 23):
        forms["function"] = _iterator
        weights.append(1.2)
    if b.visible("*res"):
        forms["rows"] = _rows
        weights.append(1.5)
    return forms[b.rng.choices(list(forms), weights)[0]](b, stmt)


def _body(b: Builder, stmt: Stmt, variables: dict[str, str], *first: Stmt, constant: bool = False) -> list[Stmt]:
    """The loop's body, with the variables of its header."""
    body = [Stmt(Kind.SIMPLE, f"iter({stmt.loop})", pinned=True), *first]
    b.frame.targets.append(Target(stmt, loop=True))
    with b.scope(body):
        for name, kind in variables.items():
            b.declare(name, kind, None).constant = constant
        with b.scope(body):
            if variables and b.chance(0.15):
                _copy(b, body, variables)
            if b.wanted and b.chance(0.8):
                b.wanted -= 1
                b.fill(body, b.rng.choice([0, 0, 1, 2]))
                b.add(body, states.acquire(b) or [])
            b.fill(body, b.size(_SIZES))
    b.frame.targets.pop()
    return body


def _copy(b: Builder, body: list[Stmt], variables: dict[str, str]) -> None:
    """``name := name``"""
    name, kind = next(iter(variables.items()))
    outer = b.lookup(name)
    if outer is not None:
        b.use(outer)
    copy = Stmt(Kind.SIMPLE, f"{name} := {name}")
    body.append(copy)
    b.declare(name, kind, copy)


def _three(b: Builder, stmt: Stmt) -> tuple[list[Stmt], str, list[Stmt]]:
    name, most = b.fresh("i", "j", "k"), b.rng.randint(2, 4)
    if b.chance(0.15):
        other = b.fresh("lo", "hi")
        body = _body(b, stmt, {name: "int", other: "int"}, constant=True)
        return [], f"for {name}, {other} := 0, 3; {name} < {other}; {name}, {other} = {name}+1, {other}-1 {{", body
    post = f"{name}++" if b.chance(0.5) else f"{name} += step({stmt.loop})"
    body = _body(b, stmt, {name: "int"}, constant=True)
    if b.chance(0.15):
        body.insert(1, Stmt(Kind.SIMPLE, f"{name} += pick(2)"))
    return [], f"for {name} := 0; {name} < {most}; {post} {{", body


def _condition(b: Builder, stmt: Stmt) -> tuple[list[Stmt], str, list[Stmt]]:
    header = f"for more({stmt.loop}) {{" if b.chance(0.8) else f"for ; more({stmt.loop}); {{"
    if header.startswith("for ;"):
        header = f"for ; more({stmt.loop}); ev({b.tag()}) {{"
    return [], header, _body(b, stmt, {})


def _rows(b: Builder, stmt: Stmt) -> tuple[list[Stmt], str, list[Stmt]]:
    """A loop over what a resource has to give."""
    var = b.rng.choice(b.visible("*res"))
    b.use(var)
    return [], f"for {var.name}.Next({b.tag()}) {{", _body(b, stmt, {})


def _counted(b: Builder, stmt: Stmt) -> tuple[list[Stmt], str, list[Stmt]]:
    name = b.fresh("n", "left", "tries", shadow=0.1)
    before = Stmt(Kind.SIMPLE, f"{name} := 0")
    var = b.declare(name, "int", before, used=True)
    var.constant = True
    count = Stmt(Kind.SIMPLE, f"{name}++", pinned=True)
    return [before], f"for {name} < {b.rng.randint(2, 4)} {{", _body(b, stmt, {}, count)


def _endless(b: Builder, stmt: Stmt) -> tuple[list[Stmt], str, list[Stmt]]:
    """``for {}``, whose first statement leaves it when decisions run out."""
    b.frame.targets.append(Target(stmt, loop=True))
    way: list[Stmt] = []
    with b.scope(way):
        way.append(exits.leave(b))
    b.frame.targets.pop()
    if way[-1].head.startswith("continue"):
        way[-1] = Stmt(Kind.JUMP, "break")
    guard = Stmt(Kind.IF, arms=[Arm(f"if pick({b.rng.randint(2, 5)}) == 0 {{", way)], tail="}", pinned=True)
    body = _body(b, stmt, {}, guard)
    stmt.endless = True
    return [], "for {", body


def _names(b: Builder, stmt: Stmt) -> tuple[list[Stmt], str, list[Stmt]]:
    source = b.read("[]string") or '[]string{"a", "b", "c"}'
    match b.choose(value=4, both=2, index=1.5, none=1):
        case "value":
            name = b.fresh("name", "path", "s")
            return [], f"for _, {name} := range {source} {{", _body(b, stmt, {name: "string"})
        case "both":
            index, name = b.fresh("i", "n", "k"), b.fresh("name", "path", "s")
            return [], f"for {index}, {name} := range {source} {{", _body(b, stmt, {index: "int", name: "string"})
        case "index":
            index = b.fresh("i", "k")
            return [], f"for {index} := range {source} {{", _body(b, stmt, {index: "int"})
    return [], f"for range {source} {{", _body(b, stmt, {})


def _map(b: Builder, stmt: Stmt) -> tuple[list[Stmt], str, list[Stmt]]:
    key, age = b.fresh("key", "name", "k"), b.fresh("age", "v", "n")
    if b.chance(0.3):
        return [], f"for {key} := range ages {{", _body(b, stmt, {key: "string"})
    return [], f"for {key}, {age} := range ages {{", _body(b, stmt, {key: "string", age: "int"})


def _text(b: Builder, stmt: Stmt) -> tuple[list[Stmt], str, list[Stmt]]:
    index = b.fresh("i", "at")
    if b.chance(0.4):
        letter = b.fresh("c", "letter")
        return [], f'for {index}, {letter} := range "hé!" {{', _body(b, stmt, {index: "int", letter: "rune"})
    return [], f'for {index} := range "hé!" {{', _body(b, stmt, {index: "int"})


def _channel(b: Builder, stmt: Stmt) -> tuple[list[Stmt], str, list[Stmt]]:
    if b.chance(0.2):
        return [], "for range feed {", _body(b, stmt, {})
    name = b.fresh("v", "n", "msg")
    return [], f"for {name} := range feed {{", _body(b, stmt, {name: "int"})


def _array(b: Builder, stmt: Stmt) -> tuple[list[Stmt], str, list[Stmt]]:
    index, name = b.fresh("i", "at"), b.fresh("x", "v", "n")
    array = b.rng.choice(["[3]int{4, 5}", "&[2]int{6, 7}"])
    return [], f"for {index}, {name} := range {array} {{", _body(b, stmt, {index: "int", name: "int"})


def _assigned(b: Builder, stmt: Stmt) -> tuple[list[Stmt], str, list[Stmt]]:
    """A range that assigns to a variable declared before it."""
    name = b.fresh("name", "path", "s", shadow=0.1)
    before = Stmt(Kind.SIMPLE, f'{name} := ""')
    b.declare(name, "string", before)
    source = b.read("[]string") or '[]string{"a", "b"}'
    return [before], f"for _, {name} = range {source} {{", _body(b, stmt, {})


def _integer(b: Builder, stmt: Stmt) -> tuple[list[Stmt], str, list[Stmt]]:
    if b.chance(0.3):
        return [], "for range 3 {", _body(b, stmt, {})
    name = b.fresh("i", "j")
    most = "3" if b.chance(0.5) else integer(b)
    return [], f"for {name} := range {most} {{", _body(b, stmt, {name: "int"})


def _iterator(b: Builder, stmt: Stmt) -> tuple[list[Stmt], str, list[Stmt]]:
    if b.chance(0.2):
        return [], f"for range ticks({stmt.loop}) {{", _body(b, stmt, {})
    if b.chance(0.5):
        name = b.fresh("x", "v", "n")
        return [], f"for {name} := range seq({stmt.loop}) {{", _body(b, stmt, {name: "int"})
    key, name = b.fresh("key", "name"), b.fresh("x", "v", "n")
    header = f"for {key}, {name} := range pairs({stmt.loop}) {{"
    return [], header, _body(b, stmt, {key: "string", name: "int"})


@production(lambda b: 0.7 if b.taste.gotos and len(b.frames) == 1 and b.budget > 0 else 0)
def retry(b: Builder) -> list[Stmt] | None:
    """A loop made of goto, back to a label that is not in a loop of its own function."""
    label = f"again{b.number('label')}"
    first = b.ev()
    first.label = label
    first.pinned = True
    head = f"if {condition(b)} {{"
    body = Stmt(Kind.BLOCK, arms=[b.arm("{", 2)], tail="}")
    return [first, body, Stmt(Kind.IF, arms=[Arm(head, [Stmt(Kind.JUMP, f"goto {label}")])], tail="}")]


@production(lambda b: 0.8 if b.taste.gotos and b.in_loop and b.budget > 0 else 0.05)
def skip(b: Builder) -> list[Stmt] | None:
    """A goto within a block of the body: out of an inner block, to the statement behind it."""
    label = f"skip{b.number('label')}"
    b.frame.exits.append(label)
    inner = Stmt(Kind.BLOCK, arms=[b.arm("{", 3, _jump(b, label))], tail="}")
    b.frame.exits.pop()
    after = b.ev()
    after.label = label
    return [inner, after]


def _jump(b: Builder, label: str) -> Stmt:
    return Stmt(Kind.IF, arms=[Arm(f"if {condition(b)} {{", [Stmt(Kind.JUMP, f"goto {label}")])], tail="}")
