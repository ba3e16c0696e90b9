// Compares packages with what advisories say about them.
import type { Affected } from '../contract/advisories.ts';
import { fixedIn, isAffected } from '../osv/affected.ts';
import type { IndexedPackage } from './packages.ts';

/** An advisory's statement about one package. */
export interface Statement {
  advisoryId: string;
  /** The advisory's digest when it was read. A hit is only written if the advisory hasn't changed since. */
  digest: string;
  affected: Affected;
}

export interface Hit {
  advisory: string;
  digest: string;
  purl: string;
  fixed: string | null;
  /** 1 if it isn't known yet whether the program reaches the vulnerable part. */
  reach: 0 | 1;
}

/** Returns a hit if the advisory affects the package. Only Go programs can be analyzed, for parts that the advisory names. */
export function hitFor(
  { advisoryId, digest, affected }: Statement,
  { ecosystem, purl, version }: IndexedPackage,
): Hit | undefined {
  if (!isAffected(ecosystem, affected, version)) return undefined;
  const reach = ecosystem === 'Go' && affected.imports ? 1 : 0;
  return { advisory: advisoryId, digest, purl, fixed: fixedIn(ecosystem, affected, version), reach };
}
