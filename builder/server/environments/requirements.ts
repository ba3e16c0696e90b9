// Checks declared requirements before they reach the resolver: each must name a package of the index (PEP 508). Everything else
// that a requirements file can contain, such as URLs, paths, options and version control, is refused with its place.
import type { DeclaredRequirement } from '../../../src/contract/builder/environments.ts';
import { EnvironmentFailed } from './environment-failed.ts';

const name = '[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?';
const extras = String.raw`(?:\s*\[\s*(?:${name}(?:\s*,\s*${name})*)?\s*\])?`;
const comparison = String.raw`(?:===|~=|==|!=|<=|>=|<|>)\s*[A-Za-z0-9.*+!_-]+`;
const specifiers = String.raw`(?:\s*\(?\s*${comparison}(?:\s*,\s*${comparison})*\s*,?\s*\)?)?`;
/** Markers are left to the resolver, which names what is wrong with one. */
const marker = String.raw`(?:\s*;[\w\s.,<>=!~'"()*+-]*)?`;
const requirement = new RegExp(`^${name}${extras}${specifiers}${marker}$`);

const refusals: [pattern: RegExp, reason: string][] = [
  [/[\r\n]/, 'it has several lines'],
  [/^-e\b|^--editable\b/, 'editable packages are not installed'],
  [/^(?:git|hg|svn|bzr)\+|@\s*(?:git|hg|svn|bzr)\+/i, 'version control is not supported'],
  [/:\/\/|^[\w.-]+\s*(?:\[[^\]]*\])?\s*@/, 'URLs are not supported'],
  [/^(?:[./~\\]|file:)|\.(?:whl|zip|tar\.\w+)$/i, 'local files are not supported'],
  [/^-|\s--?[a-z]/i, 'options are not supported'],
];

/** Throws an EnvironmentFailed that names the first requirement at fault. */
export function checkRequirements(requirements: DeclaredRequirement[]): void {
  for (const { text, at } of requirements) {
    const [, reason] = refusals.find(([pattern]) => pattern.test(text)) ?? [];
    if (reason !== undefined || !requirement.test(text))
      throw refusedRequirement({ text, at }, reason ?? 'it is not a valid requirement');
  }
}

export function refusedRequirement({ text, at }: DeclaredRequirement, reason: string): EnvironmentFailed {
  const shown = text.length > 200 ? `${text.slice(0, 200)}…` : text;
  return new EnvironmentFailed(
    'requirement-refused',
    `${at}: ${JSON.stringify(shown)} can't be installed: ${reason}. Name a package of the index, such as "httpx>=0.27".`,
  );
}
