"""The files that the house tests read: ours, as git would commit them."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "urdimbre"
CORE = SOURCE / "core"


@cache
def committed() -> tuple[Path, ...]:
    """Every file that is committed or about to be; a copy without git gives all."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        names = [name for name in listed.stdout.decode().split("\0") if name]
        paths = (ROOT / name for name in names)
    else:
        paths = (path for path in ROOT.rglob("*") if not _is_generated(path))
    return tuple(sorted(path for path in paths if path.is_file()))


def _is_generated(path: Path) -> bool:
    """Whether git would ignore the file, for a tree that came without git."""
    inside = path.relative_to(ROOT)
    folders = {"__pycache__", "build", "dist", "node_modules"}
    return (
        inside.suffix in {".mo", ".pyc"}
        or inside.name.startswith((".coverage", "registry.db", "desk.db"))
        or any(
            part in folders
            or part.startswith("demo-circuit")
            or (part.startswith(".") and part != ".ci")
            for part in inside.parts[:-1]
        )
    )


def python_files(*folders: Path) -> list[Path]:
    """Python files of ours under the folders; migrations are written by Django."""
    return [
        path
        for path in committed()
        if path.suffix == ".py"
        and "migrations" not in path.parts
        and any(path.is_relative_to(folder) for folder in folders)
    ]


def parsed(path: Path) -> ast.Module:
    """The syntax tree of one file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def place(path: Path, node: ast.AST | None = None) -> str:
    """``file:line``, as an editor understands it."""
    line = getattr(node, "lineno", None)
    return f"{path.relative_to(ROOT)}" + (f":{line}" if line else "")


Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(tree: ast.Module) -> Iterator[tuple[Function, bool]]:
    """Every function of a file, and whether it is a method."""
    methods = {
        id(member)
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for member in node.body
    }
    for node in ast.walk(tree):
        if isinstance(node, Function):
            yield node, id(node) in methods
