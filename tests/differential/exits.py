"""Every way out: of an iteration, of a loop, of a function."""

from __future__ import annotations

from tests.differential.builder import Builder, production
from tests.differential.tree import Arm, Kind, Stmt
from tests.differential.values import condition, error, integer, returned


def leave(b: Builder, *, err: str = "") -> Stmt:
    """A statement that ends the block; ``err`` names an error that is known not to be nil."""
    frame = b.frame
    loops, targets = frame.loops, frame.targets
    weights = {
        "return": 7.0 if err else 4.0,
        "continue": 2.5 if loops else 0.0,
        "break": 1.8 if targets else 0.0,
        "continue_label": 0.6 * (len(loops) > 1) + 0.15 * bool(loops),
        "break_label": 0.8 * (len(targets) > 1) + 0.1 * bool(targets),
        "panic": 0.7,
        "goto": 1.5 if frame.exits and b.taste.gotos else 0.0,
    }
    if b.taste.exits:
        weights["panic"] = 2.0
    if b.taste.labels:
        weights |= {"continue_label": 4.0 * (len(loops) > 1), "break_label": 4.0 * (len(targets) > 1)}
    match b.rng.choices(list(weights), list(weights.values()))[0]:
        case "continue":
            return Stmt(Kind.JUMP, "continue")
        case "break":
            return Stmt(Kind.JUMP, "break")
        case "continue_label":
            return Stmt(Kind.JUMP, f"continue {b.label(b.rng.choice(loops))}")
        case "break_label":
            return Stmt(Kind.JUMP, f"break {b.label(b.rng.choice(targets).stmt)}")
        case "goto":
            return Stmt(Kind.JUMP, f"goto {b.rng.choice(frame.exits)}")
        case "panic":
            return Stmt(Kind.LEAVE, f"panic({_panicked(b, err)})")
    return returned(b, err=err)


def _panicked(b: Builder, err: str) -> str:
    if err and b.chance(0.5):
        return err
    match b.choose(text=1, number=1, formatted=1):
        case "number":
            return integer(b)
        case "formatted":
            return f'fmt.Sprintf("%d at", {integer(b)})'
    return b.tag("p")


def failing(b: Builder, err: str, *, shadowed: bool = False) -> list[Stmt]:
    """The block under ``if err != nil``; ``shadowed`` if the if statement itself declares the name."""
    body: list[Stmt] = []
    with b.scope(body):
        if shadowed:
            b.declare(err, "error", None, used=True)
        if b.chance(0.3):
            body.append(b.ev(err))
        if b.chance(0.04) and not shadowed:
            body.append(Stmt(Kind.SIMPLE, f"{err} = fail({b.tag()})"))
        if b.chance(0.88):
            body.append(leave(b, err=err))
        elif not body:
            body.append(b.ev())
    return body


def certain(b: Builder, err: str) -> list[Stmt]:
    """The same, but never left by falling off its end."""
    body: list[Stmt] = []
    with b.scope(body):
        body.append(leave(b, err=err))
    return body


@production(4)
def guard(b: Builder) -> list[Stmt] | None:
    """``if cond { leave }``"""
    if not b.frame.targets and b.chance(0.5):
        return None
    head = f"if {condition(b)} {{"
    body: list[Stmt] = []
    with b.scope(body):
        if b.chance(0.4):
            body.append(b.ev())
        body.append(leave(b))
    stmt = Stmt(Kind.IF, arms=[Arm(head, body)], tail="}")
    if b.chance(0.15):
        stmt.arms.append(b.arm("} else {", 2))
        stmt.exhaustive = True
    return [stmt]


@production(2.5)
def check(b: Builder) -> list[Stmt] | None:
    """``if err := fail(); err != nil { leave }``"""
    if b.chance(0.4) and (name := _assigned(b)):
        head = f"if {name} = fail({b.tag()}); {name} != nil {{"
        return [Stmt(Kind.IF, arms=[Arm(head, failing(b, name))], tail="}")]
    name = "err" if b.chance(0.8) else b.fresh("e", "problem")
    call = error(b)
    body = failing(b, name, shadowed=True)
    return [Stmt(Kind.IF, arms=[Arm(f"if {name} := {call}; {name} != nil {{", body)], tail="}")]


def _assigned(b: Builder) -> str | None:
    found = [var for var in b.visible("error") if not var.constant]
    if not found:
        return None
    var = b.rng.choice(found)
    b.use(var)
    return var.name


@production(1.2)
def tested(b: Builder) -> list[Stmt] | None:
    """Errors that are tested in a roundabout way: some are known not to be nil then, some aren't."""
    name = b.read("error")
    if name is None:
        return None
    out = certain(b, name)
    match b.choose(either=1, both=1, inverse=1, otherwise=1, doubted=1):
        case "either":
            return [Stmt(Kind.IF, arms=[Arm(f"if {name} != nil || yes({b.tag()}) {{", out)], tail="}")]
        case "both":
            return [Stmt(Kind.IF, arms=[Arm(f"if yes({b.tag()}) && {name} != nil {{", out)], tail="}")]
        case "inverse":
            return [Stmt(Kind.IF, arms=[Arm(f"if {name} == nil {{", out)], tail="}")]
        case "otherwise":
            arms = [Arm(f"if {name} == nil {{", [b.ev()]), Arm("} else {", out)]
            return [Stmt(Kind.IF, arms=arms, tail="}")]
    inner = Stmt(Kind.IF, arms=[Arm(f"if {condition(b)} {{", out)], tail="}")
    return [Stmt(Kind.IF, arms=[Arm(f"if {name} != nil {{", [inner])], tail="}")]


@production(lambda b: 1.5 if b.taste.exits else 0)
def goexit(b: Builder) -> list[Stmt] | None:
    """``runtime.Goexit()`` ends the goroutine; its defers run."""
    body = [Stmt(Kind.SIMPLE, "runtime.Goexit()")]
    return [Stmt(Kind.IF, arms=[Arm(f"if {condition(b)} {{", body)], tail="}")]


@production(lambda b: 1.2 if b.taste.exits else 0.25)
def ending(b: Builder) -> list[Stmt] | None:
    """``os.Exit`` and ``log.Fatal`` end the program; no deferred call runs."""
    if not b.clear("os", "log"):
        return None
    text = f"os.Exit({integer(b)})" if b.chance(0.6) else f"log.Fatal({b.tag()}, {integer(b)})"
    return [Stmt(Kind.IF, arms=[Arm(f"if {condition(b)} {{", [Stmt(Kind.SIMPLE, text)])], tail="}")]


@production(lambda b: 1.0 if b.taste.exits else 0.15)
def failure(b: Builder) -> list[Stmt] | None:
    """Something that panics by itself."""
    if b.chance(0.5) and (name := b.read("[]string")):
        return [b.ev(f"{name}[pick(3)]")]
    if number := b.read("int"):
        return [b.ev(f"7/{number}")]
    return None


@production(lambda b: 0.6 if b.taste.recovers and b.in_loop else 0)
def recovering(b: Builder) -> list[Stmt] | None:
    """A recover that does nothing, unless the statement moves into a deferred function."""
    return [b.ev("recover()")]
