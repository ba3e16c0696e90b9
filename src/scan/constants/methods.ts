// Evaluates methods of constant strings, and functions of constants (scan policy §5.3).
import {
  asText,
  bytes,
  type Constant,
  integer,
  isString,
  iterateConstant,
  type StringConstant,
  sequence,
  stringLike,
  text,
} from './constant.ts';
import { type Arguments, braceFormat, optionalText } from './formatting.ts';
import { character } from './literals.ts';

/** Maximum string length before the size limit is checked, so that building the string stays cheap. */
const intermediateMax = 1_000_000;

type Method = (self: StringConstant, args: Arguments) => Constant | undefined;

const methods: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['lower', (self) => stringLike(self, self.value.toLowerCase())],
  ['upper', (self) => stringLike(self, self.value.toUpperCase())],
  ['casefold', (self) => (self.kind === 'text' ? recased(self, (value) => value.toLowerCase()) : undefined)],
  ['swapcase', (self) => recased(self, (value) => value.replace(/[a-zA-Z]/g, swapCase))],
  ['capitalize', (self) => recased(self, capitalized)],
  ['title', (self) => recased(self, (value) => value.replace(/[a-zA-Z]+/g, capitalized))],
  ['strip', (self, args) => strip(self, args, { start: true, end: true })],
  ['lstrip', (self, args) => strip(self, args, { start: true, end: false })],
  ['rstrip', (self, args) => strip(self, args, { start: false, end: true })],
  ['removeprefix', (self, { positional: [prefix] }) => removePrefix(self, prefix)],
  ['removesuffix', (self, { positional: [suffix] }) => removeSuffix(self, suffix)],
  ['replace', replace],
  ['join', join],
  ['split', split],
  ['format', (self, args) => (self.kind === 'text' ? optionalText(braceFormat(self.value, args)) : undefined)],
  ['decode', (self, args) => decode(self, encodingIn(args, 0))],
  ['encode', (self) => (self.kind === 'text' ? bytes(utf8(self.value)) : undefined)],
]);

export function callMethod(self: Constant, name: string, args: Arguments): Constant | undefined {
  return isString(self) ? methods.get(name)?.(self, args) : undefined;
}

export function isFoldableMethod(name: string): boolean {
  return methods.has(name);
}

type Function = (first: Constant, args: Arguments) => Constant | undefined;

/** Functions by canonical name. */
const functions: ReadonlyMap<string, Function> = new Map<string, Function>([
  ['builtins.chr', (code) => (code.kind === 'integer' ? optionalText(character(code.value)) : undefined)],
  ['builtins.ord', (value) => (isString(value) ? integer(value.value.codePointAt(0) ?? -1) : undefined)],
  [
    'builtins.str',
    (value, args) => {
      const encoding = encodingIn(args, 1);
      return encoding ? decode(value, encoding) : optionalText(asText(value));
    },
  ],
  ['builtins.reversed', (value) => sequence([...(iterateConstant(value) ?? [])].reverse())],
  ['builtins.list', (value) => sequence(iterateConstant(value) ?? [])],
  ['builtins.tuple', (value) => sequence(iterateConstant(value) ?? [])],
  ['builtins.bytes', byteValues],
  ['builtins.bytearray', byteValues],
  ['builtins.bytes.fromhex', (value) => (value.kind === 'text' ? hexBytes(value.value) : undefined)],
  ['binascii.unhexlify', (value) => (isString(value) ? hexBytes(value.value) : undefined)],
  ['codecs.decode', (value, { positional: [, codec] }) => (isRot13(codec) ? rot13(value) : undefined)],
  ['base64.b64decode', (value) => (isString(value) ? base64Bytes(value.value) : undefined)],
  ['base64.standard_b64decode', (value) => (isString(value) ? base64Bytes(value.value) : undefined)],
  ['base64.urlsafe_b64decode', (value) => (isString(value) ? base64Bytes(value.value) : undefined)],
]);

export function callFunction(name: string, args: Arguments): Constant | undefined {
  const [first] = args.positional;
  return first && functions.get(name)?.(first, args);
}

export const foldableFunctions: readonly string[] = [...functions.keys()];

export function isFoldableFunction(name: string): boolean {
  return functions.has(name);
}

/** Changes the case of text that is entirely ASCII; for other characters, Python's rules differ from JavaScript's. */
function recased(self: StringConstant, recase: (value: string) => string): Constant | undefined {
  return /^[\0-\x7f]*$/.test(self.value) ? stringLike(self, recase(self.value)) : undefined;
}

function swapCase(letter: string): string {
  const upper = letter.toUpperCase();
  return letter === upper ? letter.toLowerCase() : upper;
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1).toLowerCase();
}

function strip(
  self: StringConstant,
  { positional: [argument] }: Arguments,
  { start, end }: { start: boolean; end: boolean },
): Constant | undefined {
  if (argument !== undefined && argument.kind !== self.kind) return undefined;
  const characters = isString(argument) ? argument.value : ' \t\n\r\v\f';
  let from = 0;
  let to = self.value.length;
  while (start && from < to && characters.includes(self.value.charAt(from))) from += 1;
  while (end && to > from && characters.includes(self.value.charAt(to - 1))) to -= 1;
  return stringLike(self, self.value.slice(from, to));
}

