// Defines an organization's Python indexes, and decides which index exclusively serves a package. The Worker and the builder both apply
// this, so matching names are requested only from that index, and other names never are.
import { z } from 'zod';
import { normalizedName } from '../plugin/requirement.ts';
import { formatPlace, repositoryPlace, type SourcePlace } from './source-places.ts';
import { sourceCredentialText } from './sources.ts';

/** A normalized name, or a name prefix before `*`. */
const plainPattern = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?|(?:[a-z0-9][a-z0-9-]*)?\*)$/;

export const pythonIndexSchema = z.strictObject({
  /** Ends with a slash. */
  url: z.url(),
  /** Patterns for the names that only this index serves. */
  packages: z.array(z.string()).min(1),
  /** Credential for the index's host only. `refused` says why there is none, in which case the index can't be queried. */
  credential: z.union([
    z.strictObject({
      username: sourceCredentialText,
      token: sourceCredentialText,
      /** Expiry in milliseconds, if known. */
      expires_at: z.number().nullable(),
    }),
    z.strictObject({ refused: z.string() }),
  ]),
});
export type PythonIndex = z.infer<typeof pythonIndexSchema>;

/** Returns the pattern in stored form, such as `acme-*`, or undefined if it is invalid. */
export function normalizePattern(text: string): string | undefined {
  const pattern = normalizedName(text.trim());
  return plainPattern.test(pattern) ? pattern : undefined;
}

/** Returns the most specific pattern that covers the name. */
export function patternFor(patterns: readonly string[], name: string): string | undefined {
  const covering = patterns.filter((pattern) =>
    pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern,
  );
  return covering.sort((a, b) => exactness(b) - exactness(a))[0];
}

/** Returns the index that exclusively serves the package. Among several, the most specific pattern wins, then the first. */
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

/** Returns the index URL. Only a host on this machine has a port and is queried without TLS. */
export function indexUrl(place: SourcePlace): string {
  const scheme = /:\d+$/.test(place.host) ? 'http' : 'https';
  return `${scheme}://${formatPlace(place)}/`;
}

/** Returns the source as written in commands. */
export function indexSource(url: string): string {
  const place = repositoryPlace(url);
  return place ? formatPlace(place) : url;
}
