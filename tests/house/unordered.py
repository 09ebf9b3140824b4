"""Finds where the order of a set, which no two processes share, would decide something.

What is a set is told from how it is written: a display, a call, an operator, a name or
field or function that is declared or given one, here or in any other file of the core.
"""

import ast
from collections.abc import Iterable, Iterator
from typing import NamedTuple, Self

Scope = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
ORDERLESS = {"all", "any", "frozenset", "len", "max", "min", "set", "sorted", "sum"}
IN_ORDER = {
    "Counter",
    "OrderedDict",
    "accumulate",
    "chain",
    "deque",
    "dict",
    "enumerate",
    "extend",
    "filter",
    "from_iterable",
    "fromkeys",
    "islice",
    "iter",
    "join",
    "list",
    "map",
    "pairwise",
    "reduce",
    "reversed",
    "tuple",
    "zip",
}
SETS = {"AbstractSet", "MutableSet", "Set", "frozenset", "set"}
_GIVE_SETS = {"difference", "intersection", "symmetric_difference", "union"}
_VIEWS = {"items", "keys"}
_OPERATORS = ast.BitOr | ast.BitAnd | ast.Sub | ast.BitXor


class Sets(NamedTuple):
    """What is known to be a set by its name.

    Attributes:
        names: variables of this scope and those around it.
        fields: of objects, whatever class.
        functions: that return one.
    """

    names: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()

    @classmethod
    def of(cls, trees: Iterable[ast.Module]) -> Self:
        """Gather what any file gives to the others: constants, fields, functions."""
        names, fields, functions = set(), set(), set()
        for tree in trees:
            for line in tree.body:
                names.update(_assigned(line, cls()))
            for node in ast.walk(tree):
                fields.update(_fields(node))
                if isinstance(node, ast.FunctionDef) and is_set_type(node.returns):
                    functions.add(node.name)
        return cls(frozenset(names), frozenset(fields), frozenset(functions))

    def within(self, scope: Scope) -> Self:
        """Add what a scope names for itself."""
        names = set(self.names)
        if not isinstance(scope, ast.Module):
            given = scope.args
            every = [*given.posonlyargs, *given.args, *given.kwonlyargs]
            names.update(each.arg for each in every if is_set_type(each.annotation))
        for node in _inside(scope):
            names.update(_assigned(node, self))
        return self._replace(names=frozenset(names))

    def hold(self, node: ast.expr) -> bool:
        """Whether an expression is a set."""
        match node:
            case ast.Set() | ast.SetComp():
                return True
            case ast.Call(func=ast.Name(id=name)):
                return name in {"set", "frozenset"} | self.functions
            case ast.Call(func=ast.Attribute(attr=name)):
                return name in _GIVE_SETS | self.functions
            case ast.BinOp(op=op, left=left, right=right):
                return isinstance(op, _OPERATORS) and any(
                    self.hold(one) or _is_view(one) for one in (left, right)
                )
            case ast.IfExp(body=left, orelse=right):
                return self.hold(left) or self.hold(right)
            case ast.BoolOp(values=values):
                return any(map(self.hold, values))
            case ast.NamedExpr(value=value):
                return self.hold(value)
            case ast.Name(id=name):
                return name in self.names
            case ast.Attribute(attr=name):
                return name in self.fields
        return False


def unordered(tree: ast.Module, known: Sets) -> Iterator[tuple[ast.AST, str]]:
    """Places of a file where the order of a set would decide something."""
    for node in ast.walk(tree):
        if isinstance(node, ast.arg | ast.AnnAssign) and _keeps_sets(node.annotation):
            yield node, "keeps sets in a collection, where nobody sees them read"
    yield from _unordered(tree, known)


def _unordered(scope: Scope, around: Sets) -> Iterator[tuple[ast.AST, str]]:
    known = around.within(scope)
    nodes = list(_inside(scope))
    free = {
        id(argument)
        for node in nodes
        if isinstance(node, ast.Call) and _called(node) in ORDERLESS
        for argument in node.args
        if not _by_key(node)
    }
    for node in nodes:
        for source in _read_in_order(node, free):
            if known.hold(source):
                yield node, f"reads the set {ast.unparse(source)} in its order"
        if isinstance(node, Scope):
            yield from _unordered(node, known)


def _inside(scope: ast.AST) -> Iterator[ast.AST]:
    """Nodes of a scope without those of the functions within it."""
    for node in ast.iter_child_nodes(scope):
        yield node
        if not isinstance(node, Scope):
            yield from _inside(node)


def is_set_type(annotation: ast.expr | None) -> bool:
    """Whether a declaration allows for a set."""
    match annotation:
        case ast.Constant(value=str(text)):
            return is_set_type(ast.parse(text, mode="eval").body)
        case ast.BinOp(op=ast.BitOr(), left=left, right=right):
            return is_set_type(left) or is_set_type(right)
        case ast.Subscript(value=value, slice=inner):
            name = ast.unparse(value).split(".")[-1]
            return name in SETS or (name == "Optional" and is_set_type(inner))
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name in SETS
    return False


def _keeps_sets(annotation: ast.expr | None) -> bool:
    """Whether a declaration has sets inside something else: ``dict[str, set[int]]``."""
    return annotation is not None and any(
        is_set_type(part)
        for node in ast.walk(annotation)
        if isinstance(node, ast.Subscript)
        for part in ast.walk(node.slice)
        if isinstance(part, ast.expr)
    )


def _assigned(node: ast.AST, known: Sets) -> Iterator[str]:
    """Names that a line or an expression gives a set to."""
    match node:
        case ast.Assign(targets=targets, value=value) if known.hold(value):
            yield from (each.id for each in targets if isinstance(each, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation):
            if is_set_type(annotation):
                yield name
        case ast.AugAssign(target=ast.Name(id=name), op=op, value=value):
            if isinstance(op, _OPERATORS) and known.hold(value):
                yield name
        case ast.NamedExpr(target=ast.Name(id=name), value=value):
            if known.hold(value):
                yield name


def _fields(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.ClassDef(body=body):
            for line in body:
                yield from _assigned(line, Sets())
        case ast.AnnAssign(target=ast.Attribute(attr=name), annotation=annotation):
            if is_set_type(annotation):
                yield name
        case ast.Assign(targets=[ast.Attribute(attr=name)], value=value):
            if Sets().hold(value):
                yield name


def _read_in_order(node: ast.AST, free: set[int]) -> Iterator[ast.expr]:
    match node:
        case ast.For():
            yield node.iter
        case ast.ListComp() | ast.DictComp() | ast.GeneratorExp():
            if id(node) not in free:
                yield from (each.iter for each in node.generators)
        case ast.Call(func=ast.Attribute(attr="pop", value=value), args=[]):
            yield value
        case ast.Call() if _called(node) in IN_ORDER and id(node) not in free:
            yield from node.args
        # Those that are equal by the key come out in the order of the set.
        case ast.Call() if _called(node) in ORDERLESS and _by_key(node):
            yield from node.args
        case ast.Starred() | ast.YieldFrom():
            yield node.value
        case ast.Assign(targets=[ast.Tuple() | ast.List()], value=value):
            yield value


def _called(node: ast.Call) -> str:
    return ast.unparse(node.func).split(".")[-1]


def _by_key(node: ast.Call) -> bool:
    return any(each.arg == "key" for each in node.keywords)


def _is_view(node: ast.expr) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(attr=name), args=[]):
            return name in _VIEWS
    return False
