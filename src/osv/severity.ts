// Rates how severe an advisory is, by the CVSS base score or by the word of its database.
import cvss from 'ae-cvss-calculator';
import { z } from 'zod';
import type { Severity } from '../contract/advisories.ts';

const scores = z.object({ base: z.number() });

const words: Readonly<Record<string, Severity>> = {
  LOW: 'low',
  MODERATE: 'medium',
  MEDIUM: 'medium',
  HIGH: 'high',
  CRITICAL: 'critical',
};

/** Returns the rating of the highest base score, else the database's own rating; null if the advisory states neither. */
export function severityOf(vectors: ReadonlySet<string>, word: string | null | undefined): Severity | null {
  const found = [...vectors].flatMap((vector) => baseScore(vector) ?? []);
  return found.length > 0 ? rating(Math.max(...found)) : (words[word?.toUpperCase() ?? ''] ?? null);
}

/** Returns undefined for an invalid or incomplete vector. */
function baseScore(vector: string): number | undefined {
  try {
    return scores.safeParse(cvss.fromVector(vector)?.calculateScores()).data?.base;
  } catch {
    return undefined;
  }
}

/** Follows the CVSS rating scale; its `none` counts as low. */
function rating(score: number): Severity {
  if (score >= 9) return 'critical';
  if (score >= 7) return 'high';
  return score >= 4 ? 'medium' : 'low';
}
