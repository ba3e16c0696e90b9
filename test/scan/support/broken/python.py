"""Breaks Python files in the ways that people do, and prints where CPython reports each error: COUNT SEED FILE... to
one JSON object per line.

Each line names the part of a file and its replacement, in characters. The same arguments give the same lines.
"""

import ast
import io
import itertools
import json
import keyword
import os
import random
import sys
import token
import tokenize
import warnings

BLOCKS = frozenset("if elif else for while try except finally with def class".split())
PRECISE_F_STRINGS = sys.version_info >= (3, 12)
EXCEPTIONS_NEED_PARENTHESES = sys.version_info < (3, 14)


class Source:
    def __init__(self, path):
        self.file = path
        with open(path, encoding="utf-8", newline="") as file:
            self.text = file.read()
        self.starts = [0, *itertools.accumulate(map(len, self.text.splitlines(keepends=True)))]
        tokens = tokenize.generate_tokens(io.StringIO(self.text).readline)
        self.tokens = list(self.joined(tokens))
        kinds = (token.NEWLINE, token.INDENT, token.DEDENT, tokenize.NL, tokenize.COMMENT, token.ENDMARKER)
        self.code = [each for each in self.tokens if each.type not in kinds]
        self.firsts = [each for each in self.code if not self.text[self.line(each) : self.at(each.start)].strip()]

    def joined(self, tokens):
        """Joins an f-string's parts, which have been separate tokens since Python 3.12, into one string."""
        open_strings = []
        for each in tokens:
            name = token.tok_name[each.type]
            if name == "FSTRING_START":
                open_strings.append(each.start)
            elif name == "FSTRING_END":
                start = open_strings.pop()
                if not open_strings:
                    text = self.text[self.at(start) : self.at(each.end)]
                    yield tokenize.TokenInfo(token.STRING, text, start, each.end, each.line)
            elif not open_strings:
                yield each

    def at(self, position):
        return self.starts[position[0] - 1] + position[1]

    def line(self, each):
        return self.starts[each.start[0] - 1]

    def operators(self, texts):
        return [each for each in self.code if each.type == token.OP and each.string in texts]

    def strings(self, is_wanted):
        return [each for each in self.code if each.type == token.STRING and is_wanted(each.string)]

    def block_colons(self):
        """Yields the colons before indented blocks, each with the block's first token."""
        for colon, first in zip(self.code, self.code[1:]):
            if colon.string == ":" and first in self.firsts and self.at(first.start) > self.at(colon.end) + 1:
                yield colon, first

    def replaced(self, each, new=""):
        return self.at(each.start), self.at(each.end), new

    def inserted_line(self, each, line):
        at = self.line(each)
        return at, at, self.text[at : self.at(each.start)] + line + "\n"


def is_triple(text):
    return text.endswith(('"""', "'''"))


def is_format(text):
    return text[0] in "fF" and not is_triple(text)


def without_last(source, each, count=1):
    end = source.at(each.end)
    return end - count, end, ""


def statement_starts(source):
    """Returns the first token of each statement before which another statement can be inserted."""
    inner = {id(first) for _, first in source.block_colons()}
    starts = []
    level = 0
    for each in source.code:
        if level == 0 and each in source.firsts and id(each) not in inner and each.string not in ("elif", "else", "except", "finally"):
            starts.append(each)
        level += (each.string in "([{") - (each.string in ")]}") if each.type == token.OP else 0
    return starts


def assigned_names(source):
    return [each for each in source.code if each.type == token.NAME and not keyword.iskeyword(each.string)]


def keywords(source):
    return [each for each in source.code if each.type == token.NAME and keyword.iskeyword(each.string) and len(each.string) > 1]


def swap_letters(source, choose):
    each = choose(keywords(source))
    letters = list(each.string)
    at = choose(range(len(letters) - 1))
    letters[at], letters[at + 1] = letters[at + 1], letters[at]
    return source.replaced(each, "".join(letters))


