// @module-tag uv
// @module-tag long
// Tests installations that fail midway because of a limit or a full disk. The message names the fix, completed
// packages are kept, and the next attempt installs the rest.
import { chmodSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toolsFolder } from '../../../scripts/testing/uv.ts';
import type { Lock } from '../../../src/contract/builder/environments.ts';
import { newFolder } from '../support.ts';
import { PackageIndex } from './package-index.ts';
import { failureOf, installationOf, namesOf, PackageBuilder, unfinishedIn, writeWheel } from './wheels.ts';

let index: PackageIndex;
let packages: PackageBuilder;
let lock: Lock;
beforeAll(async () => {
  const wheels = newFolder();
  writeWheel(wheels, { name: 'half_a', files: { 'half_a.py': 'x = 1\n' } });
  writeWheel(wheels, { name: 'half_b', files: { 'half_b.py': 'x = 1\n'.repeat(2000) } });
  index = await PackageIndex.start(wheels);
  packages = await PackageBuilder.start({ env: { BUILDER_WHEELS: '', UV_DEFAULT_INDEX: index.url } });
  lock = await packages.lock('half-a', 'half-b');
});
afterAll(async () => {
  index.close();
  await packages.builder.close();
});

/** Installs with a builder that fails at `half-b`, expects the message, then continues with another builder. */
async function expectContinued(failing: PackageBuilder, message: string): Promise<void> {
  const events = await failing.installEvents(lock);
  expect(failureOf(events.at(-1))).toBe(message);
  expect(events.flatMap((event) => (event.type === 'package' ? [event.package.name] : []))).toEqual(['half-a']);
  const { stateFolder } = failing.builder;
  await failing.builder.close();
  index.stalled = undefined;
  index.requests.length = 0;
  const env = { BUILDER_WHEELS: '', UV_DEFAULT_INDEX: index.url };
  const next = await PackageBuilder.start({ stateFolder, env });
  try {
    expect(unfinishedIn(stateFolder)).toEqual([]);
    const { environment } = installationOf(await next.installEvents(lock));
    expect(namesOf(environment)).toEqual(['half-a 1.0.0', 'half-b 1.0.0']);
    expect(index.requests.filter((path) => path.endsWith('.whl'))).toEqual([
      '/simple/half-b/half_b-1.0.0-py3-none-any.whl',
    ]);
  } finally {
    await next.builder.close();
  }
}

test('an installation that reaches its time limit reports it, and the next attempt installs the missing packages', async () => {
  const env = { BUILDER_WHEELS: '', UV_DEFAULT_INDEX: index.url };
  const failing = await PackageBuilder.start({ env, limits: { environmentMs: 20_000 } });
  index.stalled = /half_b.*whl$/;
  await expectContinued(
    failing,
    'retried limit-exceeded: The packages were not installed within 20 s. The operator of the builder can raise it with `environmentMs` in BUILDER_LIMITS.',
  );
});

/** Returns a folder with a uv that runs the real one, but reports a full disk when it installs `half-b` after `half-a` was packed. */
function toolsWithFullDisk(stateFolder: string): string {
  const folder = newFolder();
  const name = readdirSync(toolsFolder).find((file) => /^uv-[\d.]+$/.test(file)) ?? '';
  const script = `#!/bin/sh
for word in "$@"; do
  case "$word" in */requirements.txt)
    if grep -q half-b "$word"; then
      until ls ${stateFolder}/environments/packages/*.parts >&2; do sleep 0.1; done
      echo "error: Failed to install: half_b-1.0.0-py3-none-any.whl (half-b==1.0.0)" >&2
      echo "  cause: failed to write to file: No space left on device (os error 28)" >&2
      exit 2
    fi;;
  esac
done
exec ${join(toolsFolder, name)} "$@"
`;
  writeFileSync(join(folder, name), script);
  chmodSync(join(folder, name), 0o755);
  return folder;
}

test('an installation that fills the disk midway reports it, and the next attempt installs the missing packages', async () => {
  const stateFolder = newFolder();
  const tools = { BUILDER_TOOLS: toolsWithFullDisk(stateFolder), PATH: '/usr/bin:/bin' };
  const env = { BUILDER_WHEELS: '', UV_DEFAULT_INDEX: index.url, ...tools };
  await expectContinued(
    await PackageBuilder.start({ stateFolder, env }),
    "retried limit-exceeded: The builder's disk is full. Try again: installed packages are kept. The operator of the builder can give it a larger disk, or lower `environmentCacheBytes` in BUILDER_LIMITS.",
  );
});
