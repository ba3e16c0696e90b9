// What the plugin needs installed: `dependencies` of manifest.py and requirements.txt together, manifest.py winning where they disagree.
// Only names and specifiers are compared here; what a requirement may point at is the archive's SLP712.
import type { Finding } from '../contract/finding.ts';
import { findDeclaration } from './declaration.ts';
import { manifestFinding, quoted, wrongKindMessage } from './findings.ts';
import type { Span } from './syntax.ts';
import { type Names, stableValue, type Value } from './values.ts';

export const requirementsFile = 'requirements.txt';

const dependenciesMax = 500;
const lengthMax = 500;

export interface Requirement {
  text: string;
  /** The project's name as PyPI compares it (PEP 503), and the marker: other systems may want another version. */
  key: string;
  /** What stands between name and marker, in one order and without spaces. */
  specifier: string;
  /** In manifest.py. */
  at?: Span;
}

export interface DependenciesReading {
  dependencies: string[];
  warnings: Finding[];
}

export function readDependencies(names: Names, requirements: string | undefined): DependenciesReading {
  const warnings: Finding[] = [];
  const chosen = new Map<string, Requirement>();
  for (const requirement of manifestRequirements(names, warnings)) {
    if (!chosen.has(requirement.key)) chosen.set(requirement.key, requirement);
  }
  for (const text of requirementLines(requirements ?? '')) {
    const other = parseRequirement(text);
    const mine = chosen.get(other.key);
    if (!mine || mine.specifier === '') chosen.set(other.key, other);
    else if (mine.at && other.specifier !== '' && other.specifier !== mine.specifier) {
      const both = `manifest.py wants ${quoted(mine.text)}, requirements.txt ${quoted(other.text)}`;
      const message = `${both}; the one in manifest.py counts. Make both the same, or keep one of them.`;
      warnings.push(manifestFinding('SLM405', mine.at, mine.key, message));
    }
    if (chosen.size >= dependenciesMax) break;
  }
  return { dependencies: [...chosen.values()].map(({ text }) => text), warnings };
}

function manifestRequirements(names: Names, warnings: Finding[]): Requirement[] {
  const declaration = findDeclaration(names, 'dependencies');
  if (!declaration || declaration.value.kind === 'none') return [];
  const { label, value } = declaration;
  const leaveOut = (subject: string, item: Value, noun: string) => {
    const message = `${wrongKindMessage(subject, item, noun)} It is left out. Write ${noun}.`;
    warnings.push(manifestFinding('SLM402', item.at, subject, message));
  };
  if (value.kind !== 'list') {
    leaveOut(label, value, 'a list of strings');
    return [];
  }
  const requirements: Requirement[] = [];
  for (const [index, given] of value.items.slice(0, dependenciesMax).entries()) {
    const item = stableValue(given);
    const text = item.kind === 'string' ? item.value.trim() : '';
    if (text !== '' && text.length <= lengthMax) requirements.push({ ...parseRequirement(text), at: item.at });
    else leaveOut(`${label}[${index}]`, item, `a requirement such as "httpx>=0.27"`);
  }
  if (value.items.length > dependenciesMax) {
    const message = `${label} has ${value.items.length} entries; those after the first ${dependenciesMax} are left out.`;
    warnings.push(manifestFinding('SLM402', value.at, label, message));
  }
  return requirements;
}

/** The requirements of a pip file: comments, options (`-r`, `--index-url`) and what is no requirement by name are left to SLP712. */
function requirementLines(text: string): string[] {
  return text
    .replace(/\\\n/g, ' ')
    .split('\n')
    .map((line) =>
      line
        .replace(/(?:^|\s)#.*$/, '')
        .replace(/\s--?[a-z].*$/, '')
        .trim(),
    )
    .filter((line) => line.length <= lengthMax && /^[A-Za-z0-9]/.test(line));
}

/** `Foo.Bar[extra] >= 1, < 2 ; python_version > "3"` in parts (PEP 508). */
export function parseRequirement(text: string): Requirement {
  const [wanted = '', marker = ''] = text.split(/;(.*)/s);
  const [, name = text, specifier = ''] = /^\s*([A-Za-z0-9][A-Za-z0-9._-]*)(.*)$/s.exec(wanted) ?? [];
  const project = name.toLowerCase().replace(/[-_.]+/g, '-');
  return {
    text,
    key: marker.trim() === '' ? project : `${project};${marker.replace(/\s/g, '')}`,
    specifier: specifier
      .replace(/[\s()]/g, '')
      .split(',')
      .sort()
      .join(','),
  };
}
