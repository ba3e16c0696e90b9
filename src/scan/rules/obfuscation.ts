// Code that hides what it does (SLP160, scan policy §9): packed literals, text spelled out by chr, and characters that deceive a
// reader.
import { Kind } from '../reading/kinds.ts';
import { type NodeIndex, normalizedName } from '../reading/syntax-tree.ts';
import type { Report } from '../report.ts';
import type { Tokens } from '../syntax/token.ts';
import { type Rule, type RuleContext, rangeOf } from './rule.ts';

const packedLiteralMin = 200;
const charactersMax = 20;
const lineMax = 5000;

const decompressors = /^(?:zlib|gzip|bz2|lzma)\.(?:decompress|decompressobj\(\)\.decompress)$/;
const decoders =
  /^(?:base64\.\w*decode\w*|binascii\.(?:unhexlify|a2b_\w+)|codecs\.decode|builtins\.bytes\.fromhex|builtins\.bytearray\.fromhex)$/;

/** decompress(decode("…")) of a long literal. */
export const packedLiteralRule: Rule = {
  kinds: [Kind.call],
  check(subject, call) {
    if (!callsFunction(subject, call, decompressors)) return;
    const { report, tree } = subject;
    let decodes = false;
    for (let node = call + 1; node < tree.next(call); node += 1) {
      decodes ||= tree.kind(node) === Kind.call && callsFunction(subject, node, decoders);
      if (decodes && tree.kind(node) === Kind.string && tree.end(node) - tree.start(node) > packedLiteralMin) {
        report.add('SLP160', rangeOf(tree, call), 'packed literal');
        return;
      }
    }
  },
};

function callsFunction({ references, tree }: RuleContext, call: NodeIndex, pattern: RegExp): boolean {
  return [...references.of(tree.firstPart(call))].some((name) => pattern.test(name));
}

/** More than a few chr() in one statement. */
export const spelledTextRule: Rule = {
  kinds: [Kind.expressionStatement],
  check(subject, statement) {
    const { report, tree } = subject;
    let count = 0;
    for (let node = statement + 1; node < tree.next(statement); node += 1) {
      if (tree.kind(node) === Kind.call && callsFunction(subject, node, /^builtins\.chr$/)) count += 1;
    }
    if (count > charactersMax) report.add('SLP160', rangeOf(tree, statement), 'text spelled out by chr()');
  },
};

const deceptive: readonly { pattern: RegExp; name: string }[] = [
  { pattern: /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, name: 'bidirectional control character' },
  { pattern: /[\u200b-\u200d\u2060\ufeff]/gu, name: 'zero-width character' },
];

/** What the text itself shows, whatever it means. */
export function checkText(text: string, report: Report): void {
  for (const { name, pattern } of deceptive) {
    for (const { index } of text.matchAll(pattern)) report.add('SLP160', { start: index, end: index + 1 }, name);
  }
  let start = 0;
  for (const line of text.split('\n')) {
    if (line.length > lineMax) report.add('SLP160', { start, end: start + line.length }, 'very long line');
    start += line.length + 1;
  }
}

const scripts = [/\p{Script=Latin}/u, /\p{Script=Greek}/u, /\p{Script=Cyrillic}/u, /\p{Script=Armenian}/u];

/** Identifiers in letters of scripts that look alike. */
export function checkNames(text: string, tokens: Tokens, report: Report): void {
  for (const index of tokens.nonAsciiNames) {
    const range = { start: tokens.start(index), end: tokens.finish(index) };
    const name = normalizedName(text.slice(range.start, range.end));
    const isMixed = scripts.filter((script) => script.test(name)).length >= 2;
    if (isMixed) report.add('SLP160', range, 'mixed-script identifier');
  }
}
