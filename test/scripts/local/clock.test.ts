// Tests what the clock tells the local Worker about its runtime.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { memoryHeaderName, tickClock } from '../../../scripts/local/clock.ts';
import { freePorts, loopback } from '../../../scripts/machine/ports.ts';
import { waitFor } from '../../support/waiting.ts';

/** A process with two children, as the one that runs Miniflare has: a shell that ends the group, and the runtime. */
function startParent(): ChildProcess {
  const children = `for (const name of ['guard', 'workerd'])
    require('node:child_process').spawn('bash', ['-c', 'printf %s ' + name + ' > /proc/self/comm; read _']);
    process.stdin.resume()`;
  const parent = spawn(process.execPath, ['-e', children], { stdio: ['pipe', 'ignore', 'inherit'] });
  onTestFinished(() => void parent.kill('SIGKILL'));
  return parent;
}

async function memoryAfterTick(pid: number | undefined): Promise<string | undefined> {
  const [port = 0] = await freePorts(1);
  const server = createServer((_request, response) => void response.end('ok')).listen(port, loopback);
  const asked = once(server, 'request');
  await tickClock({ url: `http://${loopback}:${port}`, adminToken: 'token', pid });
  const [request]: IncomingMessage[] = await asked;
  server.close();
  server.closeAllConnections();
  return request?.headers[memoryHeaderName]?.toString();
}

test('a tick tells the memory of workerd, and not of the other processes beside it', async () => {
  const { pid } = startParent();
  await waitFor(async () => expect(Number(await memoryAfterTick(pid))).toBeGreaterThan(100_000));
});
