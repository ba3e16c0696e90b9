// Requests that run a plugin: calls, streams, batch tests and rows of a run.
import { readCallAnswer, readOperationAnswer } from '../../contract/builder/answers.ts';
import { readBatchOutcome } from '../../contract/builder/batch.ts';
import type { Builder } from '../../contract/builder/builder.ts';
import { callHeader, callStreamType, requestHeader } from '../../contract/builder/instances.ts';
import {
  type CallOptions,
  laterHeader,
  standbyHeader,
  standbyText,
  timeoutHeader,
} from '../../contract/builder/serving.ts';
import { builderLimits } from '../../contract/limits/builder.ts';
import { writeJson } from '../../core/json/text.ts';
import { formatTraceparent, traceHeader } from '../../core/trace-context.ts';
import { answerOrLines, beginningWithin } from './call-lines.ts';
import { batchPolicy, callPolicy, defaultPolicy, json } from './policies.ts';
import { type Request, requireBody } from './requests.ts';

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
        request(id, `/instances/${id}/invoke`, { ...init, signal, policy }, answerOrLines),
      );
    },
    call: (id, body, options = {}) => {
      const init = callInit(body, options);
      if (options.mark) init.headers[standbyHeader] = standbyText(options.mark);
      return request(id, `/instances/${id}/invoke`, { ...init, policy: callPolicy(options) }, async (response) =>
        readCallAnswer(await response.text()),
      );
    },
    operate: (id, body, options = {}) => {
      const init = callInit(body, options);
      return request(id, `/instances/${id}/invoke`, { ...init, policy: callPolicy(options) }, async (response) =>
        readOperationAnswer(await response.text()),
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

/**
 * Each call has an ID, the same for all its attempts. If a client leaves, the runtime closes the connection to the builder, which
 * cancels the call.
 */
function callInit(body: string, { isLater = false, requestId, signal, timeLeftMs, trace }: CallOptions) {
  const headers: Record<string, string> = { ...json, [callHeader]: crypto.randomUUID() };
  if (requestId !== undefined) headers[requestHeader] = requestId;
  if (isLater) headers[laterHeader] = '1';
  if (trace) headers[traceHeader] = formatTraceparent(trace);
  if (timeLeftMs !== undefined) headers[timeoutHeader] = String(Math.ceil(timeLeftMs));
  return { method: 'POST', body, headers, ...(signal ? { signal } : {}) };
}
