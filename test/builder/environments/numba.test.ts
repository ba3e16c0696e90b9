// @module-tag index
// @module-tag weekly
// Tests numba from the package index: later processes reuse the functions compiled during a version's verification.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PythonSpec } from '../../../src/contract/builder/instances.ts';
import { handler } from '../support.ts';
import { PackageBuilder } from './wheels.ts';

const plugin = {
  ...handler(
    `def predict(self, request):
    energy = sound.energy(numpy.linspace(-1.0, 1.0, 1000))
    hits = sum(sound.energy.stats.cache_hits.values())
    return {"energy": round(energy, 3), "hits": hits}
`,
    'import numpy\nfrom . import sound',
  ),
  'sound.py': `import math
import numba


@numba.njit(cache=True)
def window(count, at):
    return 0.5 - 0.5 * math.cos(2 * math.pi * at / count)


@numba.njit(cache=True)
def energy(samples):
    total = 0.0
    for at in range(samples.size):
        total += (samples[at] * window(samples.size, at)) ** 2
    return total
`,
};

let packages: PackageBuilder;
beforeAll(async () => {
  packages = await PackageBuilder.start({ env: { BUILDER_WHEELS: '' } });
});
afterAll(() => packages.builder.close());

async function firstCall(id: string, spec: PythonSpec): Promise<unknown> {
  expect((await packages.builder.put(id, spec)).at(-1)).toMatchObject({ type: 'ready' });
  return packages.builder.result(id);
}

test("functions that numba compiled for a verified version are not compiled again by the version's next process", {
  timeout: 300_000,
}, async () => {
  const { environment } = await packages.install('numba');
  const spec = { ...(await packages.spec(plugin, environment)), organization: 'org_a', version_id: 'ver_a' };
  expect(await firstCall('first', spec)).toMatchObject({ energy: 30.072, hits: 0 });
  expect((await packages.builder.send('POST', '/instances/first/machine-code')).status).toBe(204);
  await packages.builder.send('DELETE', '/instances/first');
  expect(await firstCall('second', spec)).toMatchObject({ energy: 30.072, hits: 1 });
  expect(await firstCall('other', { ...spec, version_id: 'ver_b' })).toMatchObject({ energy: 30.072, hits: 0 });
});
