// Implements `npm run release:check`: packs a release and uses it as users do, in empty folders. Package managers need network access.
// Arguments select trials by parts of their names: `npm run release:check -- pnpm`.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { buildPackage } from './bundle/package.ts';
import { readCommandLine } from './machine/command-line.ts';
import { print } from './machine/terminal.ts';
import { action } from './release/action.ts';
import { commandLine } from './release/command-line.ts';
import { preCommit } from './release/pre-commit.ts';
import { sdks } from './release/sdks.ts';
import { commandOutput, type Place, type Trial } from './release/trial.ts';

const usage = `npm run release:check [-- NAME...]

Installs what a release publishes in empty folders, and uses it.

  NAME...   parts of the names of trials (all)`;

const { positionals: chosen } = readCommandLine(usage, { options: {}, positionals: [0, Number.POSITIVE_INFINITY] });

const trials: Trial[] = [...commandLine, ...action, ...preCommit, ...sdks];

const folder = mkdtempSync(join(tmpdir(), 'slipway-release-'));
try {
  const packed = await pack();
  for (const trial of trials)
    if (chosen.length === 0 || chosen.some((part) => trial.name.includes(part))) await report(trial, packed);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function pack(): Promise<Omit<Place, 'folder'>> {
  const built = join(folder, 'package');
  await buildPackage(built);
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(join(built, 'package.json'), 'utf8')));
  const file = commandOutput('npm', ['pack', built, '--silent'], { cwd: folder }).trim();
  return { tarball: join(folder, file), version };
}

async function report(trial: Trial, packed: Omit<Place, 'folder'>): Promise<void> {
  const own = mkdtempSync(join(folder, 'trial-'));
  try {
    print(`✓ ${trial.name}: ${await trial.run({ ...packed, folder: own })}`);
  } catch (error) {
    print(`✗ ${trial.name}: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
