// Checks for code that hides its purpose (SLP160, scan policy §9): packed literals, text assembled with chr(), and characters that
// mislead a reader.
import type { Report } from '../file/report.ts';
import { Kind } from '../reading/kinds.ts';
import { type NodeIndex, normalizedName } from '../reading/syntax-tree.ts';
import type { Tokens } from '../syntax/token.ts';
import type { Rule, RuleContext } from './rule.ts';

const packedLiteralChars = 200;
const chrCallsMax = 20;
const lineCharsMax = 5000;

const decompressors = /^(?:zlib|gzip|bz2|lzma)\.(?:decompress|decompressobj\(\)\.decompress)$/;
const decoders =
  /^(?:base64\.\w*decode\w*|binascii\.(?:unhexlify|a2b_\w+)|codecs\.decode|builtins\.bytes\.fromhex|builtins\.bytearray\.fromhex)$/;

/** Reports decompress(decode("…")) on a long literal. */
export const packedLiteralRule: Rule = {
  kinds: [Kind.call],
  check(context, call) {
    if (!callsFunction(context, call, decompressors)) return;
    const { report, tree } = context;
    let decodes = false;
    for (let node = call + 1; node < tree.next(call); node += 1) {
      decodes ||= tree.kind(node) === Kind.call && callsFunction(context, node, decoders);
      if (decodes && tree.kind(node) === Kind.string && tree.end(node) - tree.start(node) > packedLiteralChars) {
        report.add('SLP160', tree.range(call), 'packed literal');
        return;
      }
    }
  },
};

function callsFunction({ references, tree }: RuleContext, call: NodeIndex, pattern: RegExp): boolean {
  return [...references.of(tree.firstPart(call))].some((name) => pattern.test(name));
}

/** Reports a statement with many calls of chr(). */
export const chrTextRule: Rule = {
  kinds: [Kind.expressionStatement],
  check(context, statement) {
    const { report, tree } = context;
    let count = 0;
    for (let node = statement + 1; node < tree.next(statement); node += 1) {
      if (tree.kind(node) === Kind.call && callsFunction(context, node, /^builtins\.chr$/)) count += 1;
    }
    if (count > chrCallsMax) report.add('SLP160', tree.range(statement), 'text spelled out by chr()');
  },
};

const deceptive: readonly { pattern: RegExp; name: string }[] = [
  { pattern: /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, name: 'bidirectional control character' },
  { pattern: /[\u200b-\u200d\u2060\ufeff]/gu, name: 'zero-width character' },
];

/** Reports misleading characters and very long lines anywhere in the text, including comments. */
export function checkText(text: string, report: Report): void {
  for (const { name, pattern } of deceptive) {
    for (const { index } of text.matchAll(pattern)) {
      if (!joinsLetters(text, index)) report.add('SLP160', { start: index, end: index + 1 }, name);
    }
  }
  let start = 0;
  for (const line of text.split('\n')) {
    if (line.length > lineCharsMax) report.add('SLP160', { start, end: start + line.length }, 'very long line');
    start += line.length + 1;
  }
}

/** Returns whether U+200C or U+200D is between letters of a script that needs it (Persian, Malayalam), or in an emoji sequence. */
function joinsLetters(text: string, index: number): boolean {
  return joiner.test(text.charAt(index)) && joinable.test(text.slice(Math.max(0, index - 4), index));
}

const joiner = /[\u200c\u200d]/;
const joinable =
  /(?:(?![\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}])[\p{L}\p{M}]|\p{Extended_Pictographic}|\p{Emoji_Modifier})$/u;

const scripts = [/\p{Script=Latin}/u, /\p{Script=Greek}/u, /\p{Script=Cyrillic}/u, /\p{Script=Armenian}/u];

/** Reports identifiers that mix scripts with look-alike letters. */
export function checkNames(text: string, tokens: Tokens, report: Report): void {
  for (const index of tokens.nonAsciiNames) {
    const range = { start: tokens.start(index), end: tokens.end(index) };
    const name = normalizedName(text.slice(range.start, range.end));
    const isMixed = scripts.filter((script) => script.test(name)).length >= 2;
    if (isMixed) report.add('SLP160', range, 'mixed-script identifier');
  }
}
