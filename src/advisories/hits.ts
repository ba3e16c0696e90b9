// Compares packages with what advisories say about them.
import type { Affected, Ecosystem } from '../contract/advisories.ts';
import { advisoryLimits } from '../contract/limits/scans.ts';
import { LoopTurns } from '../core/turns.ts';
import { entriesIn, evaluator } from '../osv/affected.ts';
import type { IndexedPackage } from './packages.ts';

/** An advisory's statement about one package. */
export interface Statement {
  advisoryId: string;
  /** The advisory's digest when it was read. A hit is only written if the advisory hasn't changed since. */
  digest: string;
  ecosystem: Ecosystem;
  /** The package's. */
  name: string;
  affected: Affected;
}

export interface Hit {
  advisory: string;
  digest: string;
  purl: string;
  fixed: string | null;
  /** 1 if it isn't known yet whether the program reaches the vulnerable part. */
  reach: 0 | 1;
  /** 1 if the version can't be compared with the advisory. */
  uncompared: 0 | 1;
}

/** Returns the hits among the packages. Each statement is prepared once, in the time that its size needs. */
export async function findHits(statements: readonly Statement[], packages: readonly IndexedPackage[]): Promise<Hit[]> {
  const turns = new LoopTurns();
  const byName = Map.groupBy(packages, keyOf);
  const hits: Hit[] = [];
  for (const statement of statements) {
    const named = byName.get(keyOf(statement));
    if (!named) continue;
    await turns.spend(entriesIn(statement.affected) * advisoryLimits.entryBytes);
    const { fixedIn, verdict } = evaluator(statement.ecosystem, statement.affected);
    for (const { purl, version } of named) {
      await turns.spend(advisoryLimits.comparisonBytes);
      const found = verdict(version);
      if (found === 'unaffected') continue;
      const fixed = found === 'unknown' ? null : fixedIn(version);
      hits.push({ ...hitOf(statement), purl, fixed, uncompared: found === 'unknown' ? 1 : 0 });
    }
  }
  return hits;
}

/** Only Go programs can be analyzed, for parts that the advisory names. */
function hitOf({ advisoryId, affected, digest, ecosystem }: Statement): Pick<Hit, 'advisory' | 'digest' | 'reach'> {
  return { advisory: advisoryId, digest, reach: ecosystem === 'Go' && affected.imports ? 1 : 0 };
}

function keyOf({ ecosystem, name }: Pick<IndexedPackage, 'ecosystem' | 'name'>): string {
  return `${ecosystem} ${name}`;
}
