// Makes the builder send requests to user-supplied URLs. workerd can't choose the address it connects to; the builder can (decision
// 39).
import {
  EgressBusy,
  type EgressRefusal,
  type EgressRequest,
  egressAnswerSchema,
  egressFrame,
  egressHeader,
  egressRefusalSchema,
  TargetNotAllowed,
} from '../contract/builder/egress.ts';
import { BuilderError } from '../contract/builder/errors.ts';
import { builderLimits, builderRequests } from '../contract/limits/builder.ts';
import { egressLimits, egressTimeoutMsMax } from '../contract/limits/egress.ts';
import type { Deps } from '../deps.ts';
import { type RetryPolicy, requestBy, type Send } from './requests.ts';

/** The host is part of the ID, so that one builder keeps the connections to it. */
export const egressPrefix = 'egress-';

/** The builder enforces the request's own limits. */
const policy: RetryPolicy = {
  timeoutMs: egressLimits.totalMs + builderRequests.timeoutMs,
  reconnectMs: builderLimits.reconnectMs,
};

function onceWithin(timeoutMs: number): RetryPolicy {
  return { timeoutMs: timeoutMs + builderRequests.timeoutMs, reconnectMs: 0 };
}

/** Statuses of responses without a body. */
const bodiless = [204, 205, 304];

export function fetchByBuilder(send: Send): Deps['fetch'] {
  const request = requestBy(send);
  return async (url, { body = null, headers, method, organization, reusesConnection, shareOf, signal, timeoutMs }) => {
    const timeout = timeoutMs === undefined ? {} : { timeout_ms: Math.min(timeoutMs, egressTimeoutMsMax) };
    const reuse = reusesConnection ? { reuses_connection: reusesConnection } : {};
    const share = shareOf === undefined ? {} : { share_of: shareOf };
    const egress: EgressRequest = { url, method, headers, organization, ...share, ...timeout, ...reuse };
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: egressFrame(egress, body),
      signal,
    };
    const within = timeoutMs === undefined ? policy : onceWithin(timeoutMs);
    const id = egressPrefix + new URL(url).host;
    const response = await request(id, '/egress', { ...init, policy: within }, responseOf).catch(refusedToOthers);
    if (response instanceof Response) return response;
    const { code, message } = response.refused;
    if (code === 'busy') throw new EgressBusy(message);
    throw code === 'not-allowed' ? new TargetNotAllowed(message) : new TypeError(message);
  };
}

/** A builder that hosts another organization doesn't send the request. */
function refusedToOthers(error: unknown): never {
  throw error instanceof BuilderError && error.code === 'other-organization'
    ? new TargetNotAllowed(error.message)
    : error;
}

async function responseOf(response: Response): Promise<Response | EgressRefusal> {
  const head = response.headers.get(egressHeader);
  if (head === null) return egressRefusalSchema.parse(await response.json());
  const { status, headers } = egressAnswerSchema.parse(JSON.parse(head));
  return new Response(bodiless.includes(status) ? null : response.body, { status, headers });
}
