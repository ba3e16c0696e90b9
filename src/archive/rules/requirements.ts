// Finds dependencies that don't come from the package index by name (SLP712). Reads text line by line; resolves nothing.
// Sources: scan policy §8, pip's requirements file format, PEP 508, PEP 621 and the tables of poetry, pdm and uv.
import { requirementNotesMax } from '../../contract/limits/archives.ts';
import { withoutComment } from '../../contract/plugin/requirement.ts';
import type { Note } from './note.ts';

const pathOptions = ['--editable', '--index-url', '--pypi-url', '--extra-index-url', '--find-links'];

const versionControl = /(?:^|[^\w+.-])(?:git|hg|svn|bzr)\+/i;
/** `name @ <URL>`, a direct reference of PEP 508. */
const directReference = /^[\w.-]+ ?(?:\[[^\]]*\])? ?@/;
const localPath = /^(?:\.|\/|~|file:)|[\\/]|\.(?:whl|zip|tar\.gz|tgz|tar\.bz2)$/i;

export function requirementNotes(path: string, bytes: Uint8Array): Note[] {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    return [uncheckedRequirements('not checked: not UTF-8')];
  }
  const problems = path.toLowerCase().endsWith('.toml') ? tomlProblems(text) : requirementProblems(text);
  const notes: Note[] = [];
  for (const { line, requirement } of problems) {
    if (notes.length === requirementNotesMax) break;
    notes.push({ ruleId: 'SLP712', line, subject: shortened(requirement) });
  }
  return notes;
}

export function uncheckedRequirements(why: string): Note {
  return { ruleId: 'SLP712', reason: why };
}

function shortened(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

interface Problem {
  line: number;
  requirement: string;
}

function* requirementProblems(text: string): Generator<Problem> {
  let logical = '';
  let start = 1;
  for (const [index, physical] of text.split(/\r\n|\r|\n/).entries()) {
    if (logical === '') start = index + 1;
    const continues = physical.endsWith('\\') && !/^\s*#/.test(physical);
    logical += continues ? physical.slice(0, -1) : physical;
    if (continues) continue;
    const requirement = withoutComment(logical).trim();
    if (requirement !== '' && bypassesIndex(requirement)) yield { line: start, requirement };
    logical = '';
  }
}

function bypassesIndex(line: string): boolean {
  if (/^-[eif]/.test(line)) return true;
  for (const [option] of line.matchAll(/(?<!\S)--[a-z-]+/g)) {
    if (pathOptions.some((name) => name.startsWith(option))) return true;
  }
  if (line.startsWith('-')) return line.includes('://');
  return isDirect(line.split(/\s--?[a-z]/)[0] ?? line);
}

function isDirect(requirement: string): boolean {
  const text = requirement.replaceAll(/\s+/g, ' ').trim();
  const target = (text.split(/[;[]/, 1)[0] ?? text).trim();
  return text.includes('://') || versionControl.test(text) || directReference.test(text) || localPath.test(target);
}

/** Tables whose strings are dependencies, or whose `git`, `url` and `path` keys name a source or an index. */
const dependencyTable = /^(?:project|build-system|dependency-groups|project\.optional-dependencies)$/;
const sourceTable =
  /^tool\.(?:poetry\.(?:.*dependencies|source)|uv\.(?:sources|index)|pdm\.(?:source|dev-dependencies)|pixi\.pypi-dependencies)(?:\.|$)/;
const sourceKey = /(?:^|[{,\s])["']?(?:git|hg|svn|url|path|file|directory)["']? ?= ?["']/;
const indexKey = /^(?:(?:extra-|default-)?index(?:-url)?|find-links|dependency_links) ?=/;
const otherKey =
  /^(?:readme|license|license-files|description|name|version|authors|maintainers|keywords|classifiers|urls|scripts|build-backend|backend-path|requires-python) ?=/;

function* tomlProblems(text: string): Generator<Problem> {
  let table = tableNamed('');
  let inOtherKey = false;
  for (const [index, physical] of text.split(/\r\n|\r|\n/).entries()) {
    const line = physical.replaceAll(/\s+/g, ' ').trim();
    const header = tableHeader(line);
    if (header !== undefined) {
      table = tableNamed(header);
      inOtherKey = false;
    }
    if (header !== undefined || line === '' || line.startsWith('#')) continue;
    if (/^["']?[\w.-]+["']? ?=/.test(line)) inOtherKey = otherKey.test(line);
    if (tomlBypassesIndex(table, line, inOtherKey)) yield { line: index + 1, requirement: line };
  }
}

/** Returns the name in `[a.b]` or `[[a.b]]`. A line of strings within an array is not a header. */
function tableHeader(line: string): string | undefined {
  if (!/^\[\[? ?["'\w]/.test(line) || /^\[ ?["'][^"']*["'] ?[,\]]$/.test(line)) return undefined;
  const end = line.indexOf(']');
  return end < 0 ? undefined : line.slice(0, end).replaceAll(/["'\s[]/g, '');
}

interface Table {
  holdsDependencies: boolean;
  holdsSources: boolean;
  isOfTool: boolean;
}

/** Reads the name once, because a long one may stand before many lines. */
function tableNamed(name: string): Table {
  return {
    holdsDependencies: dependencyTable.test(name),
    holdsSources: sourceTable.test(name),
    isOfTool: name.startsWith('tool.'),
  };
}

function tomlBypassesIndex(table: Table, line: string, inOtherKey: boolean): boolean {
  const strings = [...line.matchAll(/"([^"]*)"|'([^']*)'/g)].map((match) => match[1] ?? match[2] ?? '');
  if (table.holdsDependencies) return !inOtherKey && strings.some(isDirect);
  if (table.holdsSources && (sourceKey.test(line) || strings.some((text) => text.startsWith('-e')))) return true;
  if (!table.isOfTool) return false;
  return indexKey.test(line) || strings.some((text) => versionControl.test(text) || directReference.test(text));
}
