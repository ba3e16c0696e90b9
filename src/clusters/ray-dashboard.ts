// Asks the dashboard of a Ray cluster. What goes wrong is a `ClusterFault`, whose message is for the operator.
import { z } from 'zod';
import { connectionFailure } from '../contract/builder/egress.ts';
import { clusterLimits } from '../contract/limits/containers.ts';
import type { ClusterState } from '../contract/states.ts';
import { type ExternalUrlRules, parseExternalUrl } from '../core/external-url.ts';
import type { Deps } from '../deps.ts';

export type AskDeps = Pick<Deps, 'fetch'> & ExternalUrlRules;

export interface Dashboard {
  /** Without a slash at its end. */
  url: string;
  token: string;
}

export class ClusterFault extends Error {
  readonly state: Exclude<ClusterState, 'ready'>;

  constructor(state: ClusterFault['state'], message: string) {
    super(message);
    this.state = state;
  }
}

const versionModel = z.object({ ray_version: z.string().regex(/^\d+\.\d+\.\d+[0-9A-Za-z.+-]{0,40}$/) });
const applicationsModel = z.object({ applications: z.record(z.string(), z.unknown()) });

export async function readRayVersion(deps: AskDeps, dashboard: Dashboard): Promise<string> {
  const { ray_version } = await ask(deps, dashboard, { path: '/api/version', model: versionModel });
  return ray_version;
}

/** Returns the names of the applications that Ray Serve runs. */
export async function readApplications(deps: AskDeps, dashboard: Dashboard): Promise<string[]> {
  const answer = await ask(deps, dashboard, { path: '/api/serve/applications/', model: applicationsModel });
  return Object.keys(answer.applications);
}

async function ask<Output>(
  deps: AskDeps,
  { url, token }: Dashboard,
  { path, model }: { path: string; model: z.ZodType<Output> },
): Promise<Output> {
  const target = parseExternalUrl(`${url}${path}`, deps);
  if ('refused' in target)
    throw new ClusterFault('not-allowed', `The URL of the dashboard is not allowed: ${target.refused}`);
  const { host } = target.url;
  try {
    const response = await deps.fetch(target.url.href, {
      organization: undefined,
      method: 'GET',
      headers: { accept: 'application/json', authorization: `Bearer ${token}`, 'user-agent': 'Slipway-Clusters/1' },
      redirect: 'manual',
      signal: AbortSignal.timeout(clusterLimits.requestMs),
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw faultOf(response.status, host);
    }
    const parsed = model.safeParse(parseJson(await textOf(response)));
    if (parsed.success) return parsed.data;
    throw new ClusterFault('not-ray', `${host} does not answer ${path} as the dashboard of Ray does. Check the URL.`);
  } catch (cause) {
    if (cause instanceof ClusterFault) throw cause;
    const failure = `The dashboard at ${host} does not answer. Check the URL, and whether the cluster runs.`;
    throw new ClusterFault('unreachable', connectionFailure(cause, failure));
  }
}

function faultOf(status: number, host: string): ClusterFault {
  if (status === 401 || status === 403)
    return new ClusterFault('token-refused', `${host} refuses the token (${status}). Check RAY_AUTH_TOKEN there.`);
  if (status >= 500)
    return new ClusterFault('unreachable', `${host} answers ${status}. Check whether the cluster runs.`);
  return new ClusterFault('not-ray', `${host} answers ${status}, which no dashboard of Ray does. Check the URL.`);
}

/** Returns undefined if the body is too large. */
async function textOf({ body }: Response): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = '';
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > clusterLimits.answerBytesMax) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function parseJson(text = ''): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
