// Starts a separate Slipway with a Ray cluster beside it, for benchmarks.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPython } from '../builder/server/programs/python.ts';
import type { Local } from '../scripts/local/organization.ts';
import { freePorts, loopback } from '../scripts/machine/ports.ts';
import { type RayHead, startHead } from '../scripts/ray/head.ts';
import { installRay } from '../scripts/ray/install.ts';
import { connectLocalRay } from '../scripts/ray/with-slipway.ts';
import { withLocalServer } from './local-server.ts';

export interface RayBeside {
  head: RayHead;
  /** URL of Ray Serve's proxy. */
  serveUrl: string;
  /** Slipway's state folder. */
  state: string;
}

/** Runs `work` against a temporary Slipway server that is connected to a temporary cluster with this many CPUs. */
export async function withLocalRay(cpus: number, work: (local: Local, ray: RayBeside) => Promise<void>): Promise<void> {
  const python = await findPython(process.env.PYTHON);
  if (typeof python === 'string') throw new Error(python);
  const program = await installRay(python.executable);
  const head = await startHead({ program, dashboardPort: null, cpus });
  const state = await mkdtemp(join(tmpdir(), 'slipway-bench-ray-'));
  try {
    await head.ready();
    const [port = 0] = await freePorts(1);
    const connected = async (local: Local) => {
      await connectLocalRay(local, { head, serve_port: port });
      await work(local, { head, state, serveUrl: `http://${loopback}:${port}` });
    };
    await withLocalServer(connected, { state, env: { SLIPWAY_ALLOW_LOOPBACK: '1' } });
  } finally {
    await head.stop();
    await rm(state, { recursive: true, force: true });
  }
}
