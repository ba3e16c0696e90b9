// Requests about one instance: what it needs, its start, calls, state, log and end.
import { readCallAnswer, readOperationAnswer } from '../contract/builder/answers.ts';
import { readBatchOutcome } from '../contract/builder/batch.ts';
import type { Builder } from '../contract/builder/builder.ts';
import { BuilderError } from '../contract/builder/errors.ts';
import { fleetSchema, keepAwakeHeader } from '../contract/builder/fleets.ts';
import {
  callHeader,
  callStreamType,
  callTagHeader,
  type InstanceSpec,
  instanceEventSchema,
  instanceStatusSchema,
  networkHeader,
  requestHeader,
  takenBackHeader,
} from '../contract/builder/instances.ts';
import { heldLogSchema } from '../contract/builder/logs/chunk.ts';
import {
  batchHeader,
  type CallOptions,
  laterHeader,
  parseBatch,
  standbyHeader,
  standbyText,
  timeoutHeader,
} from '../contract/builder/serving.ts';
import { builderLimits, builderRequests } from '../contract/limits/builder.ts';
import { writeJson } from '../core/json/text.ts';
import { piecesToCopy } from '../core/paced-bytes.ts';
import { withLength } from '../core/paced-streams.ts';
import { formatTraceparent, traceHeader } from '../core/trace-context.ts';
import { answerOrLines, answerText, beginningWithin } from './call-lines.ts';
import {
  batchPolicy,
  buildPolicy,
  callPolicy,
  defaultPolicy,
  done,
  events,
  instancePolicy,
  json,
  jsonBy,
  post,
  type Request,
  requireBody,
  startPolicy,
  statusPolicy,
  stopPolicy,
  unlessMissing,
} from './requests.ts';

/** The first request that starts a container decides whether it has network egress. */
export function networkHeaders({ network, forward }: InstanceSpec['permissions'] = {}): Record<string, string> {
  return network || forward ? { [networkHeader]: 'granted' } : {};
}

export function blobRequests(request: Request): Pick<Builder, 'putBlob' | 'getBlob'> {
  return {
    putBlob: async (id, sha256, body, sizeBytes) => {
      const known = withLength(piecesToCopy(body), sizeBytes).body;
      const timeoutMs = startPolicy.timeoutMs + sizeBytes / builderRequests.uploadBytesPerMs;
      const init = { method: 'PUT', body: known, policy: { ...startPolicy, timeoutMs } };
      await request(id, `/blobs/${sha256}`, init, done).catch((error: unknown) => {
        throw isMismatch(error) ? damagedInStore(sha256, error) : error;
      });
    },
    getBlob: (id, sha256) =>
      unlessMissing(
        request(id, `/blobs/${sha256}`, { policy: { ...startPolicy, timeoutMs: buildPolicy.timeoutMs } }, requireBody),
      ),
  };
}

function isMismatch(error: unknown): boolean {
  return error instanceof BuilderError && error.code === 'blob-mismatch';
}

function damagedInStore(sha256: string, cause: unknown): BuilderError {
  return new BuilderError('blob-mismatch', `The object ${sha256} in the store is damaged.`, [], cause);
}

