"""Implements the seed level's imports, names and members on CPython's own syntax tree, independently of the scanner,
so that the two can be compared. Lookups by computed names, and values in attributes and containers, are not
implemented. Prints one JSON line [file, line, rule, name] per finding. An unreadable file has one finding in line
0: SLP602 if it is not UTF-8, SLP601 if this CPython can't parse it.
"""
import ast
import io
import json
import sys
import tokenize
import unicodedata
import warnings

ROOTS = set("subprocess ctypes pty fcntl resource multiprocessing threading socket commands popen2".split())
SERIALIZATION = {"pickle", "marshal", "shelve"}
BUILTINS = set("eval exec compile open __import__ globals locals vars setattr delattr".split())
DUNDERS = set("__builtins__ __class__ __bases__ __subclasses__ __mro__ __code__ __globals__".split())
RULES = {"os": "SLP301", "importlib": "SLP301", "pickle": "SLP401", "marshal": "SLP401", "builtins": "SLP201", "io": "SLP201"}
COMPOUND = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.TryStar, ast.With, ast.AsyncWith, ast.Match)
ENCODINGS = {"utf-8", "utf-8-sig", "ascii"}
FUNCTION_LIKE = ("function", "comprehension", "annotation")


def forbidden(module, name):
    if module == "io":
        return name == "open"
    if module == "os":
        return name in {"system", "popen", "fork", "kill", "killpg"} or name.startswith(("spawn", "exec"))
    if module == "importlib":
        return name in {"import_module", "__import__"}
    return name in (BUILTINS if module == "builtins" else {"load", "loads"})


def dotted(module, name):
    """The function's own name, because io.open is the same function as the builtin."""
    return f"{'builtins' if module == 'io' else module}.{name}"


class Scope:
    def __init__(self, kind, parent):
        self.kind, self.parent = kind, parent
        self.bindings, self.stars = {}, []
        self.globals, self.nonlocals, self.unbound = set(), set(), set()

    def bind(self, name, since=None, value=None):
        self.bindings.setdefault(name, []).append((since, value))

    def definitely_binds(self, name, place):
        if name in self.unbound:
            return False
        sure = [since for since, _ in self.bindings.get(name, []) if since and since <= place]
        return any(not any(since < star <= place for star in self.stars) for since in sure)


