// Checks the versions, hashes and licenses of all packages. Exits with 1 if any has a problem.
import { readFile } from 'node:fs/promises';
import { readCommandLine } from '../machine/command-line.ts';
import { dependencyFaults, lockSchema, manifestSchema } from '../testing/dependencies.ts';

const usage = `node scripts/checks/dependencies.ts

Checks versions, hashes and licenses of packages.`;

readCommandLine(usage, { options: {} });

const manifest = manifestSchema.parse(JSON.parse(await readFile('package.json', 'utf8')));
const lock = lockSchema.parse(JSON.parse(await readFile('package-lock.json', 'utf8')));
const faults = dependencyFaults(manifest, lock);
for (const fault of faults) console.error(fault);
process.exitCode = faults.length === 0 ? 0 : 1;
