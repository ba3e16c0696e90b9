// Writes JSON as `JSON.stringify` with two spaces does, but with long lists of numbers in one short line.

/** A list with more numbers is folded, to as many. */
const numbersMax = 12;
const numbersShown = 4;

export function foldedJson(value: unknown, indent = ''): string {
  if (isVector(value)) return `[${value.slice(0, numbersShown).join(', ')}, … ${value.length} numbers]`;
  const inner = `${indent}  `;
  if (Array.isArray(value))
    return enclosed(
      ['[', ']'],
      value.map((item) => foldedJson(item, inner)),
      indent,
    );
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    return enclosed(
      ['{', '}'],
      entries.map(([name, item]) => `${JSON.stringify(name)}: ${foldedJson(item, inner)}`),
      indent,
    );
  }
  return JSON.stringify(value) ?? 'null';
}

/** Whether something in the value is folded. */
export function hasVector(value: unknown): boolean {
  if (isVector(value)) return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(hasVector);
}

function isVector(value: unknown): value is number[] {
  return Array.isArray(value) && value.length > numbersMax && value.every((item) => typeof item === 'number');
}

function enclosed([open, close]: [string, string], parts: string[], indent: string): string {
  if (parts.length === 0) return `${open}${close}`;
  return `${open}\n${parts.map((part) => `${indent}  ${part}`).join(',\n')}\n${indent}${close}`;
}
