// Defines the Python indexes of an organization, and decides which of them alone has a package. Both sides apply it, so that a name which
// matches is asked for nowhere else, and one that doesn't is not asked for there.
import { z } from 'zod';
import { normalizedName } from '../plugin/requirement.ts';
import { formatPlace, repositoryPlace, type SourcePlace } from './source-places.ts';
import { sourceCredentialText } from './sources.ts';

/** A normalized name, or the beginning of names before `*`. */
const plainPattern = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?|(?:[a-z0-9][a-z0-9-]*)?\*)$/;

export const pythonIndexSchema = z.strictObject({
  /** Ends with a slash. */
  url: z.url(),
  /** Patterns of the names that it alone has. */
  packages: z.array(z.string()).min(1),
  /** Credential for its host, and no other. `refused`: why there is none to send, so that it can't be asked. */
  credential: z.union([
    z.strictObject({
      username: sourceCredentialText,
      token: sourceCredentialText,
      /** When it expires, in milliseconds, as far as is known. */
      expires_at: z.number().nullable(),
    }),
    z.strictObject({ refused: z.string() }),
  ]),
});
export type PythonIndex = z.infer<typeof pythonIndexSchema>;

/** Returns the pattern as it is stored, such as `acme-*`, or undefined if it is none. */
export function normalizePattern(text: string): string | undefined {
  const pattern = normalizedName(text.trim());
  return plainPattern.test(pattern) ? pattern : undefined;
}

/** Returns the pattern that covers the name most exactly. */
export function patternFor(patterns: readonly string[], name: string): string | undefined {
  const covering = patterns.filter((pattern) =>
    pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern,
  );
  return covering.sort((a, b) => exactness(b) - exactness(a))[0];
}

/** Returns the index that alone has the package: of several, that with the most exact pattern; of equal ones, the first. */
export function indexFor<Index extends Pick<PythonIndex, 'packages'>>(
  indexes: readonly Index[],
  name: string,
): Index | undefined {
  const covering = indexes.flatMap((index) => {
    const pattern = patternFor(index.packages, name);
    return pattern === undefined ? [] : [{ index, exactness: exactness(pattern) }];
  });
  return covering.sort((a, b) => b.exactness - a.exactness)[0]?.index;
}

function exactness(pattern: string): number {
  return pattern.endsWith('*') ? pattern.length : Number.POSITIVE_INFINITY;
}

/** Only a host on this machine has a port, and is asked without TLS. */
export function indexUrl(place: SourcePlace): string {
  const scheme = /:\d+$/.test(place.host) ? 'http' : 'https';
  return `${scheme}://${formatPlace(place)}/`;
}

/** The source as commands name it. */
export function indexSource(url: string): string {
  const place = repositoryPlace(url);
  return place ? formatPlace(place) : url;
}
