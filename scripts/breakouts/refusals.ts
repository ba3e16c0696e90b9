// Shows that a builder without any sandbox refuses to start, and where an operator can see that a builder runs unconfined.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { removeWhole } from '../../builder/server/removal/tree-remover.ts';
import { confinementFile } from '../../src/contract/builder/instances.ts';
import { BuilderClient } from '../../test/builder/builder-client.ts';
import { type LocalOptions, spawnLocal, user } from './places.ts';

const lacking = ['namespaces', 'landlock'];

export async function refusalLines(): Promise<string[]> {
  const uid = process.getuid?.() === 0 ? { uid: user } : {};
  return [
    ...(await refused({ ...uid, lacking })),
    ...(await refused({ ...uid, lacking, sandbox: 'landlock' })),
    ...(await unconfined({ ...uid, lacking, sandbox: 'none' })),
  ];
}

async function refused(options: LocalOptions): Promise<string[]> {
  const { child, stateFolder } = await spawnLocal(options);
  const [errors, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  await removeWhole(stateFolder);
  const setting = options.sandbox === undefined ? 'no setting' : `BUILDER_SANDBOX=${options.sandbox}`;
  return [
    `${setting}: exit code ${code}`,
    ...errors
      .trimEnd()
      .split('\n')
      .map((line) => `  ${line}`),
  ];
}

async function unconfined(options: LocalOptions): Promise<string[]> {
  const { child, stateFolder } = await spawnLocal(options);
  const [[ready], errors] = [await once(child.stdout, 'data'), text(child.stderr)];
  const port = /:(\d+) /.exec(String(ready))?.[1];
  const health = await new BuilderClient(`http://127.0.0.1:${port}`).send('GET', '/health');
  const file = await readFile(join(stateFolder, confinementFile), 'utf8');
  child.kill('SIGINT');
  await once(child, 'exit');
  await removeWhole(stateFolder);
  return [
    'BUILDER_SANDBOX=none: it starts',
    ...(await errors)
      .trimEnd()
      .split('\n')
      .map((line) => `  error output   ${line}`),
    `  output         ${String(ready).trimEnd()}`,
    `  GET /health    ${JSON.stringify(health.body)}`,
    `  doctor reads   ${confinementFile}: ${file}`,
  ];
}
