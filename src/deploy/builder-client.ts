// The builder by URL: the local process, or whatever answers the same contract over HTTP.
import type { z } from 'zod';
import {
  type Builder,
  BuilderError,
  builderErrorSchema,
  callAnswerSchema,
  contractHeader,
  contractVersion,
  healthSchema,
  type InstanceEvent,
  instanceEventSchema,
  instanceStatusSchema,
  limits,
  logsSchema,
} from '../contract/builder.ts';

export interface BuilderSettings {
  url: string;
  token: string;
}

const retryEveryMs = 250;

export function builderByUrl({ url, token }: BuilderSettings): Builder {
  const headers = { authorization: `Bearer ${token}`, [contractHeader]: contractVersion };

  /** Waits for a builder that is being restarted; what was sent to one that died is sent again, so every call must bear that. */
  const send = async (path: string, init: RequestInit & { replayable?: boolean } = {}): Promise<Response> => {
    const deadline = Date.now() + limits.reconnectMs;
    for (;;) {
      try {
        return await fetch(`${url}${path}`, { ...init, headers: { ...headers, ...init.headers } });
      } catch (cause) {
        if (init.body instanceof ReadableStream || Date.now() > deadline)
          throw new BuilderError('unreachable', 'The builder does not answer', [], cause);
        await new Promise((resolve) => setTimeout(resolve, retryEveryMs));
      }
    }
  };

  const sendOk = async (path: string, init?: RequestInit): Promise<Response> => {
    const response = await send(path, init);
    if (response.ok) return response;
    throw await refusalOf(response);
  };

  return {
    health: async () => parse(healthSchema, await sendOk('/health')),
    putBlob: async (sha256, body, sizeBytes) => {
      const known = body.pipeThrough(new FixedLengthStream(sizeBytes));
      await done(await sendOk(`/blobs/${sha256}`, { method: 'PUT', body: known }));
    },
    start: (id, spec) =>
      instanceEvents(() =>
        sendOk(`/instances/${id}`, {
          method: 'PUT',
          body: JSON.stringify(spec),
          headers: { 'content-type': 'application/json' },
        }),
      ),
    call: async (id, body) =>
      parse(
        callAnswerSchema,
        await sendOk(`/instances/${id}/invoke`, {
          method: 'POST',
          body,
          headers: { 'content-type': 'application/json' },
        }),
      ),
    status: async (id) => {
      const response = await send(`/instances/${id}`);
      if (response.status !== 404)
        return parse(instanceStatusSchema, response.ok ? response : await Promise.reject(await refusalOf(response)));
      await done(response);
      return undefined;
    },
    logs: async (id) => (await parse(logsSchema, await sendOk(`/instances/${id}/logs`))).lines,
    stop: async (id) => {
      const response = await send(`/instances/${id}`, { method: 'DELETE' });
      if (!response.ok && response.status !== 404) throw await refusalOf(response);
      await done(response);
    },
  };
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
  const body = builderErrorSchema.safeParse(await response.json().catch(() => undefined));
  if (!body.success) return new BuilderError('internal', `The builder answered ${response.status}`);
  const { code, message, missing } = body.data.error;
  return new BuilderError(code, message, missing);
}
