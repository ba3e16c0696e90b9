// Converts values to JSON within a budget, because a small manifest that reuses names can describe an enormous value.
import type { Json } from '../../contract/json.ts';
import { fieldCharsMax } from '../../contract/limits/manifest.ts';
import type { UnresolvedValue, Value } from './value.ts';
import { stableValue, unresolved } from './values.ts';

/** Approximate JSON characters left. Values stored together share a budget. */
export interface Budget {
  left: number;
}

const depthMax = 64;

export type JsonReading = { json: Json } | { problem: UnresolvedValue };

/** Returns the value as JSON, or the part of it that has no JSON form. */
export function toJson(value: Value, budget: Budget = { left: fieldCharsMax }): JsonReading {
  const conversion: Conversion = { budget };
  const json = convert(value, conversion, 0);
  return conversion.problem ? { problem: conversion.problem } : { json };
}

interface Conversion {
  budget: Budget;
  /** The first problem. Anything converted after it is discarded. */
  problem?: UnresolvedValue;
}

function convert(unstable: Value, conversion: Conversion, depth: number): Json {
  const value = stableValue(unstable);
  const { budget } = conversion;
  budget.left -= 4 + (value.kind === 'string' ? value.value.length : 0);
  if (budget.left < 0 || depth > depthMax) return fail(conversion, unresolved(value.at, 'too large'));
  switch (value.kind) {
    case 'string':
    case 'integer':
    case 'float':
    case 'boolean':
      return value.value;
    case 'none':
      return null;
    case 'list':
      return all(value.items, conversion, (item) => convert(item, conversion, depth + 1));
    case 'dict':
      return Object.fromEntries(
        all(value.entries, conversion, ([key, entry]): [string, Json] => {
          budget.left -= key.length;
          return [key, convert(entry.value, conversion, depth + 1)];
        }),
      );
    case 'class':
      return fail(conversion, unresolved(value.at, 'a class'));
    case 'unresolved':
      return fail(conversion, value);
  }
}

/** Converts all items. Stops at the first problem, so that an exhausted budget ends the work. */
function all<In, Out>(items: Iterable<In>, conversion: Conversion, convertOne: (item: In) => Out): Out[] {
  const converted: Out[] = [];
  for (const item of items) {
    if (conversion.problem) break;
    converted.push(convertOne(item));
  }
  return converted;
}

function fail(conversion: Conversion, problem: UnresolvedValue): null {
  conversion.problem ??= problem;
  return null;
}