function removePrefix(self: StringConstant, prefix: Constant | undefined): Constant | undefined {
  if (!isString(prefix) || prefix.kind !== self.kind) return undefined;
  return self.value.startsWith(prefix.value) ? stringLike(self, self.value.slice(prefix.value.length)) : self;
}

function removeSuffix(self: StringConstant, suffix: Constant | undefined): Constant | undefined {
  if (!isString(suffix) || suffix.kind !== self.kind) return undefined;
  const ends = suffix.value !== '' && self.value.endsWith(suffix.value);
  return ends ? stringLike(self, self.value.slice(0, -suffix.value.length)) : self;
}

function replace(self: StringConstant, { positional: [old, by, count] }: Arguments): Constant | undefined {
  if (!isString(old) || !isString(by) || old.kind !== self.kind || by.kind !== self.kind) return undefined;
  if (count !== undefined && count.kind !== 'integer') return undefined;
  const parts = self.value.split(old.value);
  const all = old.value === '' ? ['', ...Array.from(self.value), ''] : parts;
  const replacements = count === undefined || count.value < 0 ? all.length - 1 : Math.min(count.value, all.length - 1);
  const rest = all.slice(replacements).join(old.value);
  if (replacements * by.value.length > intermediateMax) return undefined;
  return stringLike(self, [...all.slice(0, replacements), rest].join(by.value));
}

function join(self: StringConstant, { positional: [argument] }: Arguments): Constant | undefined {
  const items = argument && iterateConstant(argument);
  if (!items?.every((item) => item.kind === self.kind)) return undefined;
  const values = items.flatMap((item) => (isString(item) ? [item.value] : []));
  const length = values.reduce((total, value) => total + value.length + self.value.length, 0);
  return length > intermediateMax ? undefined : stringLike(self, values.join(self.value));
}

function split(self: StringConstant, { positional: [separator] }: Arguments): Constant | undefined {
  if (separator !== undefined && (separator.kind !== self.kind || separator.value === '')) return undefined;
  const parts = isString(separator) ? self.value.split(separator.value) : self.value.split(/\s+/).filter(Boolean);
  return sequence(parts.flatMap((part) => stringLike(self, part) ?? []));
}

function decode(self: Constant, encoding: Constant | undefined): Constant | undefined {
  if (self.kind !== 'bytes' || (encoding !== undefined && encoding.kind !== 'text')) return undefined;
  const codec = (encoding?.value ?? 'utf-8').toLowerCase().replaceAll(/[-_ ]/g, '');
  if (codec === 'latin1' || codec === 'iso88591') return text(self.value);
  if (codec !== 'utf8' && codec !== 'ascii' && codec !== 'usascii') return undefined;
  return text(new TextDecoder().decode(Uint8Array.from(self.value, (byte) => byte.charCodeAt(0))));
}

function encodingIn({ keywords, positional }: Arguments, at: number): Constant | undefined {
  return positional[at] ?? keywords.get('encoding');
}

function utf8(value: string): string {
  return Array.from(new TextEncoder().encode(value), (byte) => String.fromCharCode(byte)).join('');
}

function hexBytes(digits: string): Constant | undefined {
  const pairs = digits.replaceAll(/\s/g, '');
  if (!/^(?:[\da-fA-F]{2})*$/.test(pairs)) return undefined;
  return bytes(pairs.replaceAll(/../g, (pair) => String.fromCharCode(Number.parseInt(pair, 16))));
}

function isRot13(codec: Constant | undefined): boolean {
  return codec?.kind === 'text' && /^rot_?13$/i.test(codec.value);
}

function rot13(value: Constant): Constant | undefined {
  if (value.kind !== 'text') return undefined;
  const turned = (letter: string): string => {
    const base = letter < 'a' ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base);
  };
  return text(value.value.replaceAll(/[a-zA-Z]/g, turned));
}

/** Evaluates `map(chr, …)`. */
export function characters(codes: Constant): Constant | undefined {
  const items = iterateConstant(codes)?.map((code) =>
    code.kind === 'integer' ? optionalText(character(code.value)) : undefined,
  );
  const known = items?.flatMap((item) => item ?? []);
  return known && known.length === items?.length ? sequence(known) : undefined;
}

function byteValues(value: Constant, args: Arguments): Constant | undefined {
  if (value.kind === 'bytes') return value;
  if (value.kind === 'text') return encodingIn(args, 1) && bytes(utf8(value.value));
  const items = value.kind === 'sequence' ? value.items : undefined;
  if (!items?.every((item) => item.kind === 'integer' && item.value >= 0 && item.value < 256)) return undefined;
  return bytes(items.map((item) => (item.kind === 'integer' ? String.fromCharCode(item.value) : '')).join(''));
}

/** Decodes Base64 as Python does: accepts both alphabets and skips any other characters. */
function base64Bytes(encoded: string): Constant | undefined {
  const digits = encoded
    .replaceAll('-', '+')
    .replaceAll('_', '/')
    .replaceAll(/[^A-Za-z0-9+/]/g, '');
  if (digits.length % 4 === 1) return undefined;
  return bytes(atob(digits));
}
