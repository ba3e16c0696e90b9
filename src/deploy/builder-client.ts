// The builder's HTTP contract as the Worker speaks it. Where an instance's builder is, is one function: behind a URL, or in the
// container of the Durable Object that is named by the instance's id. Never decides what a refusal means for a deployment.
import type { z } from 'zod';
import {
  type Builder,
  BuilderError,
  builderErrorSchema,
  callAnswerSchema,
  contractHeader,
  contractVersion,
  type InstanceEvent,
  instanceEventSchema,
  instanceStatusSchema,
  limits,
  logsSchema,
} from '../contract/builder.ts';

/** Brings one request to the builder that has, or shall have, this instance. Rejects when nothing answers. */
export type Send = (instanceId: string, path: string, init: RequestInit) => Promise<Response>;

const retryEveryMs = 250;
const json = { 'content-type': 'application/json' };
/** What stands before a builder, a proxy or its Durable Object, answers these when the builder itself can't. */
const gatewayStatuses = [502, 503, 504];

/** One builder for all instances: the local process, or whatever answers the same contract. */
export function builderByUrl({ url, token }: { url: string; token: string }): Builder {
  return builderBy((_, path, { headers, ...init }) =>
    fetch(`${url}${path}`, { ...init, headers: { ...headers, authorization: `Bearer ${token}` } }),
  );
}

/** A builder for each instance: its container's. The Durable Object puts in the token, which it alone knows. */
export function builderByContainers(containers: Pick<DurableObjectNamespace, 'getByName'>): Builder {
  return builderBy((id, path, init) => containers.getByName(id).fetch(`http://container${path}`, init));
}

function builderBy(send: Send): Builder {
  const sendOk = async (id: string, path: string, init?: RequestInit): Promise<Response> => {
    const response = await sendPatiently(send, id, path, init);
    if (response.ok) return response;
    throw await refusalOf(response);
  };

  return {
    putBlob: async (id, sha256, body, sizeBytes) => {
      const known = body.pipeThrough(new FixedLengthStream(sizeBytes));
      await done(await sendOk(id, `/blobs/${sha256}`, { method: 'PUT', body: known }));
    },
    start: (id, spec) =>
      instanceEvents(() =>
        sendOk(id, `/instances/${id}`, { method: 'PUT', body: JSON.stringify(spec), headers: json }),
      ),
    call: async (id, body) =>
      parse(callAnswerSchema, await sendOk(id, `/instances/${id}/invoke`, { method: 'POST', body, headers: json })),
    status: async (id) => {
      const response = await sendPatiently(send, id, `/instances/${id}`);
      if (response.status !== 404)
        return parse(instanceStatusSchema, response.ok ? response : await Promise.reject(await refusalOf(response)));
      await done(response);
      return undefined;
    },
    logs: async (id) => (await parse(logsSchema, await sendOk(id, `/instances/${id}/logs`))).lines,
    stop: async (id) => {
      const response = await sendPatiently(send, id, `/instances/${id}`, { method: 'DELETE' });
      if (!response.ok && response.status !== 404) throw await refusalOf(response);
      await done(response);
    },
  };
}

/** Waits for a builder that is being restarted; what was sent to one that died is sent again, so every call must bear that. */
async function sendPatiently(send: Send, id: string, path: string, init: RequestInit = {}): Promise<Response> {
  const deadline = Date.now() + limits.reconnectMs;
  for (;;) {
    try {
      return await send(id, path, { ...init, headers: { ...init.headers, [contractHeader]: contractVersion } });
    } catch (cause) {
      if (init.body instanceof ReadableStream || Date.now() > deadline)
        throw new BuilderError('unreachable', 'The builder does not answer', [], cause);
      await new Promise((resolve) => setTimeout(resolve, retryEveryMs));
    }
  }
}

async function* instanceEvents(start: () => Promise<Response>): AsyncGenerator<InstanceEvent> {
  const response = await start();
  if (!response.body) throw new BuilderError('internal', 'The builder answered a start without events');
  let rest = '';
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') yield instanceEventSchema.parse(JSON.parse(line));
  }
}

async function parse<Output>(schema: z.ZodType<Output>, response: Response): Promise<Output> {
  return schema.parse(await response.json());
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
