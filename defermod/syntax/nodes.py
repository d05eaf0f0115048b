"""The kinds of named nodes and their fields.  Made by ``generate_nodes.py``: not for editing.

Each class is a view of a ``Node`` of one kind: ``ForStatement.of(node)`` is None for any other kind, and a misspelt
field is an error for a type checker, and an AttributeError when run.  A field gives plain nodes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from defermod.syntax.tree import Node
from defermod.syntax.view import View


class ArgumentList(View):
    """Node ``argument_list``."""

    KIND: ClassVar[str] = "argument_list"


class ArrayType(View):
    """Node ``array_type``."""

    KIND: ClassVar[str] = "array_type"

    @property
    def element(self) -> Node:
        """``_type``."""
        return self.node.need("element")

    @property
    def length(self) -> Node:
        """``_expression``."""
        return self.node.need("length")


class AssignmentStatement(View):
    """Node ``assignment_statement``."""

    KIND: ClassVar[str] = "assignment_statement"

    @property
    def left(self) -> Node:
        """``expression_list``."""
        return self.node.need("left")

    @property
    def operator(self) -> Node:
        """A token."""
        return self.node.need("operator")

    @property
    def right(self) -> Node:
        """``expression_list``."""
        return self.node.need("right")


class BinaryExpression(View):
    """Node ``binary_expression``."""

    KIND: ClassVar[str] = "binary_expression"

    @property
    def left(self) -> Node:
        """``_expression``."""
        return self.node.need("left")

    @property
    def operator(self) -> Node:
        """A token."""
        return self.node.need("operator")

    @property
    def right(self) -> Node:
        """``_expression``."""
        return self.node.need("right")


class BlankIdentifier(View):
    """Node ``blank_identifier``."""

    KIND: ClassVar[str] = "blank_identifier"


class Block(View):
    """Node ``block``."""

    KIND: ClassVar[str] = "block"


class BreakStatement(View):
    """Node ``break_statement``."""

    KIND: ClassVar[str] = "break_statement"


class CallExpression(View):
    """Node ``call_expression``."""

    KIND: ClassVar[str] = "call_expression"

    @property
    def arguments(self) -> Node:
        """``argument_list``."""
        return self.node.need("arguments")

    @property
    def function(self) -> Node:
        """``_expression``."""
        return self.node.need("function")

    @property
    def type_arguments(self) -> Node | None:
        """``type_arguments``."""
        return self.node.get("type_arguments")


class ChannelType(View):
    """Node ``channel_type``."""

    KIND: ClassVar[str] = "channel_type"

    @property
    def value(self) -> Node:
        """``_type``."""
        return self.node.need("value")


class Comment(View):
    """Node ``comment``."""

    KIND: ClassVar[str] = "comment"


class CommunicationCase(View):
    """Node ``communication_case``."""

    KIND: ClassVar[str] = "communication_case"

    @property
    def communication(self) -> Node:
        """``receive_statement``, ``send_statement``."""
        return self.node.need("communication")


class CompositeLiteral(View):
    """Node ``composite_literal``."""

    KIND: ClassVar[str] = "composite_literal"

    @property
    def body(self) -> Node:
        """``literal_value``."""
        return self.node.need("body")

    @property
    def type(self) -> Node:
        """One of 8 kinds."""
        return self.node.need("type")


class ConstDeclaration(View):
    """Node ``const_declaration``."""

    KIND: ClassVar[str] = "const_declaration"


class ConstSpec(View):
    """Node ``const_spec``."""

    KIND: ClassVar[str] = "const_spec"

    @property
    def name(self) -> list[Node]:
        """``identifier``."""
        return self.node.all("name")

    @property
    def type(self) -> Node | None:
        """``_type``."""
        return self.node.get("type")

    @property
    def value(self) -> Node | None:
        """``expression_list``."""
        return self.node.get("value")


class ContinueStatement(View):
    """Node ``continue_statement``."""

    KIND: ClassVar[str] = "continue_statement"


class DecStatement(View):
    """Node ``dec_statement``."""

    KIND: ClassVar[str] = "dec_statement"


class DefaultCase(View):
    """Node ``default_case``."""

    KIND: ClassVar[str] = "default_case"


class DeferStatement(View):
    """Node ``defer_statement``."""

    KIND: ClassVar[str] = "defer_statement"


class Dot(View):
    """Node ``dot``."""

    KIND: ClassVar[str] = "dot"


class EmptyStatement(View):
    """Node ``empty_statement``."""

    KIND: ClassVar[str] = "empty_statement"


class EscapeSequence(View):
    """Node ``escape_sequence``."""

    KIND: ClassVar[str] = "escape_sequence"


class ExpressionCase(View):
    """Node ``expression_case``."""

    KIND: ClassVar[str] = "expression_case"

    @property
    def value(self) -> Node:
        """``expression_list``."""
        return self.node.need("value")


class ExpressionList(View):
    """Node ``expression_list``."""

    KIND: ClassVar[str] = "expression_list"


class ExpressionStatement(View):
    """Node ``expression_statement``."""

    KIND: ClassVar[str] = "expression_statement"


class ExpressionSwitchStatement(View):
    """Node ``expression_switch_statement``."""

    KIND: ClassVar[str] = "expression_switch_statement"

    @property
    def initializer(self) -> Node | None:
        """``_simple_statement``."""
        return self.node.get("initializer")

    @property
    def value(self) -> Node | None:
        """``_expression``."""
        return self.node.get("value")


class FallthroughStatement(View):
    """Node ``fallthrough_statement``."""

    KIND: ClassVar[str] = "fallthrough_statement"


class FalseLiteral(View):
    """Node ``false``."""

    KIND: ClassVar[str] = "false"


class FieldDeclaration(View):
    """Node ``field_declaration``."""

    KIND: ClassVar[str] = "field_declaration"

    @property
    def name(self) -> list[Node]:
        """``field_identifier``."""
        return self.node.all("name")

    @property
    def tag(self) -> Node | None:
        """``interpreted_string_literal``, ``raw_string_literal``."""
        return self.node.get("tag")

    @property
    def type(self) -> Node:
        """``_type``, ``generic_type``, ``qualified_type``, ``type_identifier``."""
        return self.node.need("type")


class FieldDeclarationList(View):
    """Node ``field_declaration_list``."""

    KIND: ClassVar[str] = "field_declaration_list"


class FieldIdentifier(View):
    """Node ``field_identifier``."""

    KIND: ClassVar[str] = "field_identifier"


class FloatLiteral(View):
    """Node ``float_literal``."""

    KIND: ClassVar[str] = "float_literal"


class ForClause(View):
    """Node ``for_clause``."""

    KIND: ClassVar[str] = "for_clause"

    @property
    def condition(self) -> Node | None:
        """``_expression``."""
        return self.node.get("condition")

    @property
    def initializer(self) -> Node | None:
        """``_simple_statement``."""
        return self.node.get("initializer")

    @property
    def update(self) -> Node | None:
        """``_simple_statement``."""
        return self.node.get("update")


class ForStatement(View):
    """Node ``for_statement``."""

    KIND: ClassVar[str] = "for_statement"

    @property
    def body(self) -> Node:
        """``block``."""
        return self.node.need("body")


class FuncLiteral(View):
    """Node ``func_literal``."""

    KIND: ClassVar[str] = "func_literal"

    @property
    def body(self) -> Node:
        """``block``."""
        return self.node.need("body")

    @property
    def parameters(self) -> Node:
        """``parameter_list``."""
        return self.node.need("parameters")

    @property
    def result(self) -> Node | None:
        """``_simple_type``, ``parameter_list``."""
        return self.node.get("result")


class FunctionDeclaration(View):
    """Node ``function_declaration``."""

    KIND: ClassVar[str] = "function_declaration"

    @property
    def body(self) -> Node | None:
        """``block``."""
        return self.node.get("body")

    @property
    def name(self) -> Node:
        """``identifier``."""
        return self.node.need("name")

    @property
    def parameters(self) -> Node:
        """``parameter_list``."""
        return self.node.need("parameters")

    @property
    def result(self) -> Node | None:
        """``_simple_type``, ``parameter_list``."""
        return self.node.get("result")

    @property
    def type_parameters(self) -> Node | None:
        """``type_parameter_list``."""
        return self.node.get("type_parameters")


class FunctionType(View):
    """Node ``function_type``."""

    KIND: ClassVar[str] = "function_type"

    @property
    def parameters(self) -> Node:
        """``parameter_list``."""
        return self.node.need("parameters")

    @property
    def result(self) -> Node | None:
        """``_simple_type``, ``parameter_list``."""
        return self.node.get("result")


class GenericType(View):
    """Node ``generic_type``."""

    KIND: ClassVar[str] = "generic_type"

    @property
    def type(self) -> Node:
        """``negated_type``, ``qualified_type``, ``type_identifier``."""
        return self.node.need("type")

    @property
    def type_arguments(self) -> Node:
        """``type_arguments``."""
        return self.node.need("type_arguments")


class GoStatement(View):
    """Node ``go_statement``."""

    KIND: ClassVar[str] = "go_statement"


class GotoStatement(View):
    """Node ``goto_statement``."""

    KIND: ClassVar[str] = "goto_statement"


class Identifier(View):
    """Node ``identifier``."""

    KIND: ClassVar[str] = "identifier"


class IfStatement(View):
    """Node ``if_statement``."""

    KIND: ClassVar[str] = "if_statement"

    @property
    def alternative(self) -> Node | None:
        """``block``, ``if_statement``."""
        return self.node.get("alternative")

    @property
    def condition(self) -> Node:
        """``_expression``."""
        return self.node.need("condition")

    @property
    def consequence(self) -> Node:
        """``block``."""
        return self.node.need("consequence")

    @property
    def initializer(self) -> Node | None:
        """``_simple_statement``."""
        return self.node.get("initializer")


class ImaginaryLiteral(View):
    """Node ``imaginary_literal``."""

    KIND: ClassVar[str] = "imaginary_literal"


class ImplicitLengthArrayType(View):
    """Node ``implicit_length_array_type``."""

    KIND: ClassVar[str] = "implicit_length_array_type"

    @property
    def element(self) -> Node:
        """``_type``."""
        return self.node.need("element")


class ImportDeclaration(View):
    """Node ``import_declaration``."""

    KIND: ClassVar[str] = "import_declaration"


class ImportSpec(View):
    """Node ``import_spec``."""

    KIND: ClassVar[str] = "import_spec"

    @property
    def name(self) -> Node | None:
        """``blank_identifier``, ``dot``, ``package_identifier``."""
        return self.node.get("name")

    @property
    def path(self) -> Node:
        """``interpreted_string_literal``, ``raw_string_literal``."""
        return self.node.need("path")


class ImportSpecList(View):
    """Node ``import_spec_list``."""

    KIND: ClassVar[str] = "import_spec_list"


class IncStatement(View):
    """Node ``inc_statement``."""

    KIND: ClassVar[str] = "inc_statement"


class IndexExpression(View):
    """Node ``index_expression``."""

    KIND: ClassVar[str] = "index_expression"

    @property
    def index(self) -> Node:
        """``_expression``."""
        return self.node.need("index")

    @property
    def operand(self) -> Node:
        """``_expression``."""
        return self.node.need("operand")


class IntLiteral(View):
    """Node ``int_literal``."""

    KIND: ClassVar[str] = "int_literal"


class InterfaceType(View):
    """Node ``interface_type``."""

    KIND: ClassVar[str] = "interface_type"


class InterpretedStringLiteral(View):
    """Node ``interpreted_string_literal``."""

    KIND: ClassVar[str] = "interpreted_string_literal"


class InterpretedStringLiteralContent(View):
    """Node ``interpreted_string_literal_content``."""

    KIND: ClassVar[str] = "interpreted_string_literal_content"


class Iota(View):
    """Node ``iota``."""

    KIND: ClassVar[str] = "iota"


class KeyedElement(View):
    """Node ``keyed_element``."""

    KIND: ClassVar[str] = "keyed_element"

    @property
    def key(self) -> Node:
        """``literal_element``."""
        return self.node.need("key")

    @property
    def value(self) -> Node:
        """``literal_element``."""
        return self.node.need("value")


class LabelName(View):
    """Node ``label_name``."""

    KIND: ClassVar[str] = "label_name"


class LabeledStatement(View):
    """Node ``labeled_statement``."""

    KIND: ClassVar[str] = "labeled_statement"

    @property
    def label(self) -> Node:
        """``label_name``."""
        return self.node.need("label")


class LiteralElement(View):
    """Node ``literal_element``."""

    KIND: ClassVar[str] = "literal_element"


class LiteralValue(View):
    """Node ``literal_value``."""

    KIND: ClassVar[str] = "literal_value"


class MapType(View):
    """Node ``map_type``."""

    KIND: ClassVar[str] = "map_type"

    @property
    def key(self) -> Node:
        """``_type``."""
        return self.node.need("key")

    @property
    def value(self) -> Node:
        """``_type``."""
        return self.node.need("value")


class MethodDeclaration(View):
    """Node ``method_declaration``."""

    KIND: ClassVar[str] = "method_declaration"

    @property
    def body(self) -> Node | None:
        """``block``."""
        return self.node.get("body")

    @property
    def name(self) -> Node:
        """``field_identifier``."""
        return self.node.need("name")

    @property
    def parameters(self) -> Node:
        """``parameter_list``."""
        return self.node.need("parameters")

    @property
    def receiver(self) -> Node:
        """``parameter_list``."""
        return self.node.need("receiver")

    @property
    def result(self) -> Node | None:
        """``_simple_type``, ``parameter_list``."""
        return self.node.get("result")


class MethodElem(View):
    """Node ``method_elem``."""

    KIND: ClassVar[str] = "method_elem"

    @property
    def name(self) -> Node:
        """``field_identifier``."""
        return self.node.need("name")

    @property
    def parameters(self) -> Node:
        """``parameter_list``."""
        return self.node.need("parameters")

    @property
    def result(self) -> Node | None:
        """``_simple_type``, ``parameter_list``."""
        return self.node.get("result")


class NegatedType(View):
    """Node ``negated_type``."""

    KIND: ClassVar[str] = "negated_type"


class Nil(View):
    """Node ``nil``."""

    KIND: ClassVar[str] = "nil"


class PackageClause(View):
    """Node ``package_clause``."""

    KIND: ClassVar[str] = "package_clause"


class PackageIdentifier(View):
    """Node ``package_identifier``."""

    KIND: ClassVar[str] = "package_identifier"


class ParameterDeclaration(View):
    """Node ``parameter_declaration``."""

    KIND: ClassVar[str] = "parameter_declaration"

    @property
    def name(self) -> list[Node]:
        """``identifier``."""
        return self.node.all("name")

    @property
    def type(self) -> Node:
        """``_type``."""
        return self.node.need("type")


class ParameterList(View):
    """Node ``parameter_list``."""

    KIND: ClassVar[str] = "parameter_list"


class ParenthesizedExpression(View):
    """Node ``parenthesized_expression``."""

    KIND: ClassVar[str] = "parenthesized_expression"


class ParenthesizedType(View):
    """Node ``parenthesized_type``."""

    KIND: ClassVar[str] = "parenthesized_type"


class PointerType(View):
    """Node ``pointer_type``."""

    KIND: ClassVar[str] = "pointer_type"


class QualifiedType(View):
    """Node ``qualified_type``."""

    KIND: ClassVar[str] = "qualified_type"

    @property
    def name(self) -> Node:
        """``type_identifier``."""
        return self.node.need("name")

    @property
    def package(self) -> Node:
        """``package_identifier``."""
        return self.node.need("package")


class RangeClause(View):
    """Node ``range_clause``."""

    KIND: ClassVar[str] = "range_clause"

    @property
    def left(self) -> Node | None:
        """``expression_list``."""
        return self.node.get("left")

    @property
    def right(self) -> Node:
        """``_expression``."""
        return self.node.need("right")


class RawStringLiteral(View):
    """Node ``raw_string_literal``."""

    KIND: ClassVar[str] = "raw_string_literal"


class RawStringLiteralContent(View):
    """Node ``raw_string_literal_content``."""

    KIND: ClassVar[str] = "raw_string_literal_content"


class ReceiveStatement(View):
    """Node ``receive_statement``."""

    KIND: ClassVar[str] = "receive_statement"

    @property
    def left(self) -> Node | None:
        """``expression_list``."""
        return self.node.get("left")

    @property
    def right(self) -> Node:
        """``_expression``."""
        return self.node.need("right")


class ReturnStatement(View):
    """Node ``return_statement``."""

    KIND: ClassVar[str] = "return_statement"


class RuneLiteral(View):
    """Node ``rune_literal``."""

    KIND: ClassVar[str] = "rune_literal"


class SelectStatement(View):
    """Node ``select_statement``."""

    KIND: ClassVar[str] = "select_statement"


class SelectorExpression(View):
    """Node ``selector_expression``."""

    KIND: ClassVar[str] = "selector_expression"

    @property
    def field(self) -> Node:
        """``field_identifier``."""
        return self.node.need("field")

    @property
    def operand(self) -> Node:
        """``_expression``."""
        return self.node.need("operand")


class SendStatement(View):
    """Node ``send_statement``."""

    KIND: ClassVar[str] = "send_statement"

    @property
    def channel(self) -> Node:
        """``_expression``."""
        return self.node.need("channel")

    @property
    def value(self) -> Node:
        """``_expression``."""
        return self.node.need("value")


class ShortVarDeclaration(View):
    """Node ``short_var_declaration``."""

    KIND: ClassVar[str] = "short_var_declaration"

    @property
    def left(self) -> Node:
        """``expression_list``."""
        return self.node.need("left")

    @property
    def right(self) -> Node:
        """``expression_list``."""
        return self.node.need("right")


class SliceExpression(View):
    """Node ``slice_expression``."""

    KIND: ClassVar[str] = "slice_expression"

    @property
    def capacity(self) -> Node | None:
        """``_expression``."""
        return self.node.get("capacity")

    @property
    def end(self) -> Node | None:
        """``_expression``."""
        return self.node.get("end")

    @property
    def operand(self) -> Node:
        """``_expression``."""
        return self.node.need("operand")

    @property
    def start(self) -> Node | None:
        """``_expression``."""
        return self.node.get("start")


class SliceType(View):
    """Node ``slice_type``."""

    KIND: ClassVar[str] = "slice_type"

    @property
    def element(self) -> Node:
        """``_type``."""
        return self.node.need("element")


class SourceFile(View):
    """Node ``source_file``."""

    KIND: ClassVar[str] = "source_file"


class StatementList(View):
    """Node ``statement_list``."""

    KIND: ClassVar[str] = "statement_list"


class StructType(View):
    """Node ``struct_type``."""

    KIND: ClassVar[str] = "struct_type"


class TrueLiteral(View):
    """Node ``true``."""

    KIND: ClassVar[str] = "true"


class TypeAlias(View):
    """Node ``type_alias``."""

    KIND: ClassVar[str] = "type_alias"

    @property
    def name(self) -> Node:
        """``type_identifier``."""
        return self.node.need("name")

    @property
    def type(self) -> Node:
        """``_type``."""
        return self.node.need("type")

    @property
    def type_parameters(self) -> Node | None:
        """``type_parameter_list``."""
        return self.node.get("type_parameters")


class TypeArguments(View):
    """Node ``type_arguments``."""

    KIND: ClassVar[str] = "type_arguments"


class TypeAssertionExpression(View):
    """Node ``type_assertion_expression``."""

    KIND: ClassVar[str] = "type_assertion_expression"

    @property
    def operand(self) -> Node:
        """``_expression``."""
        return self.node.need("operand")

    @property
    def type(self) -> Node:
        """``_type``."""
        return self.node.need("type")


class TypeCase(View):
    """Node ``type_case``."""

    KIND: ClassVar[str] = "type_case"

    @property
    def type(self) -> list[Node]:
        """``_type``."""
        return self.node.all("type")


class TypeConstraint(View):
    """Node ``type_constraint``."""

    KIND: ClassVar[str] = "type_constraint"


class TypeConversionExpression(View):
    """Node ``type_conversion_expression``."""

    KIND: ClassVar[str] = "type_conversion_expression"

    @property
    def operand(self) -> Node:
        """``_expression``."""
        return self.node.need("operand")

    @property
    def type(self) -> Node:
        """``_type``."""
        return self.node.need("type")


class TypeDeclaration(View):
    """Node ``type_declaration``."""

    KIND: ClassVar[str] = "type_declaration"


class TypeElem(View):
    """Node ``type_elem``."""

    KIND: ClassVar[str] = "type_elem"


class TypeIdentifier(View):
    """Node ``type_identifier``."""

    KIND: ClassVar[str] = "type_identifier"


class TypeInstantiationExpression(View):
    """Node ``type_instantiation_expression``."""

    KIND: ClassVar[str] = "type_instantiation_expression"

    @property
    def type(self) -> Node:
        """``_type``."""
        return self.node.need("type")


class TypeParameterDeclaration(View):
    """Node ``type_parameter_declaration``."""

    KIND: ClassVar[str] = "type_parameter_declaration"

    @property
    def name(self) -> list[Node]:
        """``identifier``."""
        return self.node.all("name")

    @property
    def type(self) -> Node:
        """``type_constraint``."""
        return self.node.need("type")


class TypeParameterList(View):
    """Node ``type_parameter_list``."""

    KIND: ClassVar[str] = "type_parameter_list"


class TypeSpec(View):
    """Node ``type_spec``."""

    KIND: ClassVar[str] = "type_spec"

    @property
    def name(self) -> Node:
        """``type_identifier``."""
        return self.node.need("name")

    @property
    def type(self) -> Node:
        """``_type``."""
        return self.node.need("type")

    @property
    def type_parameters(self) -> Node | None:
        """``type_parameter_list``."""
        return self.node.get("type_parameters")


class TypeSwitchStatement(View):
    """Node ``type_switch_statement``."""

    KIND: ClassVar[str] = "type_switch_statement"

    @property
    def alias(self) -> Node | None:
        """``expression_list``."""
        return self.node.get("alias")

    @property
    def initializer(self) -> Node | None:
        """``_simple_statement``."""
        return self.node.get("initializer")

    @property
    def value(self) -> Node:
        """``_expression``."""
        return self.node.need("value")


class UnaryExpression(View):
    """Node ``unary_expression``."""

    KIND: ClassVar[str] = "unary_expression"

    @property
    def operand(self) -> Node:
        """``_expression``."""
        return self.node.need("operand")

    @property
    def operator(self) -> Node:
        """A token."""
        return self.node.need("operator")


class VarDeclaration(View):
    """Node ``var_declaration``."""

    KIND: ClassVar[str] = "var_declaration"


class VarSpec(View):
    """Node ``var_spec``."""

    KIND: ClassVar[str] = "var_spec"

    @property
    def name(self) -> list[Node]:
        """``identifier``."""
        return self.node.all("name")

    @property
    def type(self) -> Node | None:
        """``_type``."""
        return self.node.get("type")

    @property
    def value(self) -> Node | None:
        """``expression_list``."""
        return self.node.get("value")


class VarSpecList(View):
    """Node ``var_spec_list``."""

    KIND: ClassVar[str] = "var_spec_list"


class VariadicArgument(View):
    """Node ``variadic_argument``."""

    KIND: ClassVar[str] = "variadic_argument"


class VariadicParameterDeclaration(View):
    """Node ``variadic_parameter_declaration``."""

    KIND: ClassVar[str] = "variadic_parameter_declaration"

    @property
    def name(self) -> Node | None:
        """``identifier``."""
        return self.node.get("name")

    @property
    def type(self) -> Node:
        """``_type``."""
        return self.node.need("type")


FIELDS: Mapping[str, frozenset[str]] = {
    "argument_list": frozenset(),
    "array_type": frozenset({"element", "length"}),
    "assignment_statement": frozenset({"left", "operator", "right"}),
    "binary_expression": frozenset({"left", "operator", "right"}),
    "blank_identifier": frozenset(),
    "block": frozenset(),
    "break_statement": frozenset(),
    "call_expression": frozenset({"arguments", "function", "type_arguments"}),
    "channel_type": frozenset({"value"}),
    "comment": frozenset(),
    "communication_case": frozenset({"communication"}),
    "composite_literal": frozenset({"body", "type"}),
    "const_declaration": frozenset(),
    "const_spec": frozenset({"name", "type", "value"}),
    "continue_statement": frozenset(),
    "dec_statement": frozenset(),
    "default_case": frozenset(),
    "defer_statement": frozenset(),
    "dot": frozenset(),
    "empty_statement": frozenset(),
    "escape_sequence": frozenset(),
    "expression_case": frozenset({"value"}),
    "expression_list": frozenset(),
    "expression_statement": frozenset(),
    "expression_switch_statement": frozenset({"initializer", "value"}),
    "fallthrough_statement": frozenset(),
    "false": frozenset(),
    "field_declaration": frozenset({"name", "tag", "type"}),
    "field_declaration_list": frozenset(),
    "field_identifier": frozenset(),
    "float_literal": frozenset(),
    "for_clause": frozenset({"condition", "initializer", "update"}),
    "for_statement": frozenset({"body"}),
    "func_literal": frozenset({"body", "parameters", "result"}),
    "function_declaration": frozenset({"body", "name", "parameters", "result", "type_parameters"}),
    "function_type": frozenset({"parameters", "result"}),
    "generic_type": frozenset({"type", "type_arguments"}),
    "go_statement": frozenset(),
    "goto_statement": frozenset(),
    "identifier": frozenset(),
    "if_statement": frozenset({"alternative", "condition", "consequence", "initializer"}),
    "imaginary_literal": frozenset(),
    "implicit_length_array_type": frozenset({"element"}),
    "import_declaration": frozenset(),
    "import_spec": frozenset({"name", "path"}),
    "import_spec_list": frozenset(),
    "inc_statement": frozenset(),
    "index_expression": frozenset({"index", "operand"}),
    "int_literal": frozenset(),
    "interface_type": frozenset(),
    "interpreted_string_literal": frozenset(),
    "interpreted_string_literal_content": frozenset(),
    "iota": frozenset(),
    "keyed_element": frozenset({"key", "value"}),
    "label_name": frozenset(),
    "labeled_statement": frozenset({"label"}),
    "literal_element": frozenset(),
    "literal_value": frozenset(),
    "map_type": frozenset({"key", "value"}),
    "method_declaration": frozenset({"body", "name", "parameters", "receiver", "result"}),
    "method_elem": frozenset({"name", "parameters", "result"}),
    "negated_type": frozenset(),
    "nil": frozenset(),
    "package_clause": frozenset(),
    "package_identifier": frozenset(),
    "parameter_declaration": frozenset({"name", "type"}),
    "parameter_list": frozenset(),
    "parenthesized_expression": frozenset(),
    "parenthesized_type": frozenset(),
    "pointer_type": frozenset(),
    "qualified_type": frozenset({"name", "package"}),
    "range_clause": frozenset({"left", "right"}),
    "raw_string_literal": frozenset(),
    "raw_string_literal_content": frozenset(),
    "receive_statement": frozenset({"left", "right"}),
    "return_statement": frozenset(),
    "rune_literal": frozenset(),
    "select_statement": frozenset(),
    "selector_expression": frozenset({"field", "operand"}),
    "send_statement": frozenset({"channel", "value"}),
    "short_var_declaration": frozenset({"left", "right"}),
    "slice_expression": frozenset({"capacity", "end", "operand", "start"}),
    "slice_type": frozenset({"element"}),
    "source_file": frozenset(),
    "statement_list": frozenset(),
    "struct_type": frozenset(),
    "true": frozenset(),
    "type_alias": frozenset({"name", "type", "type_parameters"}),
    "type_arguments": frozenset(),
    "type_assertion_expression": frozenset({"operand", "type"}),
    "type_case": frozenset({"type"}),
    "type_constraint": frozenset(),
    "type_conversion_expression": frozenset({"operand", "type"}),
    "type_declaration": frozenset(),
    "type_elem": frozenset(),
    "type_identifier": frozenset(),
    "type_instantiation_expression": frozenset({"type"}),
    "type_parameter_declaration": frozenset({"name", "type"}),
    "type_parameter_list": frozenset(),
    "type_spec": frozenset({"name", "type", "type_parameters"}),
    "type_switch_statement": frozenset({"alias", "initializer", "value"}),
    "unary_expression": frozenset({"operand", "operator"}),
    "var_declaration": frozenset(),
    "var_spec": frozenset({"name", "type", "value"}),
    "var_spec_list": frozenset(),
    "variadic_argument": frozenset(),
    "variadic_parameter_declaration": frozenset({"name", "type"}),
}
"""The names of the fields of each kind."""