def remove_brace(source, choose):
    each = choose(source.strings(lambda text: is_format(text) and "}" in text))
    at = source.at(each.start) + choose([at for at, letter in enumerate(each.string) if letter in "{}"])
    return at, at + 1, ""


def indent(source, choose):
    at = source.line(choose(statement_starts(source)))
    return at, at, choose([" ", "  ", "    "])


def unindent(source, choose):
    at = source.line(choose([each for each in statement_starts(source) if each.start[1] >= 4]))
    return at, at + choose([1, 2, 3]), ""


def remove_block_indent(source, choose):
    _, first = choose(list(source.block_colons()))
    return source.line(first), source.line(first) + 4, ""


def remove_block(source, choose):
    colon, first = choose(list(source.block_colons()))
    later = [each for each in source.firsts if each.start > first.start and each.start[1] < first.start[1]]
    return source.starts[colon.start[0]], source.line(later[0]) if later else len(source.text), ""


def use_tab(source, choose):
    at = source.line(choose([each for each in statement_starts(source) if each.start[1] >= 4]))
    return at, at + 4, "\t"


def use_quotes(source, choose):
    each = choose(source.strings(lambda text: text[0] in "'\"" and not is_triple(text)))
    return source.replaced(each, "\u201c" + each.string[1:-1] + "\u201d")


def use_wide_space(source, choose):
    at = source.at(choose([each for each in source.code if source.text[source.at(each.start) - 1] == " "]).start)
    return at - 1, at, "\u00a0"


def remove_line(source, choose):
    line = choose(range(1, len(source.starts)))
    return source.starts[line - 1], source.starts[line], ""


def insert_after(texts):
    def mutate(source, choose):
        at = source.at(choose(source.code).end)
        return at, at, choose(texts)

    return mutate


def insert_line(lines):
    def mutate(source, choose):
        each = choose(statement_starts(source))
        return source.inserted_line(each, choose(lines).replace("\n", "\n" + " " * each.start[1]))

    return mutate


def truncate(source, choose):
    return source.at(choose(source.code).end), len(source.text), ""


def swap_tokens(source, choose):
    at = choose(range(len(source.code) - 1))
    first, second = source.code[at], source.code[at + 1]
    return source.at(first.start), source.at(second.end), f"{second.string} {first.string}"


def use_comma_for_as(source, choose):
    words = [each for each in source.code if each.string == "as" and each.line.lstrip().startswith("except")]
    return source.replaced(choose(words), ",")


def double(source, choose):
    each = choose(source.operators(["=", "+", ".", ",", "==", "*", "/", "-", "->", "%", "<"]))
    return source.at(each.end), source.at(each.end), " " + each.string


PYTHON_2 = ['print "value", x', 'exec "x = 1"', 'raise ValueError, "no"', "mode = 0777", "same = a <> b", "text = `x`", "n = 10L"]
OTHER_LANGUAGES = ["i++", "if a && b:\n    pass", "if !a:\n    pass", "// comment", "x = a ? b : c", "else if a:\n    pass", "var x = 1", "let x = 1", "int x = 3", "function f() {\n}", "x = new Thing()", "switch x:\n    pass", "x := 1", "/* a */", "return x;;", "if a then:\n    pass", "for (i = 0; i < 3; i++):\n    pass"]
STATEMENTS = ["foo = x if y", "f(**a, *b)", "f(a=1, b)", "f(a=1,\n  b,\n  c=2)", "def g(a=1, b): pass", "f(x for x in y, 1)", "from x import", "from a import *, b", "import a from b", "1 = x", "f() = 1", "x + 1 = 2", "del f()", "for 1 in x: pass", "try:\n    pass\nx = 1", "match x:\n    pass", "match x:\ncase 1: pass", "match x\n    case 1: pass", "class A\n    pass", "class A(: pass", "def f()\n    pass", "def f:\n    pass", "def 1f(): pass", "assert", "raise from x", "x = 1 2", "x = 1.2.3", "x = 0x", "x = 5a", "x = 'a' 'b", "x = f'{}'", "x = b'\u00e9'", "x = '\\x1'", "a, b += 1", "@a\nx = 1", "while True print(1)", "if x = 1:\n    pass", "f(a.b=1)", "x = not", "x = a.", "elif x:\n    pass", "except x:\n    pass", "x = \\ 1", "(x, y) := 1", "x = (y.z := 1)", "f(x := )", "print(a b)", "x = [a b]", "x = (a, b c)", "x = a b", "x = {'a': 1, 'b'}", "x = {'a': }", "for x in: pass", "for x\n    pass", "while:\n    pass", "else:\n    pass"]

