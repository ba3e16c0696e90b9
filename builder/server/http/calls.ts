// Serves `POST /instances/{id}/invoke`, the one latency-critical route, directly on Node's objects without a framework.
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { instanceDeploymentId } from '../../../src/contract/builder/fleets.ts';
import { callHeader, callStreamType, callTagHeader, stoppingHeader } from '../../../src/contract/builder/instances.ts';
import { logDueHeader } from '../../../src/contract/builder/logs/chunk.ts';
import { batchHeader, batchText, parseStandby, standbyHeader } from '../../../src/contract/builder/serving.ts';
import type { BatchFacts } from '../../../src/contract/traffic.ts';
import { type Log, type LogFields, withFields } from '../../../src/core/log.ts';
import { newSpanBelow, type TraceContext } from '../../../src/core/trace-context.ts';
import type { Limits } from '../core/settings.ts';
import type { Instance } from '../instances/instance.ts';
import type { InstanceLogs } from '../instances/instance-logs.ts';
import type { Instances } from '../instances/instances.ts';
import { RecentCalls } from '../instances/recent-calls.ts';
import { Cancellation } from '../processes/plugin-call.ts';
import { readCall } from './body.ts';
import { readCallHeaders } from './call-headers.ts';
import { CallStream } from './call-stream.ts';
import { toFailure } from './failure.ts';
import type { Guard } from './guard.ts';
import type { SpanExporter } from './span-exporter.ts';
import type { TaggedCalls } from './tagged-calls.ts';

export interface CallParts {
  guard: Guard;
  limits: Limits;
  instances: Instances;
  logs: InstanceLogs;
  tagged: TaggedCalls;
  log: Log;
  /** Undefined if spans aren't recorded. */
  spans: SpanExporter | undefined;
}

type Answer = Uint8Array<ArrayBuffer>;

const callPath = /^\/instances\/([^/?]+)\/invoke(?:\?|$)/;
/** Answers up to this size are written together with the response head. */
const joinedBytesMax = 16 * 1024;

/**
 * Returns a listener that serves calls and passes all other requests on, including calls that are rejected before their body is read.
 */
export function withCalls(parts: CallParts, others: RequestListener): RequestListener {
  const recentCalls = new RecentCalls(parts.limits.callMemoryMs, () => performance.now());
  return (incoming, outgoing) => {
    const id = incoming.method === 'POST' ? callPath.exec(incoming.url ?? '')?.[1] : undefined;
    if (id === undefined || parts.guard(incoming.headers)) others(incoming, outgoing);
    else void serveCall(parts, recentCalls, id, { incoming, outgoing });
  };
}

async function serveCall(
  parts: CallParts,
  recentCalls: RecentCalls,
  id: string,
  { incoming, outgoing }: { incoming: IncomingMessage; outgoing: ServerResponse },
): Promise<void> {
  const streams = incoming.headers.accept === callStreamType;
  const stream = streams ? new CallStream(outgoing, () => callHeaders(parts, id)) : undefined;
  try {
    const answer = await answerTo(parts, recentCalls, id, { incoming, outgoing, stream });
    if (stream?.hasBegun) stream.end(answer);
    else sendAnswer(parts, id, outgoing, answer);
  } catch (error) {
    const { status, headers, body } = toFailure(
      error,
      withFields(parts.log, () => fieldsOf(parts, id, incoming)),
    );
    if (stream?.hasBegun) stream.fail(body);
    else outgoing.writeHead(status, { ...headers, ...stoppingHeaders(parts) }).end(body);
  }
}

/** Returns the call's fields for a log line. */
function fieldsOf({ instances }: CallParts, id: string, { headers }: IncomingMessage): LogFields {
  const organization = instances.find(id)?.spec.organization;
  return { request_id: readCallHeaders(headers).requestId, organization, instance: id };
}

interface Exchange {
  incoming: IncomingMessage;
  outgoing: ServerResponse;
  stream: CallStream | undefined;
}

async function answerTo(
  { instances, limits, spans, tagged }: CallParts,
  recentCalls: RecentCalls,
  id: string,
  { incoming, outgoing, stream }: Exchange,
): Promise<Answer> {
  const { headers } = incoming;
  const instance = instances.get(id);
  instance.markBy(parseStandby(headers[standbyHeader]?.toString()));
  const cancellation = new Cancellation();
  const delivered = new Promise<void>((resolve) => outgoing.once('close', resolve));
  // Also emitted after the response, when there is nothing left to cancel.
  outgoing.once('close', () => cancellation.cancel());
  const tag = headers[callTagHeader]?.toString();
  if (tag !== undefined) outgoing.once('close', tagged.add(tag, cancellation));
  const callId = headers[callHeader]?.toString();
  if (callId !== undefined) recentCalls.refuseRepeated(callId);
  const body = await readCall(instance, incoming, limits);
  const streaming = stream ? { stream } : {};
  const said = readCallHeaders(headers);
  const onBatch = (batch: BatchFacts) => void outgoing.setHeader(batchHeader, batchText(batch));
  const pass = (trace = said.trace) =>
    instance.call({ body, ...said, trace, cancellation, delivered, onBatch, ...streaming });
  const call = () =>
    spans && said.trace?.sampled ? spanned(spans, instance, { ...said, trace: said.trace }, pass) : pass();
  return callId === undefined ? call() : recentCalls.run(callId, call);
}

/**
 * Runs a call in its own span, which becomes the parent of the plugin's spans. Without a collector, the plugin gets the Worker's trace
 * context.
 */
async function spanned(
  spans: SpanExporter,
  { id, spec }: Instance,
  { requestId, trace: parent }: { requestId: string; trace: TraceContext },
  call: (trace: TraceContext) => Promise<Answer>,
): Promise<Answer> {
  const span = {
    trace: newSpanBelow(parent),
    parentId: parent.spanId,
    name: `call ${spec.plugin.name}`,
    kind: 'server' as const,
    beganAt: Date.now(),
    attributes: {
      'slipway.request_id': requestId,
      'slipway.organization': spec.organization,
      'slipway.deployment': id,
      'slipway.version': spec.plugin.version,
    },
  };
  try {
    const answer = await call(span.trace);
    spans.record({ ...span, endedAt: Date.now(), failed: false });
    return answer;
  } catch (error) {
    spans.record({ ...span, endedAt: Date.now(), failed: true });
    throw error;
  }
}

function sendAnswer(parts: CallParts, id: string, outgoing: ServerResponse, answer: Answer): void {
  const length = String(answer.byteLength);
  outgoing.writeHead(200, {
    'content-type': 'application/json',
    'content-length': length,
    ...callHeaders(parts, id),
  });
  // As a string, the body goes out in the same write as the head.
  if (answer.byteLength <= joinedBytesMax)
    outgoing.end(Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength).toString('latin1'), 'latin1');
  else outgoing.end(answer);
}

function callHeaders(parts: CallParts, id: string): Record<string, string> {
  return { ...(parts.logs.isDue(instanceDeploymentId(id)) ? { [logDueHeader]: '1' } : {}), ...stoppingHeaders(parts) };
}

function stoppingHeaders({ instances }: CallParts): Record<string, string> | undefined {
  // The server closes once the last connection has closed.
  return instances.isStopping ? { [stoppingHeader]: '1', connection: 'close' } : undefined;
}
