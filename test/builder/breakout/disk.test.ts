// Plugins that fill their temporary folder, in every kind of confinement: in memory the kernel refuses more, and on disk the builder
// ends the instance with a line in its log.
import { describe, test } from 'vitest';
import { eventually, handler } from '../support.ts';
import { kinds, startBuilder } from './kinds.ts';

const floods = {
  'many files': 'for n in range(20_000): open(f"{n}", "x").close()',
  'large files':
    'for n in range(5):\n        with open(f"{n}", "wb") as file: file.truncate(0); os.posix_fallocate(file.fileno(), 0, 64 << 20)',
};

const refusedByKernel = 'OSError: [Errno 28] No space left on device';
const endedByBuilder = 'it used more than 256 MiB or 16384 files in its temporary folder';

describe.each(kinds)('in $name', (kind) => {
  test.each(Object.entries(floods))('a plugin cannot fill its temporary folder with %s', async (_, flood) => {
    const builder = await startBuilder(kind);
    const id = await builder.run(
      handler(
        `def predict(self, request):\n    if "n" in request: return {}\n    ${flood}\n    time.sleep(25)`,
        'import os\nimport time',
      ),
    );
    void builder.invoke(id).catch(() => {});
    const expected = kind.sandbox === 'namespaces' ? refusedByKernel : endedByBuilder;
    await eventually(async () => (await builder.logs(id)).join('\n')).toContain(expected);
    await eventually(async () => (await builder.invoke(id, { n: 1 })).status).toBe(200);
    await builder.close();
  });
});
