// Which findings a version has that another hasn't. A finding that only moved to another line is the same one. Pure.
import type { Finding } from '../../contract/finding.ts';

export interface FindingChanges {
  introduced: Finding[];
  fixed: Finding[];
  /** As the newer version has them. */
  unchanged: Finding[];
}

/** What the line of a finding says, or anything else that stays the same while the line does; '' when it isn't known. */
export type LineOf = (finding: Finding) => string;

/** First those on lines that say the same are taken for one, then those of the same rule and name in the same file. */
export function findingChanges(
  before: { findings: readonly Finding[]; lineOf: LineOf },
  after: { findings: readonly Finding[]; lineOf: LineOf },
): FindingChanges {
  const exact = paired(before.findings, after.findings, [
    (finding) => keyOf(finding, before.lineOf(finding)),
    (finding) => keyOf(finding, after.lineOf(finding)),
  ]);
  const alike = paired(exact.onlyBefore, exact.onlyAfter, [keyOf, keyOf]);
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

/** What is left on either side when equals have been paired, first with first. */
function paired(
  before: readonly Finding[],
  after: readonly Finding[],
  [keyBefore, keyAfter]: [KeyOf, KeyOf],
): { onlyBefore: Finding[]; onlyAfter: Finding[] } {
  const unpaired = new Map<string, number>();
  for (const finding of before) {
    const key = keyBefore(finding);
    unpaired.set(key, (unpaired.get(key) ?? 0) + 1);
  }
  const matches = new Map<string, number>();
  const onlyAfter = after.filter((finding) => {
    const key = keyAfter(finding);
    const matched = matches.get(key) ?? 0;
    if (matched === (unpaired.get(key) ?? 0)) return true;
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
