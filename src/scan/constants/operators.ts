// Evaluates operators on constants: `+`, `*` and `%`, arithmetic on small integers, subscripts and slices (scan policy §5.3).
import { constantCharsMax } from '../../contract/limits/scans.ts';
import { type Constant, integer, isString, iterateConstant, sequence, stringLike } from './constant.ts';
import { percentFormat } from './formatting.ts';

export function binaryOperation(operator: string, left: Constant, right: Constant): Constant | undefined {
  if (left.kind === 'integer' && right.kind === 'integer') return integerOperation(operator, left.value, right.value);
  if (operator === '+') return add(left, right);
  if (operator === '*') return repeat(left, right) ?? repeat(right, left);
  return operator === '%' && isString(left) ? percentFormat(left, right) : undefined;
}

function integerOperation(operator: string, left: number, right: number): Constant | undefined {
  switch (operator) {
    case '+':
      return integer(left + right);
    case '-':
      return integer(left - right);
    case '*':
      return integer(left * right);
    case '//':
      return right === 0 ? undefined : integer(Math.floor(left / right));
    case '%':
      return right === 0 ? undefined : integer(left - right * Math.floor(left / right));
    case '^':
      return left >= 0 && right >= 0 && left < 2 ** 31 && right < 2 ** 31 ? integer(left ^ right) : undefined;
    default:
      return undefined;
  }
}

function add(left: Constant, right: Constant): Constant | undefined {
  if (isString(left) && isString(right) && left.kind === right.kind) return stringLike(left, left.value + right.value);
  if (left.kind === 'sequence' && right.kind === 'sequence') return sequence([...left.items, ...right.items]);
  return undefined;
}

function repeat(value: Constant, count: Constant): Constant | undefined {
  if (count.kind !== 'integer' || value.kind === 'integer' || value.kind === 'mapping') return undefined;
  const times = Math.max(0, count.value);
  const length = isString(value) ? value.value.length : value.items.length;
  if (length * times > constantCharsMax) return undefined;
  if (isString(value)) return stringLike(value, value.value.repeat(length === 0 ? 0 : times));
  return sequence(length === 0 ? [] : Array.from({ length: times }, () => value.items).flat());
}

export function negate(value: Constant): Constant | undefined {
  return value.kind === 'integer' ? integer(-value.value) : undefined;
}

export function itemAt(value: Constant, index: Constant): Constant | undefined {
  if (value.kind === 'mapping') return index.kind === value.keys ? value.entries.get(index.value) : undefined;
  if (index.kind !== 'integer') return undefined;
  return iterateConstant(value)?.at(index.value);
}

/** Evaluates `value[start:stop:step]`. A bound that isn't written is undefined. */
export function slice(value: Constant, bounds: readonly (Constant | undefined)[]): Constant | undefined {
  const numbers: (number | undefined)[] = [];
  for (const bound of bounds) {
    if (bound !== undefined && bound.kind !== 'integer') return undefined;
    numbers.push(bound?.value);
  }
  const [start, stop, step = 1] = numbers;
  const items = isString(value) ? Array.from(value.value) : iterateConstant(value);
  if (value.kind === 'mapping' || !items || step === 0) return undefined;
  const forward = step > 0;
  const first = clampBound(start, items.length, forward, forward ? 0 : items.length - 1);
  const last = clampBound(stop, items.length, forward, forward ? items.length : -1);
  const taken = [];
  for (let at = first; forward ? at < last : at > last; at += step) taken.push(at);
  if (isString(value)) return stringLike(value, taken.map((at) => items[at]).join(''));
  const all = iterateConstant(value) ?? [];
  return sequence(taken.flatMap((at) => all[at] ?? []));
}

function clampBound(bound: number | undefined, length: number, forward: boolean, absent: number): number {
  if (bound === undefined) return absent;
  const from = bound < 0 ? bound + length : bound;
  return forward ? Math.min(Math.max(from, 0), length) : Math.min(Math.max(from, -1), length - 1);
}
