// Defines the values that constant folding produces (scan policy §5.3), limits their size, and defines what a foldable expression is. A
// result that is too large counts as unfoldable.
import { constantCharsMax } from '../../contract/limits/scans.ts';
import type { NodeIndex } from '../reading/syntax-tree.ts';

export type Constant =
  | { kind: 'text'; value: string }
  /** One character below U+0100 per byte. */
  | { kind: 'bytes'; value: string }
  | { kind: 'integer'; value: number }
  | { kind: 'sequence'; items: readonly Constant[] }
  /** A dictionary whose keys are all text, or all bytes. */
  | { kind: 'mapping'; keys: 'text' | 'bytes'; entries: ReadonlyMap<string, Constant> };

export type StringConstant = Extract<Constant, { value: string }>;

export function text(value: string): Constant | undefined {
  return value.length <= constantCharsMax ? { kind: 'text', value } : undefined;
}

export function bytes(value: string): Constant | undefined {
  return value.length <= constantCharsMax ? { kind: 'bytes', value } : undefined;
}

export function integer(value: number): Constant | undefined {
  return Number.isSafeInteger(value) ? { kind: 'integer', value } : undefined;
}

export function sequence(items: readonly Constant[]): Constant | undefined {
  return items.length <= constantCharsMax ? { kind: 'sequence', items } : undefined;
}

/** Creates a dictionary. Returns undefined if its keys are neither all text nor all bytes. */
export function mapping(keys: readonly Constant[], values: readonly Constant[]): Constant | undefined {
  const entries = new Map<string, Constant>();
  const kind = keys[0]?.kind === 'bytes' ? 'bytes' : 'text';
  for (const [at, key] of keys.entries()) {
    const value = values[at];
    if (key.kind !== kind || !value) return undefined;
    entries.set(key.value, value);
  }
  return { kind: 'mapping', keys: kind, entries };
}

/** Creates text or bytes, whichever `like` is. */
export function stringLike(like: Constant, value: string): Constant | undefined {
  return like.kind === 'bytes' ? bytes(value) : text(value);
}

export function isString(constant: Constant | undefined): constant is StringConstant {
  return constant?.kind === 'text' || constant?.kind === 'bytes';
}

/** Returns `str(…)` of text or an integer; undefined for a sequence, which is useless as a name. */
export function asText(constant: Constant): string | undefined {
  if (constant.kind === 'text') return constant.value;
  return constant.kind === 'integer' ? String(constant.value) : undefined;
}

/** Returns the results of iterating: characters, byte values, the items of a sequence or the keys of a mapping. */
export function iterateConstant(constant: Constant): readonly Constant[] | undefined {
  switch (constant.kind) {
    case 'text':
      return Array.from(constant.value, (value) => ({ kind: 'text' as const, value }));
    case 'bytes':
      return Array.from(constant.value, (byte) => ({ kind: 'integer' as const, value: byte.charCodeAt(0) }));
    case 'sequence':
      return constant.items;
    case 'mapping':
      return Array.from(constant.entries.keys(), (value) => ({ kind: constant.keys, value }));
    case 'integer':
      return undefined;
  }
}

export interface Foldable {
  operands: readonly NodeIndex[];
  combine(values: readonly Constant[]): Constant | undefined;
}
