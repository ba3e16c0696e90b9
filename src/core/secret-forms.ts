// Lists the forms of a secret in text: plain, and as common libraries encode it.
import { hex } from './digest.ts';

/** Shorter parts of a secret, or of its encodings, occur in ordinary text. */
const partCharsMin = 8;

/** JSON strings around an already escaped string. */
const jsonLevels = 2;

/** Base64 line widths in MIME and PEM. */
const base64Columns = [76, 64];

/** Returns all forms of the secret. One form may be part of another. */
export function secretForms(secret: string): string[] {
  const bytes = new TextEncoder().encode(secret);
  const forms = [secret, secret.trim(), ...longParts(secret.split(/[\r\n]+/))];
  return [...forms, ...literals(secret, bytes), ...urlForms(secret), ...htmlForms(secret), ...binaryForms(bytes)];
}

function longParts(parts: string[]): string[] {
  return parts.filter((part) => part.length >= partCharsMin);
}

/** Returns the string literals of JSON, Go and Python, and Python's bytes literals, without quotes. */
function literals(text: string, bytes: Uint8Array): string[] {
  const json = JSON.stringify(text).slice(1, -1);
  const strings = [json, json.replaceAll('/', '\\/'), json.replaceAll('\\"', '"'), pythonBytes(bytes)];
  return strings
    .flatMap((form) => [form, ...escapedIn(form)])
    .flatMap((form) => [form, form.replaceAll("'", "\\'")])
    .flatMap(inJson);
}

/** Returns the form itself and its nested JSON escapes: an error may quote a body, and a log line may quote the error. */
function inJson(form: string): string[] {
  const forms = [form];
  for (let level = 0; level < jsonLevels; level++) {
    const quoted = JSON.stringify(forms.at(-1) ?? form).slice(1, -1);
    forms.push(quoted);
  }
  return forms.flatMap((one) => [one, ...escapedIn(one)]);
}

/** Returns escapes beyond ASCII, as JSON (in both cases) and Python write them. */
function escapedIn(form: string): string[] {
  const json = form.replace(/[^\x20-\x7e]/g, (unit) => `\\u${hexOf(unit.charCodeAt(0), 4)}`);
  const upper = form.replace(/[^\x20-\x7e]/g, (unit) => `\\u${hexOf(unit.charCodeAt(0), 4).toUpperCase()}`);
  return [json, upper, form.replace(/[^\x20-\x7e]/gu, (character) => pythonEscape(character.codePointAt(0) ?? 0))];
}

function pythonEscape(code: number): string {
  if (code < 0x100) return `\\x${hexOf(code, 2)}`;
  return code < 0x10000 ? `\\u${hexOf(code, 4)}` : `\\U${hexOf(code, 8)}`;
}

function hexOf(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

const shortEscapes: Readonly<Record<number, string>> = { 9: '\\t', 10: '\\n', 13: '\\r', 92: '\\\\' };

function pythonBytes(bytes: Uint8Array): string {
  const written = (byte: number) =>
    shortEscapes[byte] ?? (byte >= 0x20 && byte <= 0x7e ? String.fromCharCode(byte) : `\\x${hexOf(byte, 2)}`);
  return [...bytes].map(written).join('');
}

/**
 * Characters left unescaped, in addition to letters, digits and `-._`: by forms, RFC 3986, Python's quote, encodeURIComponent, paths,
 * encodeURI.
 */
const keptInUrls = ['*', '~', '~/', "~!'()*", "~/:@!$&'()*+,;=", "~!'()*;,/?:@&=+$#"];

/** Returns percent escapes in both cases, with spaces as in forms. */
function urlForms(text: string): string[] {
  return keptInUrls.flatMap((kept) => {
    const encoded = encodeURIComponent(text).replace(/[~!'()*]|%[0-9A-F]{2}/g, (part) => {
      const character = part.length === 1 ? part : String.fromCharCode(Number.parseInt(part.slice(1), 16));
      return kept.includes(character) ? character : `%${hexOf(character.charCodeAt(0), 2).toUpperCase()}`;
    });
    const both = [encoded, encoded.replace(/%[0-9A-F]{2}/g, (part) => part.toLowerCase())];
    return both.flatMap((form) => [form, form.replaceAll('%20', '+')]);
  });
}

/** Python, Go and JavaScript escape quotes differently, or not at all. */
function htmlForms(text: string): string[] {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const quoted = (double: string, single: string) => escaped.replaceAll('"', double).replaceAll("'", single);
  return [
    escaped,
    quoted('&quot;', "'"),
    quoted('&quot;', '&#x27;'),
    quoted('&quot;', '&#39;'),
    quoted('&#34;', '&#39;'),
  ];
}

/** Returns base64 and hexadecimal forms. */
function binaryForms(bytes: Uint8Array): string[] {
  const base64 = base64Of(bytes).replace(/={1,2}$/, '');
  const wrapped = base64Columns.flatMap((columns) => longParts(chunksOf(base64, columns)));
  const forms = [base64, ...wrapped, ...[0, 1, 2].flatMap((before) => longParts([base64Behind(before, bytes)]))];
  const pairs = chunksOf(hex(bytes), 2);
  const digits = ['', ':', ' '].map((separator) => pairs.join(separator));
  return [
    ...forms.flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')]),
    ...digits.flatMap((form) => [form, form.toUpperCase()]),
  ];
}

/**
 * Returns the base64 characters that depend only on the secret when this many bytes, modulo 3, precede it, as in `Basic` credentials.
 */
function base64Behind(before: number, bytes: Uint8Array): string {
  const whole = new Uint8Array(before + bytes.length);
  whole.set(bytes, before);
  return base64Of(whole).slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
}

function base64Of(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

function chunksOf(text: string, length: number): string[] {
  return Array.from({ length: Math.ceil(text.length / length) }, (_, at) => text.slice(at * length, (at + 1) * length));
}
