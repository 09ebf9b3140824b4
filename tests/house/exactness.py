"""Finds what another node might compute otherwise, but for the order of sets.

One rule for each of the design's bans, "Never in the core"; each looks at one node of a
syntax tree and says what is wrong with it, or nothing.
"""

import ast
import builtins
import re
from collections.abc import Iterator

# The core imports itself and these; a new one is a decision, not a convenience.
MODULES = {
    "__future__",
    "abc",
    "base64",
    "binascii",
    "bisect",
    "collections",
    "collections.abc",
    "dataclasses",
    "enum",
    "hashlib",
    "heapq",
    "itertools",
    "json",
    "re",
    "string",
    "struct",
    "types",
    "typing",
}
# Of modules that also hold a clock, floats or what divides, these names only.
PARTS = {
    "contextlib": {"contextmanager", "suppress"},
    "datetime": {"date", "timedelta"},
    "functools": {"cache", "cached_property", "lru_cache", "partial", "reduce"},
    "math": {"comb", "gcd", "isqrt", "lcm"},
    "operator": {"attrgetter", "itemgetter"},
}
NAMES = {
    "__builtins__",
    "__import__",
    "ascii",
    "breakpoint",
    "compile",
    "complex",
    "delattr",
    "eval",
    "exec",
    "float",
    "globals",
    "hash",
    "id",
    "input",
    "locals",
    "open",
    "pow",
    "print",
    "repr",
    "round",
    "setattr",
    "vars",
}
# Clocks, and what follows the machine's language or its edition of Unicode.
METHODS = {
    "capitalize",
    "casefold",
    "expandtabs",
    "fromtimestamp",
    "isalnum",
    "isalpha",
    "isdecimal",
    "isdigit",
    "isidentifier",
    "islower",
    "isnumeric",
    "isprintable",
    "isspace",
    "istitle",
    "isupper",
    "lower",
    "now",
    "strftime",
    "swapcase",
    "title",
    "today",
    "upper",
    "utcnow",
}
_OF_DATES = {"fromtimestamp", "strftime", "today"}
DUNDERS = {"__all__", "__init__", "__name__", "__new__", "__setattr__", "__slots__"}
BUILT_IN = {
    name
    for name, one in vars(builtins).items()
    if isinstance(one, type) and issubclass(one, BaseException)
}
_REPR_IN_TEXT = re.compile(r"%[-+ #0-9.]*[ra]|\{[^{}]*![ra][:}]|\{[^{}]*:[^{}]*n\}")
_UNICODE_CLASSES = re.compile(r"(?<!\\)(?:\\\\)*\\[wWdDsSbB]|\(\?[a-zA-Z]*[iLu]")
_OF_TEXTS = {"args", "doc", "msg", "reason", "strerror"}


