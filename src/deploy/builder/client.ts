// The builder's HTTP contract as the Worker speaks it. Where an instance's builder is, is one function: behind a URL, or in the
// container of the Durable Object that is named by the instance's id; fetches and builds go to a few more of such, named by
// what they work on. Never decides what a refusal means for a deployment.
import { ZodError, type z } from 'zod';
import {
  type Builder,
  BuilderError,
  builderErrorSchema,
  callAnswerSchema,
  contractHeader,
  contractVersion,
  type FetchedSource,
  healthSchema,
  instanceEventSchema,
  instanceStatusSchema,
  logsSchema,
  networkHeader,
  operationAnswerSchema,
} from '../../contract/builder.ts';
import { buildEventSchema } from '../../contract/builds.ts';
import { builderLimits, builderRequests } from '../../contract/limits.ts';
import { type SourceRefusal, sourceHeader, sourceRefusalSchema, sourceSchema } from '../../contract/sources.ts';

/** Brings one request to the builder that has, or shall have, this instance. Rejects when nothing answers. */
export type Send = (instanceId: string, path: string, init: RequestInit) => Promise<Response>;

const json = { 'content-type': 'application/json' };
/** What stands before a builder, a proxy or its Durable Object, answers these when the builder itself can't. */
const gatewayStatuses = [502, 503, 504];

/** One builder for all instances: the local process, or whatever answers the same contract. */
export function builderByUrl({ url, token }: { url: string; token: string }): Builder {
  return builderBy((_, path, { headers, ...init }) =>
    fetch(`${url}${path}`, { ...init, headers: { ...headers, authorization: `Bearer ${token}` } }),
  );
}

type Containers = Pick<DurableObjectNamespace, 'getByName'>;

/** A builder for each instance, and a few for all builds: their containers'. The Durable Object puts in the token, which it alone knows. */
export function builderByContainers(instances: Containers, builds: Containers): Builder {
  return builderBy((id, path, init) =>
    (isBuildHost(id) ? builds : instances).getByName(id).fetch(`http://container${path}`, init),
  );
}

/** Where builds go: the same archive to the same one, which then has what it kept. The first one fetches, too. */
const buildHosts = ['builds-0', 'builds-1'] as const;

function isBuildHost(id: string): boolean {
  return buildHosts.some((host) => host === id);
}

function buildHost(archive: string): string {
  return buildHosts[Number.parseInt(archive.slice(0, 4), 16) % buildHosts.length] ?? buildHosts[0];
}

/** How long each request may take, and whether a builder that doesn't answer is waited for. */
interface Patience {
  timeoutMs: number;
  reconnectMs: number;
}

const ordinary: Patience = { timeoutMs: builderRequests.timeoutMs, reconnectMs: builderLimits.reconnectMs };
/** Starting, joining a start, or sending what it needs. */
const starting: Patience = { ...ordinary, timeoutMs: 2 * builderLimits.startMs };
/** The builder's own limits come first: this one is for a builder that hangs. */
const calling: Patience = {
  ...ordinary,
  timeoutMs: builderLimits.readyWaitMs + builderLimits.callMs + 2 * builderLimits.hangMs,
};
/** Many may wait for their turn before it. */
const building: Patience = { ...ordinary, timeoutMs: 3 * builderLimits.buildMs };
const fetching: Patience = { ...ordinary, timeoutMs: 2 * builderLimits.fetchMs };
const stopping: Patience = { ...ordinary, timeoutMs: 2 * builderLimits.stopGraceMs };
/** For what is only shown. */
const glance: Patience = { timeoutMs: builderRequests.statusMs, reconnectMs: 0 };

