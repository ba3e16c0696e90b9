// Reads the plugin's dependencies: `dependencies` of manifest.py and requirements.txt together. manifest.py takes precedence. Compares
// names and specifiers only; URLs and options in requirements are reported by archive/ (SLP712).
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
  /** The normalized project name (PEP 503) and the marker: requirements with different markers do not conflict. */
  key: string;
  /** The version specifiers, sorted and without spaces. */
  specifier: string;
  /** The location in manifest.py. */
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
    const requirement = parseRequirement(text);
    const existing = chosen.get(requirement.key);
    if (!existing || existing.specifier === '') chosen.set(requirement.key, requirement);
    else if (existing.at && requirement.specifier !== '' && requirement.specifier !== existing.specifier) {
      const conflict = `manifest.py requires ${quoted(existing.text)}, requirements.txt requires ${quoted(requirement.text)}`;
      const message = `${conflict}. Slipway uses the one in manifest.py. Make them the same, or remove one.`;
      warnings.push(manifestFinding('SLM405', existing.at, existing.key, message));
    }
    if (chosen.size >= dependenciesMax) break;
  }
  return { dependencies: [...chosen.values()].map(({ text }) => text), warnings };
}

function manifestRequirements(names: Names, warnings: Finding[]): Requirement[] {
  const declaration = findDeclaration(names, 'dependencies');
  if (!declaration || declaration.value.kind === 'none') return [];
  const { label, value: list } = declaration;
  const reportIgnored = (subject: string, item: Value, noun: string) => {
    const message = `${wrongKindMessage(subject, item, noun)} The value is ignored. Write ${noun}.`;
    warnings.push(manifestFinding('SLM402', item.at, subject, message));
  };
  if (list.kind !== 'list') {
    reportIgnored(label, list, 'a list of strings');
    return [];
  }
  const requirements: Requirement[] = [];
  for (const [index, value] of list.items.slice(0, dependenciesMax).entries()) {
    const item = stableValue(value);
    const text = item.kind === 'string' ? item.value.trim() : '';
    if (text !== '' && text.length <= lengthMax) requirements.push({ ...parseRequirement(text), at: item.at });
    else reportIgnored(`${label}[${index}]`, item, `a requirement such as "httpx>=0.27"`);
  }
  if (list.items.length > dependenciesMax) {
    const message = `${label} has ${list.items.length} entries. Only the first ${dependenciesMax} are used. Remove the others.`;
    warnings.push(manifestFinding('SLM402', list.at, label, message));
  }
  return requirements;
}

/** Returns the named requirements of a pip file. Comments, options (`-r`, `--index-url`) and URLs are skipped; see SLP712. */
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

/** Parses a requirement such as `Foo.Bar[extra] >= 1, < 2 ; python_version > "3"` (PEP 508). */
export function parseRequirement(text: string): Requirement {
  const [project = '', marker = ''] = text.split(/;(.*)/s);
  const [, name = text, specifier = ''] = /^\s*([A-Za-z0-9][A-Za-z0-9._-]*)(.*)$/s.exec(project) ?? [];
  const normalized = name.toLowerCase().replace(/[-_.]+/g, '-');
  return {
    text,
    key: marker.trim() === '' ? normalized : `${normalized};${marker.replace(/\s/g, '')}`,
    specifier: specifier
      .replace(/[\s()]/g, '')
      .split(',')
      .sort()
      .join(','),
  };
}
