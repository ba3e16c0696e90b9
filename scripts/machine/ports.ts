// Lists this machine's addresses, and checks and finds free ports on the loopback interface.
import { connect, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';

export const loopback = '127.0.0.1';

/** Returns the IPv4 addresses at which others reach this machine. */
export function outsideAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses = []) => addresses);
  return all.filter(({ family, internal }) => family === 'IPv4' && !internal).map(({ address }) => address);
}

/** Lower ports require privileges. */
const unprivileged = 1024;

/**
 * Returns undefined if the port is available, or the error code: EADDRINUSE, EACCES, … Tries to connect rather than listen, because a
 * client waiting for the port would reach a server that only listens for the test.
 */
export async function portProblem(port: number): Promise<string | undefined> {
  if (port < unprivileged) {
    const tried = await tryPort(port);
    return typeof tried === 'string' ? tried : undefined;
  }
  return (await answersAt(port)) ? 'EADDRINUSE' : undefined;
}

function answersAt(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, loopback);
    socket.once('connect', () => socket.destroy());
    socket.once('close', (hadError) => resolve(!hadError));
    socket.on('error', () => {});
  });
}

/** Below the range from which systems choose ports for connections, because such a port could be taken before it is used. */
const freeRange = { first: 20_000, count: 12_000 };
const attemptsMax = 100;

/** Returns ports that are currently free. No other call returns them while this process is alive. */
export async function freePorts(count: number): Promise<number[]> {
  return Promise.all(Array.from({ length: count }, () => claimAnyPort()));
}

async function tryPort(port: number): Promise<number | string> {
  try {
    const reserved = await reservePort(port);
    return await reserved.release();
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}

async function claimAnyPort(): Promise<number> {
  for (let attempts = 0; attempts < attemptsMax; attempts++) {
    const port = freeRange.first + Math.floor(Math.random() * freeRange.count);
    if ((await claim(port)) && typeof (await tryPort(port)) === 'number') return port;
  }
  throw new Error('no port is free');
}

/**
 * Reserves the port against other calls in every process on this machine. Listening on the port itself would make the later server find
 * it taken. Only Linux has such names, which disappear with their process.
 */
function claim(port: number): Promise<boolean> {
  if (process.platform !== 'linux') return Promise.resolve(true);
  const server = createServer().unref();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(`\0slipway-port-${port}`, () => resolve(true));
  });
}

function reservePort(port: number): Promise<{ release(): Promise<number> }> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, loopback, () => {
      const address = server.address();
      const actual = typeof address === 'object' && address !== null ? address.port : port;
      resolve({ release: () => new Promise((released) => server.close(() => released(actual))) });
    });
  });
}
