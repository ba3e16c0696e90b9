// Checks and finds free ports on the loopback interface.
import { connect, createServer } from 'node:net';

export const loopback = '127.0.0.1';

/** Ports below need a privilege. */
const unprivileged = 1024;

/**
 * Returns undefined if the port is available, or the error code: EADDRINUSE, EACCES, … Tries to connect, since a client that waits for
 * the port would reach a server that only listens for the test.
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

/** Below the ports that systems give to connections: one of those could be taken before it is used. */
const freeRange = { first: 20_000, count: 12_000 };
const attemptsMax = 100;

/** Returns ports that are free now. All are reserved until the last one is found, so they differ. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => reserveAnyPort()));
  return Promise.all(servers.map((server) => server.release()));
}

async function tryPort(port: number): Promise<number | string> {
  try {
    const reserved = await reservePort(port);
    return await reserved.release();
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}

async function reserveAnyPort(attempts = 1): ReturnType<typeof reservePort> {
  try {
    return await reservePort(freeRange.first + Math.floor(Math.random() * freeRange.count));
  } catch (error) {
    if (attempts === attemptsMax) throw error;
    return reserveAnyPort(attempts + 1);
  }
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