function builderBy(send: Send): Builder {
  const request: Request = (id, path, init, patience, read) => sendPatiently(send, id, path, init, patience, read);
  return {
    putBlob: async (id, sha256, body, sizeBytes) => {
      const known = body.pipeThrough(new FixedLengthStream(sizeBytes));
      const patience = { ...starting, timeoutMs: starting.timeoutMs + sizeBytes / builderRequests.uploadBytesPerMs };
      await request(id, `/blobs/${sha256}`, { method: 'PUT', body: known }, patience, done);
    },
    getBlob: (id, sha256) =>
      unlessGone(request(id, `/blobs/${sha256}`, {}, { ...starting, timeoutMs: building.timeoutMs }, bodyOf)),
    start: (id, spec) => {
      const network = spec.runtime === 'executable' && spec.network ? { [networkHeader]: 'granted' } : {};
      const init = { method: 'PUT', body: JSON.stringify(spec), headers: { ...json, ...network } };
      return events(instanceEventSchema, () => request(id, `/instances/${id}`, init, starting, bodyOf));
    },
    call: (id, body) =>
      request(
        id,
        `/instances/${id}/invoke`,
        { method: 'POST', body, headers: json },
        calling,
        jsonBy(callAnswerSchema),
      ),
    operate: (id, body) =>
      request(
        id,
        `/instances/${id}/invoke`,
        { method: 'POST', body, headers: json },
        calling,
        jsonBy(operationAnswerSchema),
      ),
    status: (id) => unlessGone(request(id, `/instances/${id}`, {}, glance, jsonBy(instanceStatusSchema))),
    logs: (id, after = '') => {
      const path = `/instances/${id}/logs?after=${encodeURIComponent(after)}`;
      return unlessGone(request(id, path, {}, ordinary, jsonBy(logsSchema)));
    },
    stop: async (id) => {
      await unlessGone(request(id, `/instances/${id}`, { method: 'DELETE' }, stopping, done));
    },
    capabilities: async () =>
      (await request(buildHosts[0], '/health', {}, ordinary, jsonBy(healthSchema))).capabilities,
    fetchSource: (source) => {
      const init = { method: 'POST', body: JSON.stringify(source), headers: json };
      return request(buildHosts[0], '/sources', init, fetching, fetchedSource);
    },
    buildHost,
    build: (spec) => {
      const init = { method: 'POST', body: JSON.stringify(spec), headers: json };
      return events(buildEventSchema, () => request(buildHost(spec.archive), '/builds', init, building, bodyOf));
    },
    deleteData: async (id, name) => {
      try {
        await unlessGone(request(id, `/data/${name}`, { method: 'DELETE' }, ordinary, done));
        return true;
      } catch (error) {
        if (error instanceof BuilderError && error.code === 'data-in-use') return false;
        throw error;
      }
    },
  };
}

type Request = <Result>(
  id: string,
  path: string,
  init: RequestInit,
  patience: Patience,
  read: (response: Response) => Promise<Result>,
) => Promise<Result>;

/** Waits for a builder that is being restarted; what was sent to one that died is sent again, so every call must bear that. */
async function sendPatiently<Result>(
  send: Send,
  id: string,
  path: string,
  init: RequestInit,
  { timeoutMs, reconnectMs }: Patience,
  read: (response: Response) => Promise<Result>,
): Promise<Result> {
  const deadline = Date.now() + reconnectMs;
  for (;;) {
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const response = await send(id, path, {
        ...init,
        signal,
        headers: { ...init.headers, [contractHeader]: contractVersion },
      });
      if (response.ok) return await read(response);
      throw await refusalOf(response);
    } catch (cause) {
      if (cause instanceof BuilderError || cause instanceof ZodError) throw cause;
      if (signal.aborted)
        throw new BuilderError('unreachable', `The builder gave no answer within ${timeoutMs / 1000} s`, [], cause);
      if (init.body instanceof ReadableStream || Date.now() >= deadline)
        throw new BuilderError('unreachable', 'The builder does not answer', [], cause);
      await new Promise((resolve) => setTimeout(resolve, builderRequests.retryEveryMs));
    }
  }
}

async function unlessGone<Result>(answer: Promise<Result>): Promise<Result | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof BuilderError && (error.code === 'instance-gone' || error.code === 'not-found'))
      return undefined;
    throw error;
  }
}

/** NDJSON, each line of it checked. */
async function* events<Event>(
  schema: z.ZodType<Event>,
  open: () => Promise<ReadableStream<Uint8Array>>,
): AsyncGenerator<Event> {
  let rest = '';
  for await (const text of (await open()).pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') yield schema.parse(JSON.parse(line));
  }
}

async function bodyOf(response: Response): Promise<ReadableStream<Uint8Array>> {
  if (!response.body) throw new BuilderError('internal', 'The builder answered without a body');
  return response.body;
}

async function fetchedSource(response: Response): Promise<FetchedSource | SourceRefusal> {
  const source = response.headers.get(sourceHeader);
  if (source === null) return sourceRefusalSchema.parse(await response.json());
  return { source: sourceSchema.parse(JSON.parse(source)), archive: await bodyOf(response) };
}

function jsonBy<Output>(schema: z.ZodType<Output>): (response: Response) => Promise<Output> {
  return async (response) => schema.parse(await response.json());
}

async function done(response: Response): Promise<void> {
  await response.body?.cancel();
}

async function refusalOf(response: Response): Promise<BuilderError> {
  const text = await response.text().catch(() => '');
  const body = builderErrorSchema.safeParse(parseJson(text));
  if (body.success) {
    const { code, message, missing } = body.data.error;
    return new BuilderError(code, message, missing);
  }
  return gatewayStatuses.includes(response.status)
    ? new BuilderError('unreachable', `The builder cannot be reached (${response.status}): ${text.slice(0, 200)}`)
    : new BuilderError('internal', `The builder answered ${response.status}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
