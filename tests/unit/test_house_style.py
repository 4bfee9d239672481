"""House style that no linter checks (DESIGN §6): sizes, docstrings, top loops, names, and no skip that nobody sees."""

from __future__ import annotations

import ast
import socket
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PRODUCT = ("triage", "classifiers", "exporters", "pipeline", "console", "benchmarks")
LONGEST_FILE_LINES, LONGEST_FUNCTION_LINES = 400, 50
TOP_LOOPS = {"pipeline/cli/main.py", "pipeline/tasks/base.py"}
"""The only places that may catch everything: nothing a reporter said may leave through a traceback."""
DRAWERS = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc"}
EVERYTHING = {"Exception", "BaseException"}
GENERATED = "pipeline/store/migrations/versions"
"""Alembic writes these; one function per migration, as long as the tables are many."""
Function = ast.FunctionDef | ast.AsyncFunctionDef


def _files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted(path for path in (ROOT / folder).rglob("*.py") if GENERATED not in path.as_posix())


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    """All statements below, without looking into their expressions, which are most of a file."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.stmt, ast.ExceptHandler, ast.match_case)):
            yield child
            yield from _statements(child)


def test_no_file_is_longer_than_a_reader_keeps_in_mind() -> None:
    lines = {_name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in _files(*PRODUCT, "tests")}
    assert {name: count for name, count in lines.items() if count > LONGEST_FILE_LINES} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{_name(path)}:{node.name}"
        for path in _files(*PRODUCT, "tests")
        for node in _statements(_tree(path))
        if isinstance(node, Function) and (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION_LINES
    ]
    assert long == []


def test_every_public_thing_says_why_it_is_there() -> None:
    silent = [f"{_name(path)}:{name}" for path in _files(*PRODUCT) for name in _silent(_tree(path))]
    assert silent == []


def test_everything_is_caught_in_the_two_top_loops_only() -> None:
    catching = {
        _name(path)
        for path in _files(*PRODUCT)
        for node in _statements(_tree(path))
        if isinstance(node, ast.ExceptHandler) and _catches_all(node)
    }
    assert catching <= TOP_LOOPS


def test_no_check_of_the_product_is_an_assert() -> None:
    asserting = [
        _name(path)
        for path in _files(*PRODUCT)
        if any(isinstance(node, ast.Assert) for node in _statements(_tree(path)))
    ]
    assert asserting == []


def test_no_name_is_a_drawer_for_odds_and_ends() -> None:
    parts = {_name(path): path.relative_to(ROOT).with_suffix("").parts for path in _files(*PRODUCT, "tests")}
    drawers = [name for name, words in parts.items() if DRAWERS & {word.strip("_") for word in words}]
    assert drawers == []


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1"])
def test_a_test_cannot_reach_another_machine(host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as line, pytest.raises(RuntimeError, match="no connection"):
        line.connect((host, 80))


def test_a_test_cannot_look_up_another_machine() -> None:
    with pytest.raises(RuntimeError, match="no connection"):
        socket.getaddrinfo("outside.example", 443)


def test_a_test_may_talk_to_a_server_of_its_own() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as line:
        assert line.getpeername() == server.getsockname()


def _silent(module: ast.Module) -> Iterator[str]:
    """Public names of a module without a docstring; methods of private classes and overloads are not public."""
    if _has_code(module) and not ast.get_docstring(module):
        yield "the module"
    for node in module.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
            if not ast.get_docstring(node):
                yield node.name
            if isinstance(node, ast.ClassDef):
                methods = [method for method in node.body if isinstance(method, Function) and method.name[0] != "_"]
                yield from (f"{node.name}.{method.name}" for method in methods if not ast.get_docstring(method))


def _catches_all(handler: ast.ExceptHandler) -> bool:
    """A bare `except`, `Exception` or `BaseException`; undoing something and raising again is no catching."""
    if any(isinstance(node, ast.Raise) and node.exc is None for node in handler.body):
        return False
    named = [handler.type] if not isinstance(handler.type, ast.Tuple) else handler.type.elts
    return any(kind is None or (isinstance(kind, ast.Name) and kind.id in EVERYTHING) for kind in named)


def _has_code(module: ast.Module) -> bool:
    return any(not isinstance(node, ast.Expr) for node in module.body)
