import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { freePorts } from '../../scripts/machine/ports.ts';

const script = `
const { reachLoopbackDirectly } = await import(process.argv[1]);
reachLoopbackDirectly();
console.log(await (await fetch(process.argv[2])).text());
`;

test.for([{ NODE_USE_ENV_PROXY: '1' }, { NODE_OPTIONS: '--use-env-proxy' }])(
  'loopback is reached directly by a Node whose proxy comes from %o',
  async (chosen) => {
    const server = createServer((_, response) => response.end('direct'));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    onTestFinished(() => void server.close());
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const [closed] = await freePorts(1);
    const args = ['--input-type=module', '-e', script];
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [...args, resolve('scripts/machine/loopback-proxy.ts'), `http://127.0.0.1:${address.port}`],
      { env: { PATH: process.env.PATH, HTTP_PROXY: `http://127.0.0.1:${closed}`, ...chosen } },
    );
    expect(stdout).toBe('direct\n');
  },
);
