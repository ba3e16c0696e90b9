// Calls a version from the playground, and reads what it printed meanwhile.
import { queryOptions } from '@tanstack/react-query';
import { SlipwayClient } from '../../client/client.ts';
import { pluginIdOf } from '../../core/plugin-id.ts';
import { api, type Schemas, withCsrf } from './api.ts';

export interface PlaygroundCall {
  namespace: string;
  name: string;
  /** Undefined: the version that serves the name. */
  version: string | undefined;
  inputs: Record<string, unknown>;
  parameters: Record<string, unknown>;
}

export interface CallOutcome {
  answer: Schemas['RealtimeAnswer'];
  requestId: string | undefined;
  /** Time from sending the request to the whole answer, as the browser saw it. */
  tookMs: number;
}

/** The path of the call, for the request and for its snippets. */
export function callPath({ namespace, name, version }: Pick<PlaygroundCall, 'namespace' | 'name' | 'version'>): string {
  const plugins = `/v1/namespaces/${namespace}/plugins`;
  return version === undefined
    ? `${plugins}/by-name/${name}/realtime`
    : `${plugins}/${pluginIdOf(name, version)}/realtime/test`;
}

/** A call is sent once: a plugin may have done something by the time a connection breaks. */
export async function callVersion(call: PlaygroundCall): Promise<CallOutcome> {
  const { namespace, name, version, inputs, parameters } = call;
  let requestId: string | undefined;
  const client = new SlipwayClient({
    baseUrl: location.origin,
    retries: { retriesMax: 0 },
    fetch: async (url, init) => {
      const response = await withCsrf(url, init);
      requestId = response.headers.get('slipway-request-id') ?? undefined;
      return response;
    },
  });
  const body = { inputs, parameters };
  // An answer that is not what the manifest declares is an error here.
  const query = { check_output: 'true' } as const;
  const startedAt = performance.now();
  const answer =
    version === undefined
      ? await client.post('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/realtime', {
          path: { namespace_id: namespace, slug: name },
          query,
          body,
        })
      : await client.post('/v1/namespaces/{namespace_id}/plugins/{plugin_id}/realtime/test', {
          path: { namespace_id: namespace, plugin_id: pluginIdOf(name, version) },
          query,
          body,
        });
  return { answer, requestId, tookMs: performance.now() - startedAt };
}

/** A line may arrive a moment after the answer. */
const looksMax = 5;
const lookEveryMs = 1000;

export const callLogsQuery = (namespace_id: string, deployment_id: string, request: string) =>
  queryOptions({
    queryKey: ['namespace', namespace_id, 'call-logs', deployment_id, request],
    queryFn: ({ signal }) =>
      api.get('/v1/namespaces/{namespace_id}/deployments/{deployment_id}/logs', {
        path: { namespace_id, deployment_id },
        query: { request, tail: 100 },
        signal,
      }),
    refetchInterval: ({ state }) =>
      (state.data?.lines.length ?? 0) > 0 || state.dataUpdateCount >= looksMax ? false : lookEveryMs,
  });
