"""Replaces a random expression in the standard library's files with a forbidden one: COUNT SEED to [{"file", "source",
"line", "column", "expression"}].

Keeps mutants that CPython compiles and in which the replacement is still an expression, anywhere in the grammar.
"""
import ast
import json
import os
import random
import sys
import sysconfig
import warnings

FORBIDDEN = [
    "__import__('os').system",
    "__builtins__['eval']",
    "(lambda: __builtins__)()['exec']",
    "__import__('builtins').eval",
    "getattr(__import__('os'), 'po' + 'pen')",
    "eval",
    "[compile][0]",
    "(open)",
    "__import__('os').__dict__['system']",
    "getattr(__builtins__, f\"{'eval'!s}\")",
]
NOT_REPLACED = (ast.JoinedStr, ast.FormattedValue, ast.Starred, ast.Slice)


def is_load(node):
    context = getattr(node, "ctx", None)
    return (
        isinstance(node, ast.expr)
        and not isinstance(context, (ast.Store, ast.Del))
        and not isinstance(node, NOT_REPLACED)
    )


def bound_names(tree):
    """Returns the names that the file binds in any scope, because they may hide the builtin."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.alias):
            names.add(node.asname or node.name)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
    return names


def mutate(source, choose):
    """Returns a mutant, or None if the chosen replacement is not valid Python or may have a different meaning."""
    original = ast.parse(source)
    nodes = [node for node in ast.walk(original) if is_load(node)]
    if not nodes:
        return None
    node, expression = choose(nodes), choose(FORBIDDEN)
    used = {each.id for each in ast.walk(ast.parse(expression)) if isinstance(each, ast.Name)}
    if used & bound_names(original):
        return None
    starts = [0]
    for line in source.split(b"\n"):
        starts.append(starts[-1] + len(line) + 1)
    start = starts[node.lineno - 1] + node.col_offset
    end = starts[node.end_lineno - 1] + node.end_col_offset
    mutant = source[:start] + b"(" + expression.encode() + b")" + source[end:]
    try:
        tree = ast.parse(mutant)
        compile(mutant, "mutant", "exec")
    except (SyntaxError, ValueError):
        return None
    line = mutant[:start].count(b"\n") + 1
    column = start - starts[node.lineno - 1] + 1
    wanted = ast.dump(ast.parse(expression, mode="eval").body)
    found = (each for each in ast.walk(tree) if isinstance(each, ast.expr) and each.lineno == line)
    if not any(ast.dump(each) == wanted for each in found):
        return None
    return {"source": mutant.decode(), "line": line, "column": column, "expression": expression}


def main(count, seed):
    warnings.simplefilter("ignore")
    chosen = random.Random(seed)
    library = sysconfig.get_path("stdlib")
    files = sorted(
        os.path.join(folder, name)
        for folder, _, names in os.walk(library)
        if "site-packages" not in folder and "lib2to3" not in folder
        for name in names
        if name.endswith(".py")
    )
    mutants = []
    while len(mutants) < count:
        path = chosen.choice(files)
        with open(path, "rb") as file:
            source = file.read()
        # Columns are counted in UTF-8 bytes, and lines in the same way as in the scan.
        if len(source) > 150_000 or b"\r" in source or b"\f" in source or b"coding:" in source[:200]:
            continue
        try:
            mutant = mutate(source, chosen.choice)
        except (SyntaxError, ValueError, RecursionError):
            continue
        if mutant is not None:
            mutants.append({"file": os.path.relpath(path, library), **mutant})
    json.dump(mutants, sys.stdout)


main(int(sys.argv[1]), int(sys.argv[2]))
