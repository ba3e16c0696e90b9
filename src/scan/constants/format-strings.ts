// Folds f-strings: their text, and fields whose format specifier is plain text (scan policy §5.3).
import { Kind } from '../reading/kinds.ts';
import { type NodeIndex, noNode, type SyntaxTree } from '../reading/syntax-tree.ts';
import { type Constant, text } from './constant.ts';
import type { Foldable } from './foldable.ts';
import { formatValue } from './formatting.ts';
import { decodeEscapes } from './literals.ts';

export function formatString(tree: SyntaxTree, node: NodeIndex, raw: boolean): Foldable | undefined {
  const operands: NodeIndex[] = [];
  const pieces: (string | { specification: string })[] = [];
  let textStart = tree.end(tree.firstChild(node));
  // tree-sitter's node for the closing quotes includes any backslashes before them.
  const textEnd = tree.end(node) - (/(?:'''|""")$/.test(tree.source(tree.firstChild(node))) ? 3 : 1);
  for (let part = tree.firstChild(node); part !== noNode; part = tree.nextSibling(part)) {
    const kind = tree.kind(part);
    if (kind !== Kind.interpolation && kind !== Kind.stringEnd) continue;
    const source = tree.text.slice(textStart, kind === Kind.stringEnd ? textEnd : tree.start(part));
    const contents = raw ? source : decodeEscapes(source, false);
    if (contents === undefined) return undefined;
    pieces.push(contents.replaceAll('{{', '{').replaceAll('}}', '}'));
    textStart = tree.end(part);
    if (kind === Kind.stringEnd) break;
    const field = formatField(tree, part);
    if (!field) return undefined;
    operands.push(field.value);
    pieces.push({ specification: field.specification });
  }
  return { operands, combine: (values) => format(pieces, values) };
}

function formatField(tree: SyntaxTree, node: NodeIndex): { value: NodeIndex; specification: string } | undefined {
  const value = tree.nextPart(tree.firstPart(node));
  let specification = '';
  for (let part = tree.nextPart(value); part !== noNode; part = tree.nextPart(part)) {
    const kind = tree.kind(part);
    if (kind === Kind.equals) return undefined;
    if (kind === Kind.typeConversion && tree.source(part) !== '!s') return undefined;
    if (kind === Kind.formatSpecifier) specification = tree.source(part).slice(1);
  }
  return { value, specification };
}

function format(
  pieces: readonly (string | { specification: string })[],
  values: readonly Constant[],
): Constant | undefined {
  const fields = values.values();
  const parts: string[] = [];
  for (const piece of pieces) {
    if (typeof piece === 'string') {
      parts.push(piece);
    } else {
      const value = fields.next().value;
      const field = value && formatValue(value, piece.specification);
      if (field === undefined) return undefined;
      parts.push(field);
    }
  }
  return text(parts.join(''));
}