CLASSES = {
    "unclosed bracket": lambda s, choose: s.replaced(choose(s.operators(")]}"))),
    "unopened bracket": lambda s, choose: s.replaced(choose(s.operators("([{"))),
    "mismatched bracket": lambda s, choose: s.replaced(choose(s.operators(")")), choose("]}")),
    "unterminated string": lambda s, choose: without_last(s, choose(s.strings(lambda text: not is_triple(text) and not is_format(text)))),
    "unterminated triple string": lambda s, choose: without_last(s, choose(s.strings(is_triple)), 3),
    "unexpected indent": indent,
    "unindent": unindent,
    "missing block indent": remove_block_indent,
    "missing block": remove_block,
    "tab": use_tab,
    "missing colon": lambda s, choose: s.replaced(choose([colon for colon, _ in s.block_colons()])),
    "assignment for comparison": lambda s, choose: s.replaced(choose(s.operators(["=="])), "="),
    "missing comma": lambda s, choose: s.replaced(choose(s.operators([","]))),
    "missing operand": lambda s, choose: s.replaced(choose(assigned_names(s))),
    "doubled operator": double,
    "stray token": insert_after([" )", " ]", " }", " (", " [", " {", " ;", " ,", " :", " =", " 1", " x", " 's'", " !", " @", " .", " ->"]),
    "curly quotes": use_quotes,
    "wide space": use_wide_space,
    "invalid character": insert_after(["$", "?", "\u200b", "\u2013", "\u20ac", "`", "\u2026"]),
    "keyword as name": lambda s, choose: s.replaced(choose(assigned_names(s)), choose(["class", "import", "from", "lambda", "in", "None", "pass", "def", "is"])),
    "misspelled keyword": swap_letters,
    "Python 2": insert_line(PYTHON_2),
    "other language": insert_line(OTHER_LANGUAGES),
    "statement": insert_line(STATEMENTS),
    "backslash": insert_after(["\\", "\\ "]),
    "truncated": truncate,
    "missing token": lambda s, choose: s.replaced(choose(s.code)),
    "swapped tokens": swap_tokens,
    "missing line": remove_line,
}
if PRECISE_F_STRINGS:
    CLASSES["unterminated f-string"] = lambda s, choose: without_last(s, choose(s.strings(is_format)))
    CLASSES["f-string field"] = remove_brace
if EXCEPTIONS_NEED_PARENTHESES:
    CLASSES["except with a comma"] = use_comma_for_as


def reported(text):
    try:
        ast.parse(text)
    except SyntaxError as error:
        return {"line": error.lineno, "column": error.offset, "says": error.msg}
    except ValueError:
        return None
    return None


def variants(sources, name, count, seed):
    chosen = random.Random(f"{name} {seed}")
    for _ in range(40 * count):
        source = chosen.choice(sources)
        try:
            start, end, new = CLASSES[name](source, lambda these: chosen.choice(list(these)))
        except IndexError:  # The file has nothing of the kind.
            continue
        where = reported(source.text[:start] + new + source.text[end:])
        if where is not None:
            yield {"class": name, "file": source.file, "start": start, "end": end, "new": new, **where}


def main(count, seed, paths):
    warnings.simplefilter("ignore")
    sources = [Source(path) for path in paths]
    for name in CLASSES:
        for variant in itertools.islice(variants(sources, name, count, seed), count):
            print(json.dumps(variant))


main(int(sys.argv[1]), sys.argv[2], sys.argv[3:])
