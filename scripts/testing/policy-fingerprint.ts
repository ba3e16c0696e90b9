// Fingerprints everything in the scan policy that decides a finding: both levels' tables, the Go tables, the allow list, the strict
// level's patterns, and each rule's severity per level. Excludes messages and explanations.
import { isStrictOnly, isUploadRule, ruleIds, rules } from '../../src/contract/findings/rules.ts';
import { sha256Hex } from '../../src/core/digest.ts';
import { canonicalJson } from '../../src/core/json/canonical.ts';
import { forbiddenInModules } from '../../src/scan/go/capabilities.ts';
import { goTables } from '../../src/scan/go/policy.ts';
import { libraries, standardLibrary, submodules } from '../../src/scan/policy/listed-modules.ts';
import { privateNameTables } from '../../src/scan/policy/private-names.ts';
import { seedTable } from '../../src/scan/policy/seed-policy.ts';
import { strictTable } from '../../src/scan/policy/strict-policy.ts';
import { conditionalCalls } from '../../src/scan/rules/conditional-calls.ts';
import { stringPatterns } from '../../src/scan/rules/suspicious-strings.ts';

/** Fingerprints of each policy version since 0.1.0, and of the current one. */
export type Fingerprints = Readonly<Record<string, string>>;

export const fingerprintsFile = 'src/scan/policy/fingerprints.json';

export async function policyFingerprint(): Promise<string> {
  const policyRules = ruleIds.filter((id) => !isUploadRule(id));
  const severities = policyRules.map((id) => {
    const { severity } = rules[id];
    return [id, isStrictOnly(id) ? { strict: severity } : { seed: severity, strict: severity }];
  });
  return sha256Hex(
    canonicalJson({
      rules: Object.fromEntries(severities),
      seed: seedTable,
      strict: plain([strictTable, conditionalCalls, stringPatterns, privateNameTables]),
      go: { ...goTables, forbiddenInModules },
      modules: { libraries, standardLibrary, submodules },
    }),
  );
}

/** Replaces regular expressions with their source, because JSON can't represent them. */
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_key, part: unknown) => (part instanceof RegExp ? `/${part.source}/${part.flags}` : part)),
  );
}

/** Returns a message for the developer, or undefined if the version's recorded fingerprint matches. */
export function fingerprintProblem(recorded: Fingerprints, version: string, current: string): string | undefined {
  const expected = recorded[version];
  if (expected === current) return undefined;
  if (expected === undefined) {
    return `${fingerprintsFile} has no fingerprint for policy version ${version}. Run \`node scripts/checks/policy-version.ts --update\` and commit the file.`;
  }
  return `The scan policy changed, but its version is still ${version}, so stored scan results would not be renewed. Run \`node scripts/checks/policy-version.ts --update\`, which raises it, and commit what it wrote.`;
}
