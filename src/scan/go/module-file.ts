// Checks go.mod (scan policy §8a, SLP903). Reads it as the go command reads a main module's go.mod: lines of tokens, some in blocks
// after their verb. Checks only directives that determine the plugin's sources (SLP904 if one module replaces another), and the modules
// that they name.
import type { Report } from '../file/report.ts';
import { quotedEnd, stringValue } from './literals.ts';
import { goPolicy } from './policy.ts';

interface ModuleToken {
  text: string;
  start: number;
  end: number;
}

type Line = ModuleToken[];

export function scanModuleFile(text: string, report: Report): void {
  const { lines, problemAt } = readLines(text);
  if (problemAt !== undefined) {
    report.add('SLP601', { start: problemAt, end: problemAt + 1 }, '', { detail: 'invalid go.mod syntax' });
    return;
  }
  let module = '';
  for (const [verb, ...args] of directives(lines)) {
    if (verb?.text === 'module') module ||= unquoted(args[0]);
    else if (verb?.text === 'require') checkRequirement(args, report);
    else if (verb?.text === 'replace') checkReplacement(args, report);
    else if (verb?.text === 'toolchain') {
      const name = unquoted(args[0]);
      const range = { start: verb.start, end: args[0]?.end ?? verb.end };
      report.add('SLP903', range, name, { detail: `toolchain ${name} (the platform provides the toolchain)` });
    }
  }
  if (module === '') report.add('SLP903', { start: 0, end: 0 }, 'go.mod', { detail: 'go.mod has no module path' });
}

export interface ModuleFile {
  module: string;
  /** The Go version as written. */
  go: string;
  requires: { path: string; version: string }[];
  replacements: { path: string; target: string }[];
}

/** Reads the modules and directives in go.mod. Returns undefined for invalid syntax. */
export function readModuleFile(text: string): ModuleFile | undefined {
  const { lines, problemAt } = readLines(text);
  if (problemAt !== undefined) return undefined;
  const file: ModuleFile = { module: '', go: '', requires: [], replacements: [] };
  for (const [verb, first, second, ...rest] of directives(lines)) {
    if (verb?.text === 'module') file.module ||= unquoted(first);
    else if (verb?.text === 'go') file.go ||= unquoted(first);
    else if (verb?.text === 'require') file.requires.push({ path: unquoted(first), version: unquoted(second) });
    else if (verb?.text === 'replace') {
      const target = second?.text === '=>' ? rest[0] : rest[1];
      file.replacements.push({ path: unquoted(first), target: unquoted(target) });
    }
  }
  return file;
}

function checkRequirement([token]: Line, report: Report): void {
  const path = unquoted(token);
  const rule = goPolicy.requirementRule(path);
  if (token && rule) report.add(rule, token, path);
}

function checkReplacement(args: Line, report: Report): void {
  const arrow = args.findIndex(({ text }) => text === '=>');
  const [first] = args;
  const last = args.at(-1);
  const target = unquoted(args[arrow + 1]);
  if (arrow < 0 || !first || !last) return;
  const isLocal = isDirectory(target);
  if (!isLocal && target === unquoted(first)) return;
  const range = { start: first.start, end: last.end };
  const detail = `replace ${unquoted(first)} => ${target} (${isLocal ? 'a local path' : 'another module'})`;
  report.add(isLocal ? 'SLP903' : 'SLP904', range, unquoted(first), { detail });
  const forbidden = isLocal ? undefined : goPolicy.packageRule(target);
  if (forbidden) report.add(forbidden, range, target);
}

/** Recognizes the paths of all operating systems, because the file may come from any of them. */
function isDirectory(target: string): boolean {
  return /^(?:\.\.?(?:[\\/]|$)|[\\/]|[A-Za-z]:)/.test(target);
}

function unquoted(token: ModuleToken | undefined): string {
  if (!token) return '';
  return token.text.startsWith('"') ? stringValue(token.text) : token.text;
}

/** Yields each directive with its verb first. In a block, repeats the block's verb. */
function* directives(lines: readonly Line[]): Generator<Line> {
  let verb: ModuleToken | undefined;
  for (const line of lines) {
    const [first] = line;
    if (verb) {
      if (first?.text === ')') verb = undefined;
      else yield [verb, ...line];
    } else if (line.at(-1)?.text === '(') {
      verb = first;
    } else {
      yield line;
    }
  }
}

const blank = /[ \t\r]*/y;
const comment = /\/\/[^\n]*/y;
const bracket = /[()[\]{},]/y;
/** A token of printable characters: letters, digits, punctuation. A comment ends it. */
const word = /(?:(?!\/[/*])(?![()[\]{},])[\p{L}\p{M}\p{N}\p{P}\p{S}])+/uy;

function readLines(text: string): { lines: Line[]; problemAt?: number } {
  const lines: Line[] = [];
  let line: Line = [];
  let at = 0;
  while (at < text.length) {
    at = endOf(blank, text, at);
    at = endOf(comment, text, at);
    if (at >= text.length) break;
    if (text.charAt(at) === '\n') {
      if (line.length > 0) lines.push(line);
      line = [];
      at += 1;
      continue;
    }
    const end = tokenEnd(text, at);
    if (end <= at) return { lines, problemAt: at };
    line.push({ text: text.slice(at, end), start: at, end });
    at = end;
  }
  if (line.length > 0) lines.push(line);
  return { lines };
}

function tokenEnd(text: string, at: number): number {
  const first = text.charAt(at);
  if (first === '"') return quotedEnd(text, at);
  if (first === '`') {
    const end = text.indexOf('`', at + 1);
    return end < 0 || text.slice(at, end).includes('\n') ? -1 : end + 1;
  }
  const afterBracket = endOf(bracket, text, at);
  return afterBracket > at ? afterBracket : endOf(word, text, at);
}

function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return at + (pattern.exec(text)?.[0].length ?? 0);
}
