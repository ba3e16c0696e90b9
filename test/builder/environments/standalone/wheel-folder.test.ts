// @module-tag go
// @module-tag uv
// @module-tag weekly
// Tests folders of wheels on a builder whose Python is newer than the oldest one that locks cover.
import { chmodSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { handler, newFolder } from '../../support.ts';
import { PackageBuilder, writeWheel } from '../wheels.ts';
import { findStandalone } from './builds.ts';

let packages: PackageBuilder | undefined;
afterEach(() => packages?.builder.close());

/** Starts a builder on Python 3.12 with compiled wheels of `native`, and of `part`, which Python 3.11 gets by another requirement. */
async function start(pythons: string[]): Promise<PackageBuilder> {
  const stateFolder = newFolder();
  chmodSync(stateFolder, 0o711);
  packages = await PackageBuilder.start({ stateFolder, env: { PYTHON: await findStandalone('3.12') } });
  const [, machine = '', version = ''] = /^(\w+)-(manylinux_2_\d+)$/.exec(packages.target.platform) ?? [];
  const requires = ['part>=0.9; python_version == "3.11"', 'part>=1.0; python_version >= "3.12"'];
  for (const python of pythons) {
    const tag = `${python}-${python}-${version}_${machine}`;
    writeWheel(packages.wheels, { name: 'native', files: { 'native.py': `TAG = '${python}'\n` }, requires, tag });
    writeWheel(packages.wheels, { name: 'part', tag });
  }
  return packages;
}

test.each([
  [['cp312'], 1],
  [['cp311', 'cp312'], 2],
])(
  'a folder with wheels for %j gives a lock with all their hashes, which is installed on Python 3.12',
  async (pythons, hashes) => {
    const builder = await start(pythons);
    const { lock, environment } = await builder.install('native');
    expect(lock.text.match(/sha256:/g)).toHaveLength(2 * hashes);
    const files = handler('def predict(self, request): return {"tag": native.TAG}', 'import native');
    expect(await builder.result('native', files, environment)).toEqual({ tag: 'cp312' });
  },
);
