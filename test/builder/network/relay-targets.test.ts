// Tests how long the relay waits for a connection, and how long it keeps an unused connection.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { BlockList, connect, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { afterEach, expect, test } from 'vitest';
import { connectTo } from '../../../builder/server/relay/targets.ts';

const host = '127.0.0.1';
const networks = new BlockList();
networks.addAddress(host, 'ipv4');
const rules = { networks, ownPorts: new Set<string>(), resolve: async () => [] };
/** Longer than any test takes. */
const never = 3_600_000;

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of cleanups.splice(0)) await end();
});

/** Returns the port of a server that accepts no connections and whose queue is full, so that a new connection gets no answer. */
async function silentPort(): Promise<number> {
  const program = `import socket, time
server = socket.socket()
server.bind(("${host}", 0))
server.listen(0)
print(server.getsockname()[1], flush=True)
time.sleep(600)`;
  const server = spawn(process.env.PYTHON ?? 'python3', ['-c', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  cleanups.push(() => server.kill('SIGKILL'));
  const [line] = await once(createInterface(server.stdout), 'line');
  const port = Number(line);
  for (let waiting = 0; waiting < 4; waiting++) {
    const socket = connect(port, host).on('error', () => {});
    cleanups.push(() => socket.destroy());
    if (waiting === 0) await once(socket, 'connect');
  }
  return port;
}

test('a host that does not answer is abandoned after the connection timeout', async () => {
  const port = await silentPort();
  await expect(connectTo({ host, port }, rules, { connectMs: 200, idleMs: never })).rejects.toMatchObject({
    kind: 'unreachable',
    message: `${host}:${port} cannot be reached`,
  });
});

test('a connection without any bytes is closed after the idle time, and not before', async () => {
  const accepted: Socket[] = [];
  const server = createServer((socket) => accepted.push(socket.on('error', () => {}))).listen(0, host);
  await once(server, 'listening');
  cleanups.push(
    () => server.close(),
    () =>
      accepted.forEach((socket) => {
        socket.destroy();
      }),
  );
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port');
  const target = { host, port: address.port };
  const kept = await connectTo(target, rules, { connectMs: never, idleMs: never });
  cleanups.push(() => kept.destroy());
  const idle = await connectTo(target, rules, { connectMs: never, idleMs: 200 });
  await once(idle, 'close');
  expect([idle.destroyed, kept.destroyed]).toEqual([true, false]);
});
