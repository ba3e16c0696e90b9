// Dependencies that don't come from the index by name (SLP712): read as text, line by line, never resolved.
// Sources: scan policy §8, pip's requirements file format, PEP 508, PEP 621 and the tables of poetry, pdm and uv.
import { requirementNotesMax } from './limits.ts';
import type { Note } from './note.ts';

const pathOptions = ['--editable', '--index-url', '--pypi-url', '--extra-index-url', '--find-links'];

const versionControl = /(?:^|[^\w+.-])(?:git|hg|svn|bzr)\+/i;
/** `name @ somewhere`, PEP 508's direct reference. */
const directReference = /^[\w.-]+ ?(?:\[[^\]]*\])? ?@/;
const localPath = /^(?:\.|\/|~|file:)|[\\/]|\.(?:whl|zip|tar\.gz|tgz|tar\.bz2)$/i;

export function requirementNotes(path: string, bytes: Uint8Array): Note[] {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    return [unreadableRequirements('not UTF-8, so not checked')];
  }
  const problems = path.toLowerCase().endsWith('.toml') ? tomlProblems(text) : requirementProblems(text);
  const notes: Note[] = [];
  for (const { line, found } of problems) {
    if (notes.length === requirementNotesMax) break;
    notes.push({ ruleId: 'SLP712', line, found: shortened(found) });
  }
  return notes;
}

export function unreadableRequirements(why: string): Note {
  return { ruleId: 'SLP712', why };
}

function shortened(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

interface Problem {
  line: number;
  found: string;
}

function* requirementProblems(text: string): Generator<Problem> {
  let logical = '';
  let start = 1;
  for (const [index, physical] of text.split(/\r\n|\r|\n/).entries()) {
    if (logical === '') start = index + 1;
    const continues = physical.endsWith('\\') && !/^\s*#/.test(physical);
    logical += continues ? physical.slice(0, -1) : physical;
    if (continues) continue;
    const found = logical.replace(/(?:^|\s)#.*$/, '').trim();
    if (found !== '' && comesFromElsewhere(found)) yield { line: start, found };
    logical = '';
  }
}

function comesFromElsewhere(line: string): boolean {
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

/** Tables whose strings are dependencies, whose `git`, `url` and `path` say where from, or which name an index. */
const dependencyTable = /^(?:project|build-system|dependency-groups|project\.optional-dependencies)$/;
const sourceTable =
  /^tool\.(?:poetry\.(?:.*dependencies|source)|uv\.(?:sources|index)|pdm\.(?:source|dev-dependencies)|pixi\.pypi-dependencies)(?:\.|$)/;
const sourceKey = /(?:^|[{,\s])["']?(?:git|hg|svn|url|path|file|directory)["']? ?= ?["']/;
const indexKey = /^(?:(?:extra-|default-)?index(?:-url)?|find-links|dependency_links) ?=/;
const otherKey =
  /^(?:readme|license|license-files|description|name|version|authors|maintainers|keywords|classifiers|urls|scripts|build-backend|backend-path|requires-python) ?=/;

function* tomlProblems(text: string): Generator<Problem> {
  let table = '';
  let inOtherKey = false;
  for (const [index, physical] of text.split(/\r\n|\r|\n/).entries()) {
    const line = physical.replaceAll(/\s+/g, ' ').trim();
    const header = tableHeader(line);
    if (header !== undefined) {
      table = header;
      inOtherKey = false;
    }
    if (header !== undefined || line === '' || line.startsWith('#')) continue;
    if (/^["']?[\w.-]+["']? ?=/.test(line)) inOtherKey = otherKey.test(line);
    if (tomlComesFromElsewhere(table, line, inOtherKey)) yield { line: index + 1, found: line };
  }
}

/** `[a.b]` and `[[a.b]]`; an array's line of strings is none. */
function tableHeader(line: string): string | undefined {
  if (!/^\[\[? ?["'\w]/.test(line) || /^\[ ?["'][^"']*["'] ?[,\]]$/.test(line)) return undefined;
  const end = line.indexOf(']');
  return end < 0 ? undefined : line.slice(0, end).replaceAll(/["'\s[]/g, '');
}

function tomlComesFromElsewhere(table: string, line: string, inOtherKey: boolean): boolean {
  const strings = [...line.matchAll(/"([^"]*)"|'([^']*)'/g)].map((match) => match[1] ?? match[2] ?? '');
  if (dependencyTable.test(table)) return !inOtherKey && strings.some(isDirect);
  if (sourceTable.test(table) && (sourceKey.test(line) || strings.some((text) => text.startsWith('-e')))) return true;
  if (!table.startsWith('tool.')) return false;
  return indexKey.test(line) || strings.some((text) => versionControl.test(text) || directReference.test(text));
}
