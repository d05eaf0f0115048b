"""Adds a ``ctx context.Context`` to a function and, through the calls in its file, to all that call it.

defermod run add_context.py --option add-context.function=fetch --unsafe-fixes ./...
"""

from collections.abc import Iterator

from defermod.codemod import Context, Finding, Metadata, Node, Option, Rule, RuleDoc


class AddContext(Rule):
    rule = "add-context"
    doc = RuleDoc("a function without a context", "a function that --option names", "A context lets callers stop it.")
    metadata = frozenset({Metadata.SCOPES})
    options = (Option("function", "", "the function's name"),)

    def visit(self, context: Context) -> Iterator[Finding]:
        functions = {f.need("name").text: f for f in context.root.find("function_declaration")}
        if context.option("function") not in functions:
            return
        chain, rewriter = {context.option("function"): functions[context.option("function")]}, context.rewriter()
        uses = {name: self.uses(context, name) for name in functions}
        todo = list(chain)
        while todo:
            for use in uses[todo.pop()]:
                caller = next((up for up in use.ancestors() if up.parent is context.root), use)
                name = caller.get("name")
                if use.field != "function" or caller.kind != "function_declaration" or name is None:
                    place = (use, "here it is a value, or called from a method or outside of functions")
                    refusal = context.refuse("used-as-value", "not all of its uses are calls in functions", place)
                    yield context.finding(chain[context.option("function")], "it has no context", refusal)
                    return
                if name.text not in chain:
                    chain[name.text] = caller
                    todo.append(name.text)
        if any(node.text == "ctx" for f in chain.values() for node in f.find("identifier")) or "main" in chain:
            refusal = context.refuse("name-taken", "ctx means something else in the chain, or the chain ends in main")
            yield context.finding(chain[context.option("function")], "it has no context", refusal)
            return
        for name, function in chain.items():
            parameters = function.need("parameters")
            rest = ", " if parameters.named_children else ""
            rewriter.insert(parameters.start + 1, f"ctx context.Context{rest}")
            for use in uses[name]:
                arguments = use.parent.need("arguments") if use.parent is not None else use
                rewriter.insert(arguments.start + 1, "ctx, " if arguments.named_children else "ctx")
        rewriter.add_import("context")
        why = "files that are not looked at here may call these functions"
        fix = rewriter.unsafe("pass a context", "callers-elsewhere", why)
        for function in chain.values():
            yield context.finding(function, "it has no context", fix)

    def uses(self, context: Context, name: str) -> list[Node]:
        """Return the places where the file means the function by its name."""
        found = [node for node in context.root.find("identifier") if node.text == name]
        return [node for node in found if node.field != "name" and context.binding(node) is None]
