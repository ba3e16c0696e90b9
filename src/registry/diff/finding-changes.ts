// Compares two versions' findings. A finding that only moved to another line is unchanged. Pure.
import type { Finding } from '../../contract/findings/finding.ts';

export interface FindingChanges {
  introduced: Finding[];
  fixed: Finding[];
  /** Findings as reported for the newer version. */
  unchanged: Finding[];
}

/** The text of a finding's line, or anything else that identifies an unchanged line; '' if unknown. */
export type LineOf = (finding: Finding) => string;

/** Matches findings first by equal lines, then by rule and name within the same file. */
export function findingChanges(
  before: { findings: readonly Finding[]; lineOf: LineOf },
  after: { findings: readonly Finding[]; lineOf: LineOf },
): FindingChanges {
  const exact = unpaired(before.findings, after.findings, [
    (finding) => keyOf(finding, before.lineOf(finding)),
    (finding) => keyOf(finding, after.lineOf(finding)),
  ]);
  const alike = unpaired(exact.onlyBefore, exact.onlyAfter, [keyOf, keyOf]);
  const introduced = new Set(alike.onlyAfter);
  return {
    introduced: alike.onlyAfter,
    fixed: alike.onlyBefore,
    unchanged: after.findings.filter((finding) => !introduced.has(finding)),
  };
}

function keyOf({ ruleId, file, name }: Finding, line = ''): string {
  return JSON.stringify([ruleId, file, name, line]);
}

type KeyOf = (finding: Finding) => string;

/** Pairs findings with equal keys, in order, and returns the unpaired ones from both sides. */
function unpaired(
  before: readonly Finding[],
  after: readonly Finding[],
  [keyBefore, keyAfter]: [KeyOf, KeyOf],
): { onlyBefore: Finding[]; onlyAfter: Finding[] } {
  const available = new Map<string, number>();
  for (const finding of before) {
    const key = keyBefore(finding);
    available.set(key, (available.get(key) ?? 0) + 1);
  }
  const matches = new Map<string, number>();
  const onlyAfter = after.filter((finding) => {
    const key = keyAfter(finding);
    const matched = matches.get(key) ?? 0;
    if (matched === (available.get(key) ?? 0)) return true;
    matches.set(key, matched + 1);
    return false;
  });
  const onlyBefore = before.filter((finding) => {
    const key = keyBefore(finding);
    const matched = matches.get(key) ?? 0;
    if (matched === 0) return true;
    matches.set(key, matched - 1);
    return false;
  });
  return { onlyBefore, onlyAfter };
}
