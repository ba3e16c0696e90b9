// @module-tag go
// @module-tag index
// @module-tag weekly
// Tests standalone Python builds as uv installs them. They run plugins in the strongest sandbox, with packages from
// the index. Their built-in paths differ from their own folders, and they lack functions that need a newer libc.
import { chmodSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { kinds } from '../../breakout/kinds.ts';
import { handler, newFolder } from '../../support.ts';
import { PackageBuilder } from '../wheels.ts';
import { findStandalone, pythonNames } from './builds.ts';

const [strongest] = kinds;

const files = handler(
  `def predict(self, request):
    class Row(pydantic.BaseModel):
        size: int
    image = PIL.Image.new('RGB', (4, 4), 'red').resize((2, 2))
    return {
        'python': '.'.join(map(str, sys.version_info[:2])),
        'numpy': numpy.__version__,
        'sum': float(numpy.arange(10.0).sum()),
        'pixel': image.getpixel((0, 0))[0],
        'row': Row(size='3').size,
        'tls': ssl.create_default_context().verify_mode.name,
    }
`,
  'import ssl\nimport sys\nimport numpy\nimport PIL.Image\nimport pydantic',
);

describe.each(pythonNames)('Python %s', (name) => {
  async function start(): Promise<PackageBuilder> {
    const stateFolder = newFolder();
    chmodSync(stateFolder, 0o711);
    const env = { BUILDER_WHEELS: '', PYTHON: await findStandalone(name) };
    return PackageBuilder.start({ stateFolder, env });
  }

  test('a standalone Python runs plugins in the same sandbox as another Python, with numpy, pillow and pydantic', {
    timeout: 300_000,
  }, async () => {
    const packages = await start();
    try {
      expect([packages.builder.sandbox, packages.target.python]).toEqual([strongest?.sandbox, name]);
      const pins = name === '3.13' ? ['2.2.6'] : ['1.26.4', '2.2.6'];
      for (const version of pins) {
        const { environment } = await packages.install(`numpy==${version}`, 'pillow', 'pydantic');
        const id = `numpy-${version.replaceAll('.', '-')}`;
        const expected = { python: name, numpy: version, sum: 45, pixel: 255, row: 3, tls: 'CERT_REQUIRED' };
        expect(await packages.result(id, files, environment)).toEqual(expected);
      }
    } finally {
      await packages.builder.close();
    }
  });

  test("a standalone Python's error names a pinned version that has no wheel for it, or that needs a newer Python", {
    timeout: 300_000,
  }, async () => {
    const packages = await start();
    try {
      if (name === '3.13')
        expect(await packages.failure('numpy==1.26.4')).toBe(
          `unsatisfiable: numpy 1.26.4 has no wheel for Python 3.13 on ${packages.target.platform}, and packages are not built from source. Declare a version that has one, for example a newer one: "numpy>1.26.4", or newer versions of the packages that depend on it.`,
        );
      else if (name === '3.11')
        expect(await packages.failure('numpy==2.5.5')).toMatch(
          /^unsatisfiable: .*these packages need Python 3\.12\. /s,
        );
      else expect((await packages.install('numpy==2.5.5')).lock.text).toMatch(/^numpy==2\.5\.5 /);
    } finally {
      await packages.builder.close();
    }
  });
});
