// Reads the plugin's dependencies from `dependencies` in manifest.py and from requirements.txt. Both apply. They are resolved later,
// once per version, at its first deployment.
import { type Finding, finding } from '../../contract/findings/finding.ts';
import { dependencyLimits } from '../../contract/limits/manifest.ts';
import type { Manifest } from '../../contract/plugin/manifest.ts';
import { isPin, parseRequirement, type Requirement } from '../../contract/plugin/requirement.ts';
import { findDeclaration } from '../fields/declaration.ts';
import { clipped, manifestFile, manifestFinding, quoted, wrongKindMessage } from '../findings.ts';
import { fileStart, type Span } from '../python/syntax.ts';
import type { Names, Value } from '../python/value.ts';
import { stableValue } from '../python/values.ts';
import { lineOption, optionFix, requirementLines, requirementsFile } from './requirements-file.ts';

const { countMax: dependenciesMax, charsMax: lengthMax } = dependencyLimits;

/** A requirement with its location. */
export interface Declared extends Requirement {
  file: typeof manifestFile | typeof requirementsFile;
  at: Span;
}

export interface DependenciesReading {
  declared: Declared[];
  /** Requirements as written, without duplicates. */
  dependencies: string[];
  /** All declarations, including those that can't be installed by name. */
  requirements: NonNullable<Manifest['requirements']>;
  problems: Finding[];
  warnings: Finding[];
}

/** `requirements` is the text of requirements.txt; null if it can't be read. */
export function readDependencies(names: Names, requirements: string | null | undefined): DependenciesReading {
  const reading: DependenciesReading = { declared: [], dependencies: [], requirements: [], problems: [], warnings: [] };
  readDeclaration(names, reading);
  if (requirements === null) reading.requirements.push({ text: '(not UTF-8, or too large)', at: requirementsFile });
  readRequirements(requirements ?? '', reading);
  reportConflicts(reading);
  reading.declared = reading.declared.slice(0, dependenciesMax);
  reading.requirements = reading.requirements.slice(0, dependenciesMax);
  reading.dependencies = combined(reading.declared).map(({ text }) => text);
  return reading;
}

/** Drops duplicates, and bare names where another declaration is more specific. */
function combined(declared: readonly Declared[]): Declared[] {
  const kept = new Map<string, Declared>();
  for (const one of declared) {
    const same = declared.filter(({ key }) => key === one.key);
    const isBare = one.specifier === '' && one.extras.length === 0;
    if (isBare && same.some(({ extras, specifier }) => specifier !== '' || extras.length > 0)) continue;
    const id = JSON.stringify([one.key, one.extras, one.specifier]);
    if (!kept.has(id)) kept.set(id, one);
  }
  return [...kept.values()];
}

/** Reports two different pins of one name, which can't both hold. The resolver decides about other differences. */
function reportConflicts({ declared, problems, warnings }: DependenciesReading): void {
  const first = new Map<string, Declared>();
  for (const one of declared) {
    const earlier = first.get(one.key);
    if (!earlier || earlier.specifier === '') first.set(one.key, one);
    if (!earlier || one.specifier === '' || earlier.specifier === '' || samePin(earlier, one)) continue;
    if (one.specifier === earlier.specifier) continue;
    const both = `${earlier.file} requires ${quoted(earlier.text)}, ${one.file} requires ${quoted(one.text)}.`;
    const add = (text: string, severity: 'error' | 'warning') =>
      finding('SLM405', { file: earlier.file, ...earlier.at }, earlier.key, {
        detail: clipped(text, lengthMax),
        severity,
      });
    if (isPin(one) && isPin(earlier)) problems.push(add(`${both} No version satisfies both: remove one.`, 'error'));
    else if (one.file !== earlier.file) warnings.push(add(`${both} Both apply. Declare it in one place.`, 'warning'));
  }
}

/** `==1.0` and `==1.0.0` are the same version. */
function samePin(a: Requirement, b: Requirement): boolean {
  const version = ({ specifier }: Requirement) => specifier.replace(/(?:\.0)+$/, '');
  return isPin(a) && isPin(b) && version(a) === version(b);
}

function readDeclaration(names: Names, reading: DependenciesReading): void {
  const { warnings } = reading;
  const declaration = findDeclaration(names, 'dependencies');
  if (!declaration || declaration.value.kind === 'none') return;
  const { label, value: list } = declaration;
  const reportIgnored = (subject: string, item: Value, noun: string) => {
    const message = `${wrongKindMessage(subject, item, noun)} The value is ignored. Write ${noun}.`;
    warnings.push(manifestFinding('SLM402', item.at, subject, message));
  };
  if (list.kind !== 'list') {
    reportIgnored(label, list, 'a list of strings');
    return;
  }
  for (const [index, value] of list.items.slice(0, dependenciesMax).entries()) {
    const item = stableValue(value);
    const text = item.kind === 'string' ? item.value.trim() : '';
    if (text === '' || text.length > lengthMax)
      reportIgnored(`${label}[${index}]`, item, `a requirement such as "httpx>=0.27"`);
    else declare(reading, text, manifestFile, item.at);
  }
  if (list.items.length > dependenciesMax) {
    const message = `${label} has ${list.items.length} entries. Only the first ${dependenciesMax} are used. Remove the others.`;
    warnings.push(manifestFinding('SLM402', list.at, label, message));
  }
}

function readRequirements(text: string, reading: DependenciesReading): void {
  for (const { line, option: trailing, text: requirement } of requirementLines(text)) {
    const at = { ...fileStart, line, endLine: line };
    const option = trailing ?? lineOption(requirement);
    if (option === 'harmless') continue;
    if (option !== undefined) reading.problems.push(refusedOption(option, at));
    else declare(reading, requirement, requirementsFile, at);
  }
}

/** An option that Slipway doesn't follow could change which packages are installed. */
function refusedOption(option: string, at: Span): Finding {
  const detail = `${requirementsFile}:${at.line} has ${quoted(option)}, which Slipway does not follow. To continue, ${optionFix(option)}.`;
  return finding('SLM402', { file: requirementsFile, ...at }, clipped(option, lengthMax), {
    detail,
    severity: 'error',
  });
}

/** Adds a requirement. archive/ reports unsupported lines in requirements.txt (SLP712). */
function declare(reading: DependenciesReading, text: string, file: Declared['file'], at: Span): void {
  reading.requirements.push({ text: clipped(text, lengthMax), at: `${file}:${at.line}` });
  const requirement = text.length > lengthMax ? undefined : parseRequirement(text);
  if (requirement) {
    reading.declared.push({ ...requirement, file, at });
    return;
  }
  if (file === manifestFile) reading.warnings.push(finding('SLP712', { file, ...at }, clipped(text, 200)));
}
