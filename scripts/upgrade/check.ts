// Implements `npm run upgrade:check [COMMIT]`: reports what would fail while this clone's HEAD replaces COMMIT, by default the last
// tag. `--rehearse` also runs each pair of Worker and builder under load, which takes some minutes.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readCommandLine } from '../machine/command-line.ts';
import { print } from '../machine/terminal.ts';
import { readRelease, upgradeFaults } from './faults.ts';
import { rehearse } from './rehearsal.ts';
import { unpack } from './trees.ts';

const usage = `npm run upgrade:check [-- COMMIT] [-- --rehearse]

  COMMIT       the commit in production (the last tag)
  --rehearse   also runs each pair of Worker and builder under load, which takes minutes`;

const { values, positionals } = readCommandLine(usage, {
  positionals: [0, 1],
  options: { rehearse: { type: 'boolean', default: false } },
});
const given = positionals[0] ?? (await lastTag());
if (given === undefined) {
  print('✗ There is no tag yet. Name the commit that runs in production: npm run upgrade:check COMMIT.');
  process.exitCode = 1;
} else {
  process.exitCode = await check(given);
}

async function lastTag(): Promise<string | undefined> {
  const described = promisify(execFile)('git', ['describe', '--tags', '--abbrev=0']);
  return described.then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
}

async function check(commit: string): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-upgrade-'));
  const [before, after] = [join(folder, 'before'), join(folder, 'after')];
  try {
    await unpack(commit, before);
    await unpack('HEAD', after);
    const faults = upgradeFaults(await readRelease(before, commit), await readRelease(after, 'HEAD'));
    if (values.rehearse) faults.push(...(await rehearse({ old: commit, new: 'HEAD' }, print)));
    for (const fault of faults) print(`✗ ${fault}.`);
    if (faults.length === 0)
      print(
        `✓ Worker and builder of ${commit} and of HEAD work together${values.rehearse ? '' : ', as far as their code shows'}.`,
      );
    return faults.length === 0 ? 0 : 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
