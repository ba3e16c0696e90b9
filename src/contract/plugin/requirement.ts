// Parses requirements as in PEP 508: names with extras, version specifiers and markers. Resolves nothing. Used on both sides of the
// builder contract and by the manifest and archive readers.

export interface Requirement {
  text: string;
  /** The normalized project name (PEP 503). */
  name: string;
  /** Sorted. */
  extras: string[];
  /** Version specifiers, sorted and without spaces. */
  specifier: string;
  /** Marker without spaces. */
  marker: string;
  /** Name and marker: requirements with different markers do not conflict. */
  key: string;
}

const clause = String.raw`(?:===|==|~=|!=|<=|>=|<|>)\s*[A-Za-z0-9.*+!_-]+`;
const clauses = String.raw`${clause}(?:\s*,\s*${clause})*(?:\s*,)?`;
/** No blanks may belong to two parts, so that the time is linear. */
const named = new RegExp(
  String.raw`^\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)(?:\s*\[([A-Za-z0-9._,\s-]*)\])?(?:\s*(?:\(\s*(${clauses})\s*\)|(${clauses})))?\s*(?:;(.*))?$`,
  's',
);

/** Returns undefined for text that does not name a distribution, such as a URL or a path. */
export function parseRequirement(text: string): Requirement | undefined {
  // The pattern tries each way to share a run of blanks among its optional parts.
  const match = named.exec(text.replaceAll(/\s+/g, ' '));
  if (!match) return undefined;
  const [, project = '', extras = '', inParentheses, plain, rest = ''] = match;
  const name = normalizedName(project);
  const marker = rest.replace(/\s/g, '');
  return {
    text,
    name,
    extras: extras
      .split(',')
      .map((extra) => normalizedName(extra.trim()))
      .filter((extra) => extra !== '')
      .sort(),
    specifier: (inParentheses ?? plain ?? '')
      .replace(/\s/g, '')
      .split(',')
      .filter((one) => one !== '')
      .sort()
      .join(','),
    marker,
    key: marker === '' ? name : `${name};${marker}`,
  };
}

/**
 * Returns where a comment or an option may begin in a line of requirements.txt. As in pip, each ends at a line end of Unicode, so what
 * follows the last one stands for itself.
 */
export function lastLineStart(line: string): number {
  return Math.max(0, line.lastIndexOf('\u2028'), line.lastIndexOf('\u2029'));
}

/** Returns a line of requirements.txt without its comment. */
export function withoutComment(line: string): string {
  const start = lastLineStart(line);
  const comment = line.slice(start).search(/(?:^|\s)#/);
  return comment < 0 ? line : line.slice(0, start + comment);
}

/** Normalizes a name: `Foo.Bar` and `foo_bar` become `foo-bar` (PEP 503). */
export function normalizedName(project: string): string {
  return project.toLowerCase().replace(/[-_.]+/g, '-');
}

/** Returns whether the requirement allows only one version. */
export function isPin({ specifier }: Requirement): boolean {
  return specifier.split(',').some((one) => /^===?[^*]+$/.test(one));
}
