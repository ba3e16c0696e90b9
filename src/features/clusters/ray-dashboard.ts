// Sends requests to a Ray cluster's dashboard. Failures are `ClusterFault`s, with messages for the operator.
import { z } from 'zod';
import { connectionFailure } from '../../contract/builder/egress.ts';
import type { ClusterState } from '../../contract/features/clusters/feature.ts';
import { clusterLimits } from '../../contract/features/clusters/limits.ts';
import { type ExternalUrlRules, parseExternalUrl } from '../../core/external-url.ts';
import { parseJson } from '../../core/json/parse.ts';
import { readPieces } from '../../core/paced-bytes.ts';
import type { Deps } from '../../deps.ts';

export type AskDeps = Pick<Deps, 'fetch'> & ExternalUrlRules;

export interface Dashboard {
  /** Without a trailing slash. */
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

export async function readRayVersion(deps: AskDeps, dashboard: Dashboard): Promise<string> {
  const { ray_version } = await ask(deps, dashboard, { path: '/api/version', model: versionModel });
  return ray_version;
}

export interface Question {
  path: string;
  method?: 'GET' | 'POST' | 'PUT';
  body?: string | Uint8Array<ArrayBuffer>;
}

/** Reads a JSON response from the dashboard and validates it against the model. */
export async function ask<Output>(
  deps: AskDeps,
  dashboard: Dashboard,
  { path, model }: Pick<Question, 'path'> & { model: z.ZodType<Output> },
): Promise<Output> {
  const text = await sendTo(deps, dashboard, { path });
  const parsed = model.safeParse(parseJson(text ?? ''));
  if (parsed.success) return parsed.data;
  const { host } = new URL(dashboard.url);
  throw new ClusterFault('not-ray', `${host} does not respond to ${path} as Ray's dashboard does. Check the URL.`);
}

/** Returns the text of a successful response, or undefined if it is too large. Rejects with a ClusterFault. */
export async function sendTo(
  deps: AskDeps,
  { url, token }: Dashboard,
  { path, method = 'GET', body }: Question,
): Promise<string | undefined> {
  const target = parseExternalUrl(`${url}${path}`, deps);
  if ('refused' in target) throw new ClusterFault('not-allowed', `The dashboard URL is not allowed: ${target.refused}`);
  const { host } = target.url;
  const timeoutMs = method === 'PUT' ? clusterLimits.writeMs : clusterLimits.requestMs;
  const type = typeof body === 'string' ? 'application/json' : 'application/octet-stream';
  try {
    const response = await deps.fetch(target.url.href, {
      organization: undefined,
      method,
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${token}`,
        'user-agent': 'Slipway-Clusters/1',
        ...(body === undefined ? {} : { 'content-type': type }),
      },
      ...(body === undefined ? {} : { body }),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
      ...(method === 'PUT' ? { timeoutMs } : {}),
    });
    if (response.status === 200) return await textOf(response);
    throw faultOf(response.status, host, await textOf(response));
  } catch (cause) {
    if (cause instanceof ClusterFault) throw cause;
    const failure = `The dashboard at ${host} does not respond. Check the URL, and whether the cluster is running.`;
    throw new ClusterFault('unreachable', connectionFailure(cause, failure));
  }
}

function faultOf(status: number, host: string, text = ''): ClusterFault {
  if (status === 401 || status === 403)
    return new ClusterFault('token-refused', `${host} rejects the token (${status}). Check RAY_AUTH_TOKEN there.`);
  if (status >= 500)
    return new ClusterFault('unreachable', `${host} responds with ${status}. Check whether the cluster is running.`);
  if (status === 400) return new ClusterFault('not-ray', `${host} rejects the request: ${text.slice(0, 500)}`);
  return new ClusterFault(
    'not-ray',
    `${host} responds with ${status}, which Ray's dashboard never does. Check the URL.`,
  );
}

/** Returns undefined if the body is too large. */
async function textOf({ body }: Response): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = '';
  for await (const piece of body ? readPieces(body) : []) {
    bytes += piece.length;
    if (bytes > clusterLimits.answerBytesMax) return undefined;
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}