class Reader(ast.NodeVisitor):
    def __init__(self):
        self.module = self.scope = Scope("module", None)
        self.scopes, self.found, self.loads, self.members = [self.module], [], [], []
        self.since = None  # the end of the statement, directly in a module or class body, that is being read

    def add(self, node, rule, name):
        self.found.append((node.lineno, rule, name))

    def enter(self, kind, parent=None):
        scope = Scope(kind, parent or self.scope)
        self.scopes.append(scope)
        return scope

    def read_in(self, scope, *nodes):
        saved = self.scope, self.since
        self.scope, self.since = scope, None
        for node in nodes:
            for part in node if isinstance(node, list) else [node]:
                if part is not None:
                    self.visit(part)
        self.scope, self.since = saved

    def read_body(self, statements):
        for statement in statements:
            direct = not isinstance(statement, COMPOUND)
            self.since = (statement.end_lineno, statement.end_col_offset) if direct else None
            self.visit(statement)
        self.since = None

    def bind(self, name, value=None):
        self.scope.bind(name, self.since, value)

    def visit_Module(self, node):
        self.read_body(node.body)

    def visit_Import(self, node):
        for alias in node.names:
            module = unicodedata.normalize("NFKC", alias.name)
            self.check_module(alias, module)
            root = module.split(".")[0]
            self.bind(alias.asname or root, module if alias.asname else root)

    def visit_ImportFrom(self, node):
        module = node.module or ""
        if node.level == 0:
            self.check_module(node, module)
        for alias in node.names:
            if alias.name != "*":
                if node.level == 0 and module in RULES and forbidden(module, alias.name):
                    self.add(alias, RULES[module], dotted(module, alias.name))
                self.bind(alias.asname or alias.name)
            elif node.level == 0:
                if module in RULES:
                    self.add(node, "SLP102", module)
                self.scope.stars.append((node.end_lineno, node.end_col_offset))

    def check_module(self, node, module):
        root = module.split(".")[0]
        if root in ROOTS:
            self.add(node, "SLP101", module)
        if root in SERIALIZATION:
            self.add(node, "SLP402", module)

    def visit_Global(self, node):
        if self.scope is not self.module:
            self.scope.globals.update(node.names)

    def visit_Nonlocal(self, node):
        self.scope.nonlocals.update(node.names)

    def visit_Name(self, node):
        if isinstance(node.ctx, ast.Load):
            self.load(node)
        else:
            self.bind(node.id)
            if isinstance(node.ctx, ast.Del):
                self.scope.unbound.add(node.id)

    def load(self, node):
        if node.id in DUNDERS:
            self.add(node, "SLP501", node.id)
        if node.id in BUILTINS:
            self.loads.append((node, self.scope))

    def visit_Attribute(self, node):
        if isinstance(node.ctx, ast.Load):
            self.members.append((node, self.scope))
        if node.attr in DUNDERS:
            self.add(node, "SLP501", node.attr)
        self.visit(node.value)

    def visit_AugAssign(self, node):
        if isinstance(node.target, ast.Name):
            self.load(node.target)
        if isinstance(node.target, ast.Attribute):
            self.members.append((node.target, self.scope))
        self.generic_visit(node)

    def visit_AnnAssign(self, node):
        if node.value or self.scope.kind in FUNCTION_LIKE or not isinstance(node.target, ast.Name):
            self.visit(node.target)
        self.visit(node.annotation)
        if node.value:
            self.hold([node.target], node.value)
            self.visit(node.value)

    def visit_Assign(self, node):
        for target in node.targets:
            self.visit(target)
        self.hold(node.targets, node.value)
        self.visit(node.value)

    def hold(self, targets, value):
        for target in targets:
            if isinstance(target, ast.Name):
                self.scope.bind(target.id, None, (value, self.scope))

    def visit_NamedExpr(self, node):
        scope = self.scope
        while scope.kind == "comprehension":
            scope = scope.parent
        scope.bind(node.target.id, None, (node.value, self.scope))
        self.visit(node.value)

    def visit_ExceptHandler(self, node):
        if node.type:
            self.visit(node.type)
        if node.name:
            self.bind(node.name)
            self.scope.unbound.add(node.name)
        for statement in node.body:
            self.visit(statement)

    def visit_MatchAs(self, node):
        if node.name:
            self.bind(node.name)
        self.generic_visit(node)

    visit_MatchStar = visit_MatchAs

    def visit_MatchMapping(self, node):
        if node.rest:
            self.bind(node.rest)
        self.generic_visit(node)

    def signature_scope(self, node):
        if not getattr(node, "type_params", None):
            return self.scope
        scope = self.enter("annotation")
        for parameter in node.type_params:
            scope.bind(parameter.name)
            self.read_in(scope, getattr(parameter, "bound", None))
        return scope

    def read_parameters(self, arguments, signature, function):
        plain = arguments.posonlyargs + arguments.args + arguments.kwonlyargs
        for parameter in plain + [x for x in (arguments.vararg, arguments.kwarg) if x]:
            function.bind(parameter.arg)
            self.read_in(signature, parameter.annotation)
        self.read_in(self.scope, arguments.defaults, arguments.kw_defaults)

    def visit_FunctionDef(self, node):
        for decorator in node.decorator_list:
            self.visit(decorator)
        first = node.body[0]
        body = min([(first.lineno, first.col_offset)] + [(x.lineno, 0) for x in getattr(first, "decorator_list", [])])
        self.scope.bind(node.name, self.since and (self.since if node.decorator_list else body))
        signature = self.signature_scope(node)
        function = self.enter("function", signature)
        self.read_parameters(node.args, signature, function)
        self.read_in(signature, node.returns)
        self.read_in(function, node.body)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node):
        function = self.enter("function")
        self.read_parameters(node.args, self.scope, function)
        self.read_in(function, node.body)

    def visit_ClassDef(self, node):
        for decorator in node.decorator_list:
            self.visit(decorator)
        self.bind(node.name)
        signature = self.signature_scope(node)
        self.read_in(signature, node.bases, node.keywords)
        saved = self.scope, self.since
        self.scope = self.enter("class", signature)
        self.read_body(node.body)
        self.scope, self.since = saved

    def visit_TypeAlias(self, node):
        self.bind(node.name.id)
        scope = self.signature_scope(node)
        self.read_in(scope if scope is not self.scope else self.enter("annotation"), node.value)

    def visit_ListComp(self, node):
        scope = self.enter("comprehension")
        first, *others = node.generators
        self.visit(first.iter)
        self.read_in(scope, first.target, first.ifs)
        for clause in others:
            self.read_in(scope, clause.target, clause.iter, clause.ifs)
        self.read_in(scope, *([node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]))

    visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_ListComp

    def finish(self):
        for scope in self.scopes:
            for name in scope.globals:
                transfer(scope, name, self.module)
            for name in scope.nonlocals:
                transfer(scope, name, enclosing_function(scope, name))
        for node, scope in self.loads:
            if self.reaches_builtin(scope, node.id, (node.lineno, node.col_offset)):
                self.add(node, "SLP201", f"builtins.{node.id}")
        for node, scope in self.members:
            for module in self.modules(node.value, scope, set()):
                if forbidden(module, node.attr):
                    self.add(node, RULES[module], dotted(module, node.attr))
        return sorted(set(self.found))

    def reaches_builtin(self, scope, name, place):
        start = scope
        while scope:
            if name in scope.globals:
                scope = self.module
            if scope.kind in FUNCTION_LIKE and name in scope.bindings:
                return False
            if scope.kind == "class" and scope is start and name in scope.bindings:
                if scope.definitely_binds(name, place):
                    return False
                scope = self.module
            if scope.kind == "module":
                return not scope.definitely_binds(name, place)
            scope = outward(scope)
        return True

    def modules(self, node, scope, seen):
        while isinstance(node, ast.NamedExpr):
            node = node.value
        if not isinstance(node, ast.Name):
            return set()
        start, owner = scope, None
        while scope and not owner:
            if node.id in scope.globals:
                scope = self.module
            if node.id in scope.bindings and (scope.kind != "class" or scope is start):
                owner = scope
            scope = outward(scope)
        if not owner:
            return {"builtins"} if node.id == "__builtins__" else {node.id} & set(RULES)
        if (owner, node.id) in seen:
            return set()
        seen.add((owner, node.id))
        found = set()
        for _, value in owner.bindings[node.id]:
            if isinstance(value, str):
                found |= {value} & set(RULES)
            elif value:
                found |= self.modules(value[0], value[1], seen)
        return found


def outward(scope):
    scope = scope.parent
    while scope and scope.kind == "class":
        scope = scope.parent
    return scope


def enclosing_function(scope, name):
    scope = scope.parent
    while scope and not (scope.kind in FUNCTION_LIKE and name in scope.bindings and name not in scope.nonlocals):
        scope = scope.parent
    return scope


def transfer(scope, name, owner):
    if owner and name in scope.bindings:
        owner.bindings.setdefault(name, []).extend((None, value) for _, value in scope.bindings.pop(name))
        if name in scope.unbound:
            owner.unbound.add(name)


def read(path):
    with open(path, "rb") as stream:
        source = stream.read()
    try:
        encoding = tokenize.detect_encoding(io.BytesIO(source).readline)[0]
        if encoding not in ENCODINGS:
            return [(0, "SLP602", "")]
        source.decode(encoding)
    except (SyntaxError, ValueError):
        return [(0, "SLP602", "")]
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return [(0, "SLP601", "")]
    reader = Reader()
    reader.visit(tree)
    return reader.finish()


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    sys.setrecursionlimit(20_000)
    for path in sys.stdin.read().splitlines():
        for line, rule, name in read(path):
            print(json.dumps([path, line, rule, name]))
