// Serves `POST /egress` directly on Node's objects without a framework, because each call to a Ray cluster uses it.
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import { type EgressAnswer, egressHeader, egressRequestSchema } from '../../../src/contract/builder/egress.ts';
import { stoppingHeader } from '../../../src/contract/builder/instances.ts';
import { egressRequestBytes } from '../../../src/contract/limits/egress.ts';
import type { Log } from '../../../src/core/log.ts';
import type { Egress } from '../egress/egress.ts';
import type { Instances } from '../instances/instances.ts';
import { jsonHeaders, toFailure } from './failure.ts';
import { type Guard, refuseOthers } from './guard.ts';
import { jsonLineBody } from './json-body.ts';

export interface EgressParts {
  guard: Guard;
  egress: Egress;
  /** If set, the builder works only for this organization. */
  organization: string | undefined;
  instances: Pick<Instances, 'isStopping'>;
  log: Log;
}

/** Returns a listener that passes all other requests on, and also rejected ones, whose body it doesn't read. */
export function withEgress(parts: EgressParts, others: RequestListener): RequestListener {
  return (incoming, outgoing) => {
    const isEgress = incoming.method === 'POST' && incoming.url === '/egress';
    if (!isEgress || parts.guard(incoming.headers)) others(incoming, outgoing);
    else void serveEgress(parts, incoming, outgoing);
  };
}

async function serveEgress(parts: EgressParts, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  try {
    await passOn(parts, incoming, outgoing);
  } catch (error) {
    const { status, headers, body } = toFailure(error, parts.log);
    // An unread body would be parsed as the connection's next request, or block that request.
    const close = incoming.complete ? {} : { connection: 'close' };
    outgoing.writeHead(status, { ...headers, ...close, ...stoppingHeaders(parts) }).end(body);
  }
}

async function passOn(parts: EgressParts, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const read = await jsonLineBody(incoming, egressRequestSchema, 'egress request', egressRequestBytes);
  refuseOthers(parts.organization, read.line);
  const closed = new AbortController();
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) closed.abort();
  });
  const egressed = await parts.egress.send({ ...read.line, body: read.rest }, closed.signal);
  if ('refused' in egressed) {
    outgoing.writeHead(200, { ...jsonHeaders, ...stoppingHeaders(parts) }).end(JSON.stringify(egressed));
    return;
  }
  const { answer, body } = egressed;
  const headers = { 'content-type': 'application/octet-stream', [egressHeader]: asciiJson(answer) };
  outgoing.writeHead(200, { ...headers, ...lengthHeader(answer), ...stoppingHeaders(parts) });
  // An error closes the connection to the Worker, whose response then ends early.
  pipeline(body, outgoing, () => {});
}

/** A response with one of these statuses has no body, even if it states a length. */
const bodiless = [204, 304];

function lengthHeader({ headers, status }: EgressAnswer): Record<string, string> {
  const length = headers['content-length'];
  return length === undefined || bodiless.includes(status) ? {} : { 'content-length': length };
}

function stoppingHeaders({ instances }: EgressParts): Record<string, string> {
  // The server closes once the last connection has closed.
  return instances.isStopping ? { [stoppingHeader]: '1', connection: 'close' } : {};
}

/** Returns the value as ASCII-only JSON, for a header. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
