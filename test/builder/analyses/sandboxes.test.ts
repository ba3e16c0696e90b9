// Tests that the analyzer can read programs in each sandbox that a container or machine may have. It starts Go there.
// @module-tag go
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { kinds, sharedPython } from '../breakout/kinds.ts';
import { coldCacheMs, goMod, pipelinePlugin, startGoBuilder } from '../go-support.ts';
import { newFolder } from '../support.ts';
import { analyzeSource } from './analysis-support.ts';

const own = kinds.filter(({ sandbox, uid }) => uid === undefined && sandbox !== 'vm');

test.each(own)(
  'a plugin is analyzed in the sandbox $name',
  async ({ sandbox }) => {
    const folder = newFolder();
    chmodSync(folder, 0o755);
    const env = { BUILDER_SANDBOX: sandbox, PYTHON: await sharedPython() };
    const builder = await startGoBuilder({ env, stateFolder: join(folder, 'state') });
    onTestFinished(() => builder.close());
    // The builders share stored analyses.
    const more = `// ${crypto.randomUUID()}\n`;
    const source = pipelinePlugin('return nil, os.Setenv("A", "b")', { imports: '"os"', more });
    const reached = await analyzeSource(builder, await builder.putArchive({ 'go.mod': goMod(), 'plugin.go': source }));
    expect(reached.map(({ name }) => name)).toEqual(['MODIFY_SYSTEM_STATE']);
  },
  coldCacheMs,
);
