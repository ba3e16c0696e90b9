// Ports of the loopback interface: whether one can be had, and one that nobody has.
import { createServer } from 'node:net';

export const loopback = '127.0.0.1';

/** `undefined` when the port can be had, else why not: EADDRINUSE, EACCES, … */
export async function portProblem(port: number): Promise<string | undefined> {
  const tried = await listen(port);
  return typeof tried === 'string' ? tried : undefined;
}

/** Ports that are free now. All are held until the last one is found, so they differ. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => hold(0)));
  return Promise.all(servers.map((server) => server.release()));
}

async function listen(port: number): Promise<number | string> {
  try {
    const held = await hold(port);
    return await held.release();
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}

function hold(port: number): Promise<{ release(): Promise<number> }> {
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
