"""Adds a ``ctx context.Context`` to a function and, through the calls in its package, to all that call it.

The chain ends where a context is at hand, and in ``main``, ``init`` and tests, which pass ``context.Background()``.

defermod run add_context.py --option add-context.function=fetch ./...
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from defermod.codemod import Context, Finding, Metadata, Node, Option, Rule, RuleDoc

TESTS = re.compile(r"(Test|Benchmark|Fuzz|Example)([^a-z].*)?")


@dataclass(frozen=True)
class Function:
    """A function of the package, in its file."""

    file: Context
    node: Node

    @property
    def name(self) -> str:
        return self.node.need("name").text

    @property
    def parameters(self) -> list[Node]:
        return [p for p in self.node.need("parameters").named_children if p.kind != "comment"]

    @property
    def has_context(self) -> bool:
        return any(p.text == "ctx context.Context" for p in self.parameters[:1])

    @property
    def ends_chain(self) -> bool:
        in_tests = self.file.file_name.endswith("_test.go")
        return self.has_context or self.name in ("main", "init") or (in_tests and bool(TESTS.fullmatch(self.name)))


class CannotAddError(Exception):
    """A function of the chain can't have a context: code, sentence, place and a few words on it."""


class AddContext(Rule):
    rule = "add-context"
    doc = RuleDoc("a function without a context", "a function that --option names", "A context lets callers stop it.")
    metadata = frozenset({Metadata.SCOPES, Metadata.PACKAGE})
    options = (Option("function", "", "the function's name"),)

    def visit(self, context: Context) -> Iterator[Finding]:
        functions = [Function(f, node) for f in context.package for node in f.root.find("function_declaration")]
        wanted = next((f for f in functions if f.name == context.option("function")), None)
        if wanted is None or wanted.has_context:
            return
        try:
            chain, calls = self.chain(wanted, functions, context.package)
        except CannotAddError as error:
            code, why, file, node, note = error.args
            if wanted.file is context:
                place = ((node, note),) if file is context else ()
                refusal = context.refuse(code, f"{why} ({file.file_name}: {note})", *place)
                yield context.finding(wanted.node, "it has no context", refusal)
            return
        files = {f.file for f in chain} | {caller.file for caller, _ in calls}
        if context not in files:
            return
        rewriter = context.rewriter()
        for function in chain:
            if function.file is context:
                rest = ", " if function.parameters else ""
                rewriter.insert(function.node.need("parameters").start + 1, f"ctx context.Context{rest}")
                rewriter.add_import("context")
        for caller, call in calls:
            if caller.file is context:
                given = "ctx" if caller in chain or caller.has_context else "context.Background()"
                arguments = call.need("arguments")
                rewriter.insert(arguments.start + 1, f"{given}, " if arguments.named_children else given)
                rewriter.add_import("context")
        exported = sorted(f.name for f in chain if f.name[0].isupper())
        if exported:
            why = f"other packages may call {', '.join(exported)}"
            outcome = rewriter.unsafe("pass a context", "callers-elsewhere", why)
        else:
            outcome = rewriter.safe("pass a context", "all uses of these functions are calls in this package")
        outcome = context.joint(outcome, wanted.name, files)
        changed = [f.node for f in chain if f.file is context]
        for node in changed or [call for caller, call in calls if caller.file is context]:
            yield context.finding(node, "it has no context" if changed else "it is called without a context", outcome)

    def chain(
        self, wanted: Function, functions: list[Function], files: tuple[Context, ...]
    ) -> tuple[list[Function], list[tuple[Function, Node]]]:
        """The functions that get a context, and the calls of them with the functions that these are in.

        Raises CannotAddError.
        """
        chain, calls = [wanted], []
        for function in chain:  # it grows
            self.check(function, functions)
            for file in files:
                for use in self.uses(file, function):
                    caller = self.caller(function, file, use)
                    assert use.parent is not None
                    calls.append((caller, use.parent))
                    if not caller.ends_chain and caller not in chain:
                        chain.append(caller)
        for caller, call in calls:
            self.check_names(caller, call, in_chain=caller in chain)
        return chain, calls

    def check(self, function: Function, functions: list[Function]) -> None:
        """Raise CannotAddError if the function's parameters can't be changed."""
        file, node = function.file, function.node
        if sum(f.name == function.name for f in functions) > 1:
            raise CannotAddError("declared-twice", "another build has a function of that name", file, node, "it is one")
        if function.ends_chain:
            raise CannotAddError("fixed-signature", "the name fixes the parameters", file, node, "here")
        if node.get("body") is None or self.directive(file, node):
            raise CannotAddError(
                "called-from-outside", "code that is not Go may call it", file, node, "no body or //go:"
            )
        if any(p.get("name") is None for p in function.parameters):
            raise CannotAddError("unnamed-parameters", "a named parameter can't stand beside them", file, node, "here")
        if taken := next((n for n in node.find("identifier") if n.text == "ctx"), None):
            raise CannotAddError("name-taken", "ctx means something else in the chain", file, taken, "this ctx")
        if (known := file.imports.get("context")) is not None and known.known_as != "context":
            raise CannotAddError("name-taken", "the import has another name", file, known.node, "this one")
        if known is None and file.is_declared("context", node):
            raise CannotAddError("name-taken", "context means something else", file, node, "in this file")

    def directive(self, file: Context, function: Node) -> bool:
        """Return True if a comment says that the linker or C knows the function."""
        name = function.need("name").text
        comments = (comment.text for comment in file.root.find("comment"))
        return any(re.match(rf"//(go:linkname|export) {name}\b", text) for text in comments)

    def uses(self, file: Context, function: Function) -> Iterator[Node]:
        """Yield the places where a file means the function by its name."""
        if function.name.encode() not in file.source.text:
            return
        for node in file.root.find("identifier"):
            if node.text == function.name and node.parent != function.node and file.binding(node) is None:
                yield node

    def caller(self, function: Function, file: Context, use: Node) -> Function:
        """The function around a call.  Raises CannotAddError for any other use."""
        around = next((up for up in use.ancestors() if up.parent is file.root), use)
        if use.field != "function" or use.parent is None or use.parent.kind != "call_expression":
            raise CannotAddError("used-as-value", "not all of its uses are calls", file, use, "a value")
        if around.kind != "function_declaration":
            raise CannotAddError("called-outside", "a method or a variable has no context", file, use, "this call")
        arguments = [node for node in use.parent.need("arguments").named_children if node.kind != "comment"]
        many = len(function.parameters) > 1 or any(p.text.count(",") or "..." in p.text for p in function.parameters)
        if many and len(arguments) == 1 and arguments[0].kind == "call_expression":
            raise CannotAddError("many-results", "the results of a call may be its arguments", file, use, "this call")
        return Function(file, around)

    def check_names(self, caller: Function, call: Node, in_chain: bool) -> None:
        """Raise CannotAddError if what the call is to pass on means something else there."""
        file = caller.file
        if caller.has_context and not in_chain:
            binding = file.meaning("ctx", call)
            if binding is None or binding.kind != "param" or binding.function != caller.node:
                raise CannotAddError("name-taken", "ctx means something else at a call", file, call, "this call")
        elif not in_chain:
            known = file.imports.get("context")
            clear = known is None or known.known_as == "context"
            if not clear or file.meaning("context", call) or (known is None and file.is_declared("context", call)):
                raise CannotAddError("name-taken", "context means something else at a call", file, call, "this call")
