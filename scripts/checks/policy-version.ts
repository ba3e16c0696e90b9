// Fails when the scan policy changed without a new `policyVersion`. `--update` records the fingerprint of a new version; it never
// replaces the fingerprint of a recorded one.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { policyVersion } from '../../src/scan/scan.ts';
import { fingerprintProblem, fingerprintsFile, policyFingerprint } from '../testing/policy-fingerprint.ts';

const file = fileURLToPath(import.meta.resolve(`../../${fingerprintsFile}`));
const recorded = z.record(z.string(), z.string()).parse(JSON.parse(await readFile(file, 'utf8')));
const current = await policyFingerprint();
const isNewVersion = recorded[policyVersion] === undefined;

if (process.argv.includes('--update') && isNewVersion) {
  await writeFile(file, `${JSON.stringify({ ...recorded, [policyVersion]: current }, null, 2)}\n`);
} else {
  const problem = fingerprintProblem(recorded, policyVersion, current);
  if (problem !== undefined) {
    console.error(problem);
    process.exit(1);
  }
}
