// @module-tag index
// @module-tag weekly
// Tests compiled packages from the package index, in every kind of sandbox available on this machine.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kinds } from '../breakout/kinds.ts';
import { handler } from '../support.ts';
import { PackageBuilder } from './wheels.ts';

const files = handler(
  `def predict(self, request):
    a = numpy.arange(250_000.0).reshape(500, 500)
    image = PIL.Image.fromarray((a % 256).astype('uint8')).resize((32, 32))
    encoded = io.BytesIO()
    image.save(encoded, 'PNG')
    class Row(pydantic.BaseModel):
        size: int
    return {
        'trace': float(numpy.trace(a @ numpy.linalg.inv(a + numpy.eye(500) * 1e9))),
        'png': encoded.getvalue()[1:4].decode(),
        'row': Row(size='3').model_dump(),
        'threads': sum(1 for _ in range(8) if self.in_thread(a)),
    }

def in_thread(self, a):
    from concurrent.futures import ThreadPoolExecutor
    with ThreadPoolExecutor(2) as pool:
        return all(pool.map(lambda row: row.sum() >= 0, a))
`,
  'import io\nimport numpy\nimport PIL.Image\nimport pydantic',
);

describe.each(kinds)('in $name', ({ sandbox, uid }) => {
  let packages: PackageBuilder;
  beforeAll(async () => {
    packages = await PackageBuilder.start({ kind: { sandbox, uid }, env: { BUILDER_WHEELS: '' } });
  });
  afterAll(() => packages.builder.close());

  test('numpy, pillow and pydantic are locked, installed, imported and called', async () => {
    const { lock, environment } = await packages.install('numpy>=2', 'pillow', 'pydantic~=2.0');
    expect(environment.packages.map(({ name }) => name)).toEqual([
      'annotated-types',
      'numpy',
      'pillow',
      'pydantic',
      'pydantic-core',
      'typing-extensions',
      'typing-inspection',
    ]);
    expect(new Set(lock.packages.map(({ name }) => name))).toEqual(
      new Set(environment.packages.map(({ name }) => name)),
    );
    expect(await packages.result('numbers', files, environment)).toEqual({
      trace: expect.any(Number),
      png: 'PNG',
      row: { size: 3 },
      threads: 8,
    });
  });
});
