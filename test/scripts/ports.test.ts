// Tests the ports for servers in tests and scripts, which run concurrently in several processes.
import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { freePorts, loopback } from '../../scripts/machine/ports.ts';

/** Returns the error code, or undefined if a server can listen there. */
function problemAt(place: { path: string } | { port: number; host: string }): Promise<string | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', (error) => resolve('code' in error ? String(error.code) : error.message));
    server.listen(place, () => server.close(() => resolve(undefined)));
  });
}

const claimOf = (port: number) => ({ path: `\0slipway-port-${port}` });

test('ports differ, are free, and stay claimed while this process lives', async () => {
  const ports = await freePorts(3);
  expect(new Set(ports).size).toBe(3);
  for (const port of ports) {
    expect(await problemAt({ port, host: loopback })).toBe(undefined);
    expect(await problemAt(claimOf(port))).toBe('EADDRINUSE');
  }
});

test('the ports of an ended process are no longer claimed', async () => {
  const script = "import { freePorts } from './scripts/machine/ports.ts'; console.log(...(await freePorts(1)))";
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  expect(await problemAt(claimOf(Number(stdout)))).toBe(undefined);
});