def inexact_nodes(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    """Everything of a file that another node might compute otherwise."""
    for node in ast.walk(tree):
        for rule in (_number, _name, _method, _text, _module, _part, _pattern):
            if why := rule(node):
                yield node, why
        if isinstance(node, ast.ExceptHandler) and node.name:
            yield from _texts_of_exceptions(node)


def divisions(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """Each place that leaves a remainder, with the function it stands in."""
    functions = (one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef))
    for function in functions:
        inside = filter(_leaves_a_remainder, ast.walk(function))
        yield from ((function.name, node) for node in inside)


def _leaves_a_remainder(node: ast.AST) -> bool:
    match node:
        case ast.BinOp(op=ast.Mod(), left=ast.Constant(value=str() | bytes())):
            return False
        case ast.BinOp(op=ast.FloorDiv() | ast.Mod()):
            return True
        case ast.AugAssign(op=ast.FloorDiv() | ast.Mod()):
            return True
        case ast.Call(func=ast.Name(id="divmod")):
            return True
    return False


def _number(node: ast.AST) -> str | None:
    match node:
        case ast.Constant(value=float() | complex()):
            return f"holds the float {node.value}"
        case ast.BinOp(op=ast.Div()) | ast.AugAssign(op=ast.Div()):
            return "divides with /; // is exact"
        case ast.BinOp(op=ast.Pow(), right=ast.UnaryOp(op=ast.USub())):
            return "raises to a negative power, which gives a float"
    return None


def _name(node: ast.AST) -> str | None:
    match node:
        case ast.Name(id=name, ctx=ast.Load()) if name in NAMES:
            return f"uses {name}"
        case ast.Attribute(attr=name) if _is_dunder(name) and name not in DUNDERS:
            return f"uses .{name}"
        case ast.Attribute(attr=name) if name in _OF_DATES:
            return f"uses .{name}"
    return None


def _is_dunder(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


def _method(node: ast.AST) -> str | None:
    match node:
        case ast.Call(func=ast.Attribute(attr=name)) if name in METHODS:
            return f"calls .{name}()"
        case ast.keyword(arg="key", value=ast.Attribute(attr=name)) if name in METHODS:
            return f"orders by .{name}"
    return None


def _text(node: ast.AST) -> str | None:
    match node:
        case ast.FormattedValue(conversion=97 | 114):
            return "uses !r, a repr"
        case ast.FormattedValue(format_spec=ast.JoinedStr(values=parts)):
            shape = "".join(ast.unparse(each).strip("'") for each in parts)
            return "follows the locale" if shape.endswith("n") else None
        case ast.BinOp(op=ast.Mod(), left=ast.Constant(value=str() | bytes() as text)):
            return _reprs(text if isinstance(text, str) else text.decode("latin-1"))
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(text)))):
            return _reprs(text)
    return None


def _reprs(text: str) -> str | None:
    found = _REPR_IN_TEXT.search(text)
    return f"writes a repr or follows the locale: {found[0]}" if found else None


def _pattern(node: ast.AST) -> str | None:
    """Patterns whose classes of characters are Unicode's of this Python's edition."""
    match node:
        case ast.Call(func=ast.Name(id="text"), args=[ast.Constant(value=str(raw))]):
            pass
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id="re")),
            args=[ast.Constant(value=str(raw)), *_],
        ):
            pass
        case _:
            return None
    found = _UNICODE_CLASSES.search(raw)
    return f"uses {found[0]} of Unicode" if found else None


def _module(node: ast.AST) -> str | None:
    if not isinstance(node, ast.Import):
        return None
    foreign = [each.name for each in node.names if not _known(each.name)]
    return f"imports {', '.join(foreign)}" if foreign else None


def _part(node: ast.AST) -> str | None:
    if not isinstance(node, ast.ImportFrom) or node.level:
        return None
    module = node.module or ""
    names = {each.name for each in node.names}
    if module in PARTS:
        foreign = sorted(names - PARTS[module])
    elif module == "urdimbre":
        foreign = sorted(names - {"core"})
    else:
        foreign = [] if _known(module) else sorted(names)
    return f"imports {', '.join(foreign)} from {module}" if foreign else None


def _known(module: str) -> bool:
    return module in MODULES or f"{module}.".startswith("urdimbre.core.")


def _texts_of_exceptions(handler: ast.ExceptHandler) -> Iterator[tuple[ast.AST, str]]:
    """Uses of an exception's own sentence, which belongs to the edition of Python.

    Fields that we have given it are ours; what Python gives its own is not.
    """
    kinds = [] if handler.type is None else ast.walk(handler.type)
    pythons = any(isinstance(one, ast.Name) and one.id in BUILT_IN for one in kinds)
    fine = set()
    for node in (each for line in handler.body for each in ast.walk(line)):
        match node:
            case ast.Attribute(value=ast.Name(id=name) as inner, attr=attr):
                foreign = attr in _OF_TEXTS if pythons else attr == "args"
                if name == handler.name and not foreign:
                    fine.add(id(inner))
            case ast.Raise(cause=ast.Name() as cause):
                fine.add(id(cause))
            case ast.Return(value=ast.Name() as given) if not pythons:
                fine.add(id(given))
    for node in (each for line in handler.body for each in ast.walk(line)):
        used = isinstance(node, ast.Name) and node.id == handler.name
        if used and id(node) not in fine:
            yield node, f"uses the text of the exception {handler.name}"