export function instanceRequests(
  request: Request,
): Pick<Builder, 'start' | 'standBy' | 'cutOff' | 'warn' | 'status' | 'fleet' | 'logs' | 'stop' | 'deleteData'> {
  return {
    start: (id, spec) => {
      const headers = { ...json, ...networkHeaders(spec.permissions) };
      const init = { method: 'PUT', body: JSON.stringify(spec), headers };
      return events(instanceEventSchema, () =>
        request(id, `/instances/${id}`, { ...init, policy: instancePolicy }, requireBody),
      );
    },
    standBy: async (id, ticket) => {
      const init = { method: 'POST', headers: { [standbyHeader]: standbyText({ standby: true, ticket }) } };
      await unlessMissing(request(id, `/instances/${id}/standby`, { ...init, policy: statusPolicy }, done));
    },
    cutOff: async (id) => {
      await unlessMissing(request(id, `/instances/${id}/cut-off`, { method: 'POST', policy: defaultPolicy }, done));
    },
    warn: async (id, warning) => {
      await unlessMissing(request(id, `/instances/${id}/warnings`, post(warning, statusPolicy), done));
    },
    status: (id, { keepAwake } = { keepAwake: false }) => {
      const headers: Record<string, string> = keepAwake ? { [keepAwakeHeader]: '1' } : {};
      const init = { headers, policy: statusPolicy };
      return unlessMissing(request(id, `/instances/${id}`, init, jsonBy(instanceStatusSchema)));
    },
    fleet: (id, asked) => request(id, `/instances/${id}/fleet`, post(asked, statusPolicy), jsonBy(fleetSchema)),
    logs: (id, from = '') =>
      unlessMissing(request(id, `/logs/${id}?from=${from}`, { policy: defaultPolicy }, jsonBy(heldLogSchema))),
    stop: async (id, { takenBack } = { takenBack: false }) => {
      const headers = takenBack ? { [takenBackHeader]: '1' } : {};
      await unlessMissing(request(id, `/instances/${id}`, { method: 'DELETE', headers, policy: stopPolicy }, done));
    },
    deleteData: async (id) => {
      try {
        await unlessMissing(request(id, `/data/${id}`, { method: 'DELETE', policy: defaultPolicy }, done));
        return true;
      } catch (error) {
        if (error instanceof BuilderError && error.code === 'data-in-use') return false;
        throw error;
      }
    },
  };
}

export function callRequests(
  request: Request,
): Pick<Builder, 'call' | 'callStreaming' | 'operate' | 'runBatch' | 'runRows'> {
  return {
    callStreaming: async (id, body, options = {}) => {
      const init = callInit(body, options);
      if (options.mark) init.headers[standbyHeader] = standbyText(options.mark);
      init.headers.accept = callStreamType;
      const { timeoutMs } = callPolicy(options);
      const policy = { ...defaultPolicy, timeoutMs: timeoutMs + builderLimits.streamMs };
      return beginningWithin(timeoutMs, (signal) =>
        request(id, `/instances/${id}/invoke`, { ...init, signal, policy }, (response) => {
          reportBatch(response, options);
          return answerOrLines(response);
        }),
      );
    },
    call: (id, body, options = {}) => {
      const init = callInit(body, options);
      if (options.mark) init.headers[standbyHeader] = standbyText(options.mark);
      return request(id, `/instances/${id}/invoke`, { ...init, policy: callPolicy(options) }, async (response) => {
        reportBatch(response, options);
        return readCallAnswer(await answerText(response));
      });
    },
    operate: (id, body, options = {}) => {
      const init = callInit(body, options);
      return request(id, `/instances/${id}/invoke`, { ...init, policy: callPolicy(options) }, async (response) =>
        readOperationAnswer(await answerText(response)),
      );
    },
    runBatch: (id, call, options = {}) => {
      const init = callInit(writeJson(call), options);
      return request(id, `/instances/${id}/batch`, { ...init, policy: batchPolicy(options) }, async (response) =>
        readBatchOutcome(await response.text()),
      );
    },
    runRows: (id, body, { signal, timeoutMs }) => {
      const policy = { timeoutMs, reconnectMs: 0 };
      return request(id, `/instances/${id}/rows`, { method: 'POST', body, policy, signal }, requireBody);
    },
  };
}

/** Says in which batch a call ran, if the response does. */
export function reportBatch({ headers }: Response, { onBatch }: Pick<CallOptions, 'onBatch'>): void {
  const batch = parseBatch(headers.get(batchHeader));
  if (batch) onBatch?.(batch);
}

/**
 * Each call has an ID, the same for all its attempts. If the runtime notices that the client left, it closes the connection to the
 * builder, which cancels the call. workerd notices a reset connection, or one that is closed when it writes.
 */
function callInit(body: string, { isLater = false, requestId, signal, tag, timeLeftMs, trace }: CallOptions) {
  const headers: Record<string, string> = { ...json, [callHeader]: crypto.randomUUID() };
  if (requestId !== undefined) headers[requestHeader] = requestId;
  if (tag !== undefined) headers[callTagHeader] = tag;
  if (isLater) headers[laterHeader] = '1';
  if (trace) headers[traceHeader] = formatTraceparent(trace);
  if (timeLeftMs !== undefined) headers[timeoutHeader] = String(Math.ceil(timeLeftMs));
  return { method: 'POST', body, headers, ...(signal ? { signal } : {}) };
}
