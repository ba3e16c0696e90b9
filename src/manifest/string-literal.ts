// A Python string literal to its value: prefixes, raw strings, escapes. What has no fixed text (f-strings, bytes, `\N{…}`) has none here.

const literalStart = /^([a-zA-Z]{0,3})('''|"""|'|")/;
const escapeSequence = /\\(?:\n|[0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[\s\S])/g;

const simpleEscapes: Readonly<Record<string, string>> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

export type StringReading = { value: string } | { why: string };

/** `source` is the literal as written, quotes included (Python reference, §2.4.1). */
export function readStringLiteral(source: string): StringReading {
  const opening = literalStart.exec(source);
  if (!opening) return { why: 'not a string literal' };
  const [whole, prefix = '', quote = ''] = opening;
  const kinds = prefix.toLowerCase();
  if (kinds.includes('f')) return { why: 'an f-string' };
  if (kinds.includes('t')) return { why: 'a template string' };
  if (kinds.includes('b')) return { why: 'bytes' };
  const body = source.slice(whole.length, -quote.length);
  if (kinds.includes('r')) return { value: body };
  if (body.includes('\\N{')) return { why: 'a string with a named character' };
  const value = body.replace(escapeSequence, unescaped);
  return value.isWellFormed() ? { value } : { why: 'a string with half a surrogate pair' };
}

function unescaped(sequence: string): string {
  const rest = sequence.slice(1);
  const simple = simpleEscapes[rest];
  if (simple !== undefined) return simple;
  if (/^[0-7]/.test(rest)) return String.fromCodePoint(Number.parseInt(rest, 8));
  if (/^[xuU]./.test(rest)) {
    const code = Number.parseInt(rest.slice(1), 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : sequence;
  }
  return sequence;
}
