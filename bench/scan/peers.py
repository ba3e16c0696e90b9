"""Parses each file named on standard input with native tree-sitter and runs one query: the minimum cost of a
tree-sitter scanner.

Prints wall time and CPU time in seconds.
"""

import sys
import time

import tree_sitter
import tree_sitter_python

language = tree_sitter.Language(tree_sitter_python.language())
parser = tree_sitter.Parser(language)
query = tree_sitter.Query(
    language,
    "(call function: (identifier) @called) (import_statement) @import (import_from_statement) @from (attribute attribute: (identifier) @name)",
)
sources = [open(path, "rb").read() for path in sys.stdin.read().splitlines()]
started, used = time.perf_counter(), time.process_time()
for source in sources:
    tree_sitter.QueryCursor(query).captures(parser.parse(source).root_node)
print(time.perf_counter() - started, time.process_time() - used)
