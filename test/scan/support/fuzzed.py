"""Changes statements from the standard library randomly, and reports how CPython reads each one: COUNT SEED to
[{"source", "accepted", "lines"}].

Each statement has a forbidden call before, after or inside it. `lines` are the lines of the called functions that CPython
still sees.
"""
import ast
import io
import json
import os
import random
import sys
import sysconfig
import tokenize
import warnings

CALLS = ['eval("1")', '__import__("os").system("x")', 'exec("1")']
BLANKS = [" ", "  ", "\t", "\f", "\\\n", "\n", "\r", "\r\n", "\v", "\u00a0", "\u200b", "\ufeff", "\x1c", "\x85", "\u2028", " # x\n", "#\r", ";", ""]
PIECES = ["(", ")", "[", "]", "{", "}", ",", ":", "=", ":=", "*", "**", ".", "...", "->", "@", "!", "!r", "\\", "'", '"', '"""', "'''", 'f"', "rb'", "u'", "f'{", "}'", "{{", "}}", "\\N{", "\\x4", "0x", "1_", "1e", "0777", "1if", "lambda", "match", "case", "type", "async", "await", "yield", "not", "in", "is", "else", "if", "print", "exec", "None", "_", "del", "as", "with", "except*", "\u00e9", "\U0001d41e", "\u2119", "\xb7", "`", "$", "?", "<>", "%", "~", "@@"]
SHAPES = ["{a}\n{b}", "{b}\n{a}", "if 1: {b}\n{a}", "def f(x={b}):\n  pass\n{a}", "{a}\nx = f'{{{c}}}'", "type X = {b}\n{a}", "match {b}:\n  case _: pass\n{a}", "x = [{b}\nfor y in z]\n{a}", "@{b}\nclass A[T: {b}]: pass\n{a}", "with ({b} as x, y): pass\n{a}", "lambda: (yield {b})\n{a}", "x: {b}\n{a}", "try: {b}\nexcept* E: pass\n{a}", "print(*{b}, **{b})\n{a}", "async def f():\n  async for x in {b}: await x\n{a}"]
LIBRARY = sysconfig.get_path("stdlib")


def statements(path):
    with open(path, "rb") as file:
        source = file.read().decode()
    lines = source.split("\n")
    for node in ast.parse(source).body:
        if node.end_lineno - node.lineno < 25:
            yield "\n".join(lines[node.lineno - 1 : node.end_lineno])


def library_statements():
    found = []
    for name in sorted(os.listdir(LIBRARY)):
        if name.endswith(".py"):
            try:
                found += statements(os.path.join(LIBRARY, name))
            except (SyntaxError, ValueError):
                continue
    return found


def spans(text):
    """Returns the spans of the tokens, or of all characters if the text is already broken."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    try:
        tokens = tokenize.generate_tokens(io.StringIO(text, newline="\n").readline)
        found = [(starts[each.start[0] - 1] + each.start[1], starts[each.end[0] - 1] + each.end[1]) for each in tokens]
    except (tokenize.TokenError, SyntaxError, IndexError, ValueError):
        found = []
    return [span for span in found if span[0] < span[1] <= len(text)] or [(at, at + 1) for at in range(len(text))]


def change(text, chosen):
    start, end = chosen.choice(spans(text))
    at = chosen.randrange(len(text) + 1)
    edits = [
        lambda: text[:start] + text[end:],
        lambda: text[:start] + text[start:end] * 2 + text[end:],
        lambda: text[:start] + chosen.choice(PIECES) + text[end:],
        lambda: text[:start] + chosen.choice(PIECES) + text[start:],
        lambda: text[:end] + chosen.choice(BLANKS) + text[end:],
        lambda: text[:start] + chosen.choice(BLANKS) + text[start:],
        lambda: text[:at] + chosen.choice(BLANKS) + text[at:],
        lambda: text[:at] + text[at + 1 :],
        lambda: text[:start] + chosen.choice(CALLS) + text[end:],
        lambda: text[:start] + "(" + text[start:end] + ")" + text[end:],
        lambda: text.replace("    ", chosen.choice(["\t", "  ", "        ", " \t"]), chosen.choice([1, -1])),
        lambda: text.replace("\n", chosen.choice(["\r", "\r\n", "\n\n", ";", "\f\n"]), chosen.choice([1, -1])),
    ]
    return chosen.choice(edits)()


def program(found, chosen):
    call = chosen.choice(CALLS)
    shape = chosen.choice(SHAPES)
    text = shape.format(a=chosen.choice(found), b=call, c=call.replace('"', chosen.choice(['"', "1"])))
    for _ in range(chosen.choice([0, 1, 1, 1, 2, 3])):
        text = change(text, chosen)
    return text


def is_call(node):
    name = getattr(node.func, "value", node.func)
    name = name.func if isinstance(name, ast.Call) else name
    return isinstance(name, ast.Name) and name.id in ("eval", "exec", "__import__")


def judged(source):
    """Reads the source as CPython does. A call counts unless the file binds the same name."""
    try:
        tree = ast.parse(source.encode("utf-8"))
    except (SyntaxError, ValueError):
        return {"source": source, "accepted": False, "lines": []}
    nodes = list(ast.walk(tree))
    bound = {node.id for node in nodes if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    bound |= {getattr(node, key, None) for node in nodes for key in ("name", "asname", "arg", "rest")}
    is_clear = not bound & {"eval", "exec", "__import__"}
    # Of the function, because a call in parentheses begins with them, maybe lines before.
    lines = sorted({node.func.lineno for node in nodes if isinstance(node, ast.Call) and is_call(node)}) if is_clear else []
    return {"source": source, "accepted": True, "lines": lines}


def main(count, seed):
    chosen = random.Random(seed)
    found = library_statements()
    json.dump([judged(program(found, chosen)) for _ in range(count)], sys.stdout)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main(int(sys.argv[1]), int(sys.argv[2]))
