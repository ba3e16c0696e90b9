// Reads a type that is written as a string, such as "Node" and "list[Node] | None": names, parameters, alternatives and literals.
import { schemaLimits } from '../../contract/limits/manifest.ts';
import { decodeStringLiteral } from '../../scan/constants/literals.ts';
import type { Span } from '../python/syntax.ts';
import type { TypeExpression } from '../python/value.ts';

const token = /\s+|[\p{L}_][\p{L}\p{N}_.]*|-?\d+|'[^'\\\n]*'|"[^"\\\n]*"|\.\.\.|[[\]|,()]/uy;

interface Reader {
  tokens: string[];
  next: number;
  at: Span;
}

/** Returns undefined if the text has anything else. */
export function forwardReference(text: string, at: Span): TypeExpression | undefined {
  const tokens: string[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const [whole] = token.exec(text) ?? [];
    if (whole === undefined) return undefined;
    if (whole.trim() !== '') tokens.push(whole);
  }
  const reader = { tokens, next: 0, at };
  const type = readUnion(reader, 0);
  return reader.next === tokens.length ? type : undefined;
}

function readUnion(reader: Reader, depth: number): TypeExpression | undefined {
  const alternatives: TypeExpression[] = [];
  do {
    const one = readOne(reader, depth);
    if (!one) return undefined;
    alternatives.push(one);
  } while (taken(reader, '|'));
  const [only] = alternatives;
  return alternatives.length === 1 ? only : { kind: 'union', alternatives };
}

function readOne(reader: Reader, depth: number): TypeExpression | undefined {
  const first = reader.tokens[reader.next];
  if (first === undefined || depth > schemaLimits.typeDepthMax) return undefined;
  reader.next += 1;
  if (first === '...') return { kind: 'ellipsis' };
  if (first === 'None') return { kind: 'none' };
  if (/^-?\d/.test(first)) return { kind: 'value', value: { at: reader.at, kind: 'integer', value: Number(first) } };
  if (/^["']/.test(first)) {
    const literal = decodeStringLiteral(first);
    return literal.kind === 'text'
      ? { kind: 'value', value: { at: reader.at, kind: 'string', value: literal.value } }
      : undefined;
  }
  if (!/^[\p{L}_]/u.test(first)) return undefined;
  const path = first.split('.');
  if (!taken(reader, '[')) return { kind: 'name', path };
  const parameters: TypeExpression[] = [];
  if (taken(reader, '('))
    return taken(reader, ')') && taken(reader, ']') ? { kind: 'generic', path, parameters } : undefined;
  do {
    const parameter = readUnion(reader, depth + 1);
    if (!parameter) return undefined;
    parameters.push(parameter);
  } while (taken(reader, ','));
  return taken(reader, ']') ? { kind: 'generic', path, parameters } : undefined;
}

function taken(reader: Reader, wanted: string): boolean {
  const found = reader.tokens[reader.next] === wanted;
  if (found) reader.next += 1;
  return found;
}
