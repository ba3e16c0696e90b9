// Runs Ray for `npm start -- --ray`: a head alongside Slipway, connected as a cluster of the local organization. Its token and ports
// survive restarts, because the cluster's row stores them.
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import type { Python } from '../../builder/server/programs/python.ts';
import { SlipwayClient } from '../../src/client/client.ts';
import { ApiError } from '../../src/client/errors.ts';
import type { Local } from '../local/organization.ts';
import { freePorts, loopback, portProblem } from '../machine/ports.ts';
import { readPrivateJson, writePrivateJson } from '../machine/private-file.ts';
import { type RayHead, startHead } from './head.ts';
import { installRay } from './install.ts';
import { KeptHead } from './kept-head.ts';

const identitySchema = z.object({ token: z.string().min(32), dashboard_port: z.int(), serve_port: z.int() });
type Identity = z.infer<typeof identitySchema>;

const clusterName = 'local';
/** Ray's processes exit one after another; on a busy machine, the last one needs more than 20 s. */
const freeMs = 60_000;
const pollMs = 200;

export interface LocalRay extends Pick<Identity, 'serve_port'> {
  head: KeptHead;
}

/**
 * Installs Ray and keeps its head running. The dashboard responds later. Throws if one of the stored ports is in use. `onLine` receives
 * messages about the head.
 */
export async function startLocalRay(
  state: string,
  { executable }: Python,
  onLine: (line: string) => void,
): Promise<LocalRay> {
  const { dashboard_port: dashboardPort, serve_port, token } = await identityOf(state);
  const program = await installRay(executable);
  const start = async () => {
    for (const port of [dashboardPort, serve_port]) await untilFree(port);
    return startHead({ program, dashboardPort, token, cpus: availableParallelism() });
  };
  return { head: new KeptHead(await start(), start, onLine), serve_port };
}

/** When Slipway is killed, its Ray processes exit later. */
async function untilFree(port: number): Promise<void> {
  const until = performance.now() + freeMs;
  while ((await portProblem(port)) !== undefined) {
    if (performance.now() > until)
      throw new Error(
        `port ${port}, which Ray used before, is in use. Stop the process that uses it, and start again.`,
      );
    await wait(pollMs);
  }
}

async function identityOf(state: string): Promise<Identity> {
  const path = join(state, 'ray.json');
  const stored = await readPrivateJson(path, identitySchema);
  if (stored) return stored;
  const [dashboard_port = 0, serve_port = 0] = await freePorts(2);
  const made = { token: randomBytes(32).toString('hex'), dashboard_port, serve_port };
  await writePrivateJson(path, made);
  return made;
}

/** Connects the cluster to the local organization, or checks the cluster that an earlier start connected. Returns its state. */
export async function connectLocalRay(
  local: Local,
  { head, serve_port }: { head: RayHead; serve_port: number },
): Promise<string> {
  const admin = new SlipwayClient({ baseUrl: local.url, apiKey: local.admin_token });
  try {
    return await stateOf(admin.request('post', `/v1/admin/clusters/${clusterName}/check`));
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error;
  }
  const key = await new SlipwayClient({ baseUrl: local.url, apiKey: local.api_key }).get('/v1/keys/self');
  const body = {
    name: clusterName,
    dashboard_url: head.dashboardUrl,
    serve_url: `http://${loopback}:${serve_port}`,
    token: head.token,
    trusted_for: [key.organization_id],
  };
  return stateOf(admin.request('post', '/v1/admin/clusters', { content: JSON.stringify(body) }));
}

const clusterSchema = z.object({ state: z.string() });

async function stateOf(answer: Promise<Response>): Promise<string> {
  return clusterSchema.parse(await (await answer).json()).state;
}
