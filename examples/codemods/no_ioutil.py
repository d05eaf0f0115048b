"""``io/ioutil`` is deprecated: its functions under the names that they have had since Go 1.16."""

from collections.abc import Iterator

from defermod.codemod import Context, Finding, Node, Rule, RuleDoc

SUCCESSORS = {
    "Discard": ("io", "Discard"),
    "NopCloser": ("io", "NopCloser"),
    "ReadAll": ("io", "ReadAll"),
    "ReadFile": ("os", "ReadFile"),
    "WriteFile": ("os", "WriteFile"),
    "TempDir": ("os", "MkdirTemp"),
    "TempFile": ("os", "CreateTemp"),
}
"""``ReadDir`` is not here: os.ReadDir gives other values, and what it has read before an error."""


class NoIoutil(Rule):
    rule = "no-ioutil"
    doc = RuleDoc("io/ioutil is deprecated", "uses of io/ioutil", "Since Go 1.16 they are in io and os.")
    words = ("io/ioutil",)

    def visit(self, context: Context) -> Iterator[Finding]:
        if (context.go_version or (1, 16)) < (1, 16):
            return
        uses = [use for use in context.uses("io/ioutil") if use.kind == "selector_expression"]
        moved = [use for use in uses if use.need("field").text in SUCCESSORS and not self.shadowed(context, use)]
        rewriter = context.rewriter()
        for use in moved:
            package, name = SUCCESSORS[use.need("field").text]
            known = context.imports.get(package)
            rewriter.replace(use, f"{known.known_as if known is not None else package}.{name}")
            if known is None:
                rewriter.add_import(package)
        if len(moved) == len(uses):
            rewriter.remove_import("io/ioutil")
        fix = rewriter.safe("call the successors", "the function in io/ioutil calls this one") if moved else None
        for use in uses:
            stays = context.refuse("no-successor", "there is none that gives the same, or its name is taken here")
            yield context.finding(use, "io/ioutil is deprecated", fix if fix and use in moved else stays)

    def shadowed(self, context: Context, use: Node) -> bool:
        """Return True if the package's name means something else here, or anywhere in the package's scope."""
        package = SUCCESSORS[use.need("field").text][0]
        known = context.imports.get(package)
        return context.is_declared(known.known_as if known is not None else package, use)
