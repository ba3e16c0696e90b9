// Folds f-strings: their text, and fields with a conversion and a format specifier, which can itself contain fields (scan policy §5.3).
import { Kind } from '../reading/kinds.ts';
import { type NodeIndex, noNode, type SyntaxTree } from '../reading/syntax-tree.ts';
import type { Constant, Foldable } from './constant.ts';
import { convertValue, formatValue, optionalText } from './formatting.ts';
import { decodeEscapes } from './literals.ts';

type Piece = string | Field;

interface Field {
  value: NodeIndex;
  /** For a field such as `{x=}`, the source up to and including the equals sign. */
  label: string;
  /** `s`, `r`, `a`, or empty. */
  conversion: string;
  specification: readonly Piece[];
}

export function formatString(tree: SyntaxTree, node: NodeIndex, raw: boolean): Foldable | undefined {
  // tree-sitter's node for the closing quotes includes any backslashes before them.
  const end = tree.end(node) - (/(?:'''|""")$/.test(tree.source(tree.firstChild(node))) ? 3 : 1);
  const pieces = piecesOf(tree, { node, start: tree.end(tree.firstChild(node)), end, raw });
  return pieces && { operands: operandsOf(pieces), combine: (values) => optionalText(format(pieces, values.values())) };
}

interface Extent {
  node: NodeIndex;
  start: number;
  end: number;
  raw: boolean;
}

/** Returns the text and the fields between two offsets of the node. */
function piecesOf(tree: SyntaxTree, { end, node, raw, start }: Extent): Piece[] | undefined {
  const pieces: Piece[] = [];
  let textStart = start;
  const addText = (textEnd: number): boolean => {
    const source = tree.text.slice(textStart, textEnd);
    const contents = raw ? source : decodeEscapes(source, false);
    if (contents !== undefined) pieces.push(contents.replaceAll('{{', '{').replaceAll('}}', '}'));
    return contents !== undefined;
  };
  for (let part = tree.firstChild(node); part !== noNode; part = tree.nextSibling(part)) {
    if (tree.kind(part) !== Kind.interpolation) continue;
    const field = addText(tree.start(part)) ? fieldOf(tree, part, raw) : undefined;
    if (!field) return undefined;
    pieces.push(field);
    textStart = tree.end(part);
  }
  return addText(end) ? pieces : undefined;
}

function fieldOf(tree: SyntaxTree, node: NodeIndex, raw: boolean): Field | undefined {
  const opening = tree.firstPart(node);
  const equals = tree.childOfKind(node, Kind.equals);
  const specifier = tree.childOfKind(node, Kind.formatSpecifier);
  const specification =
    specifier === noNode
      ? []
      : piecesOf(tree, { node: specifier, start: tree.start(specifier) + 1, end: tree.end(specifier), raw });
  return (
    specification && {
      value: tree.nextPart(opening),
      label: equals === noNode ? '' : tree.text.slice(tree.end(opening), tree.start(tree.nextPart(equals))),
      conversion: conversionOf(tree, node) ?? (equals !== noNode && specifier === noNode ? 'r' : ''),
      specification,
    }
  );
}

function conversionOf(tree: SyntaxTree, node: NodeIndex): string | undefined {
  const conversion = tree.childOfKind(node, Kind.typeConversion);
  return conversion === noNode ? undefined : tree.text.charAt(tree.start(conversion) + 1);
}

function operandsOf(pieces: readonly Piece[]): NodeIndex[] {
  return pieces.flatMap((piece) =>
    typeof piece === 'string' ? [] : [piece.value, ...operandsOf(piece.specification)],
  );
}

function format(pieces: readonly Piece[], values: Iterator<Constant, undefined>): string | undefined {
  const parts: string[] = [];
  for (const piece of pieces) {
    const part = typeof piece === 'string' ? piece : formatField(piece, values);
    if (part === undefined) return undefined;
    parts.push(part);
  }
  return parts.join('');
}

function formatField(
  { conversion, label, specification }: Field,
  values: Iterator<Constant, undefined>,
): string | undefined {
  const { value } = values.next();
  const specifier = format(specification, values);
  const shown = value && convertValue(value, conversion);
  const formatted = shown && specifier !== undefined ? formatValue(shown, specifier) : undefined;
  return formatted === undefined ? undefined : label + formatted;
}
