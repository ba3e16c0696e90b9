// Calls a version from the playground, and reads what it prints during the call.
import { queryOptions } from '@tanstack/react-query';
import { SlipwayClient } from '../../../client/client.ts';
import { formatPluginId } from '../../../core/plugin-id.ts';
import { api, type Schemas, withCsrf } from '../api.ts';
import { answerText, type PlaygroundCall, type RealtimeAnswer } from './realtime-call.ts';

export interface CallOutcome {
  answer: RealtimeAnswer;
  requestId: string | undefined;
  /** Time from sending the request to receiving the full response, as seen by the browser. */
  tookMs: number;
}

const byName = '/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/realtime';
const byVersion = '/v1/namespaces/{namespace_id}/plugins/{plugin_id}/realtime/test';

/** Sends a call only once: the plugin may have acted before the connection broke. */
const once = new SlipwayClient({ baseUrl: location.origin, fetch: withCsrf, retries: { retriesMax: 0 } });

/** Returns the path by version, or else by name. */
function pathsOf({ name, namespace, version }: PlaygroundCall) {
  return {
    named: { namespace_id: namespace, slug: name },
    versioned: { namespace_id: namespace, plugin_id: formatPluginId(name, version ?? '') },
  };
}

/** Output that violates the manifest's declaration is an error here. */
const checked = { check_output: 'true' } as const;

export async function callVersion(call: PlaygroundCall): Promise<CallOutcome> {
  const { named, versioned } = pathsOf(call);
  let requestId: string | undefined;
  const onRequestId = (id: string) => {
    requestId = id;
  };
  const options = { query: checked, body: bodyOf(call), onRequestId };
  const startedAt = performance.now();
  const answer =
    call.version === undefined
      ? await once.exact('post', byName, answerText, { ...options, path: named })
      : await once.exact('post', byVersion, answerText, { ...options, path: versioned });
  return { answer, requestId, tookMs: performance.now() - startedAt };
}

export function callLater(call: PlaygroundCall): Promise<Schemas['LaterCall']> {
  const { named, versioned } = pathsOf(call);
  const body = bodyOf(call);
  return call.version === undefined
    ? once.later(byName, { body, path: named })
    : once.later(byVersion, { body, path: versioned });
}

interface StreamOptions {
  /** Aborts the request, and with it the handler. */
  signal: AbortSignal;
  onRequestId: (id: string) => void;
}

/** Streams a call only if the handler yields values. Other handlers return a plain response. */
export function streamCall(call: PlaygroundCall, options: StreamOptions) {
  const { named, versioned } = pathsOf(call);
  const sent = { ...options, body: bodyOf(call) };
  return call.version === undefined
    ? once.stream(byName, answerText, { ...sent, path: named })
    : once.stream(byVersion, answerText, { ...sent, path: versioned });
}

function bodyOf({ inputs, parameters }: PlaygroundCall) {
  return { inputs, parameters };
}

/** Maximum number of log reads, since lines may arrive shortly after the response. */
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
