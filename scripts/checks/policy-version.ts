// Fails if the scan policy changed without a new `policyVersion`. `--update` raises it and records the new version's fingerprint; it
// never replaces a recorded one.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { policyVersion } from '../../src/scan/scan.ts';
import { readCommandLine } from '../machine/command-line.ts';
import { fingerprintProblem, fingerprintsFile, policyFingerprint } from '../testing/policy-fingerprint.ts';

const usage = `node scripts/checks/policy-version.ts [--update]

Checks that a changed scan policy has a new version.

  --update   raises the version`;

const { values } = readCommandLine(usage, { options: { update: { type: 'boolean', default: false } } });

const file = fileURLToPath(import.meta.resolve(`../../${fingerprintsFile}`));
const policyFile = fileURLToPath(import.meta.resolve('../../src/scan/policy/policy.ts'));
const recorded = z.record(z.string(), z.string()).parse(JSON.parse(await readFile(file, 'utf8')));
const current = await policyFingerprint();
const problem = fingerprintProblem(recorded, policyVersion, current);

if (problem !== undefined && values.update) {
  const version = recorded[policyVersion] === undefined ? policyVersion : String(Number(policyVersion) + 1);
  const policy = await readFile(policyFile, 'utf8');
  await writeFile(policyFile, policy.replace(`policyVersion = '${policyVersion}'`, `policyVersion = '${version}'`));
  await writeFile(file, `${JSON.stringify({ ...recorded, [version]: current }, null, 2)}\n`);
} else if (problem !== undefined) {
  console.error(problem);
  process.exit(1);
}
