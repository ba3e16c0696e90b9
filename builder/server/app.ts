// The builder's HTTP surface: every route of the contract, each one call into the builder and an answer.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import {
  type Abilities,
  contractHeader,
  contractVersion,
  type Health,
  type InstanceEvent,
  instanceSpecSchema,
} from '../../src/contract/builder.ts';
import { sha256Text } from '../../src/contract/digests.ts';
import type { Log } from '../../src/core/log.ts';
import type { Blobs } from './blobs.ts';
import { readBody, refuseAnnounced } from './body.ts';
import type { Instances } from './instances.ts';
import { Refusal } from './refusal.ts';
import type { Limits } from './settings.ts';

export interface BuilderParts {
  token: string;
  pythonVersion: string;
  limits: Limits;
  blobs: Blobs;
  instances: Instances;
  abilities: Abilities;
  log: Log;
}

type Env = { Bindings: HttpBindings };

/** A spec is names and digests; its dependencies are its longest part. */
const specBytesMax = 1024 * 1024;
const retryAfterSeconds = '1';
const jsonHeaders = { 'content-type': 'application/json' };

export function createApp(parts: BuilderParts): Hono<Env> {
  const { blobs, instances, limits } = parts;
  const app = new Hono<Env>();
  app.onError((error) => refused(error, parts.log));
  app.notFound(() => refused(new Refusal('not-found', 'there is no such route'), parts.log));
  app.use(guard(parts.token));

  app.get('/health', (c) => {
    const health: Health = {
      status: 'ok',
      contract: contractVersion,
      python: parts.pythonVersion,
      instances: instances.activeCount,
      abilities: parts.abilities,
    };
    return c.json(health);
  });

  app.put('/blobs/:sha256', async (c) => {
    const digest = sha256Text.safeParse(c.req.param('sha256'));
    if (!digest.success) throw new Refusal('invalid-request', 'a blob is named by its SHA-256');
    refuseAnnounced(c.env.incoming, limits.blobBytes);
    await blobs.put(digest.data, c.env.incoming, limits.blobBytes);
    return c.body(null, 204);
  });

  app.put('/instances/:id', async (c) => {
    const spec = instanceSpecSchema.safeParse(parseJson(await readBody(c.env.incoming, specBytesMax)));
    if (!spec.success) throw new Refusal('invalid-request', `not an instance's spec: ${spec.error.issues[0]?.message}`);
    const instance = await instances.ensure(c.req.param('id'), spec.data);
    return new Response(ndjson(instance.follow()), { headers: { 'content-type': 'application/x-ndjson' } });
  });

  app.get('/instances/:id', (c) => c.json(instances.get(c.req.param('id')).status()));

  app.get('/instances/:id/logs', (c) => c.json(instances.get(c.req.param('id')).logs(c.req.query('after') ?? '')));

  app.post('/instances/:id/invoke', async (c: Context<Env, '/instances/:id/invoke'>) => {
    const instance = instances.get(c.req.param('id'));
    const answer = await instance.call(await readBody(c.env.incoming, limits.callBytes));
    return new Response(answer, { headers: jsonHeaders });
  });

  app.delete('/instances/:id', async (c) => {
    await instances.stop(c.req.param('id'), limits.drainMs);
    return c.body(null, 204);
  });
  return app;
}

/** The token before the version, and both before a byte of the body is read. */
function guard(token: string) {
  const expected = digest(`Bearer ${token}`);
  return async (c: Context<Env>, next: () => Promise<void>) => {
    // Both are hashed, so that neither their lengths nor how far they agree shows in the time it takes.
    if (!timingSafeEqual(digest(c.env.incoming.headers.authorization ?? ''), expected)) {
      throw new Refusal('unauthorized', 'send `authorization: Bearer <the shared secret>`');
    }
    const version = c.env.incoming.headers[contractHeader];
    if (version !== contractVersion) {
      const sent = version === undefined ? 'none' : JSON.stringify(version);
      throw new Refusal(
        'contract-mismatch',
        `this builder speaks version ${contractVersion}, ${contractHeader} says ${sent}`,
      );
    }
    await next();
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function refused(error: unknown, log: Log): Response {
  let refusal: Refusal;
  if (error instanceof Refusal) {
    refusal = error;
  } else {
    log.error('builder.failed', { cause: error });
    refusal = new Refusal('internal', 'the builder failed; its log says why');
  }
  const headers = refusal.status === 503 ? { ...jsonHeaders, 'retry-after': retryAfterSeconds } : jsonHeaders;
  return new Response(JSON.stringify(refusal.body()), { status: refusal.status, headers });
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new Refusal('invalid-request', 'the body is not JSON');
  }
}

function ndjson(events: AsyncGenerator<InstanceEvent>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    pull: async (controller) => {
      const { done, value } = await events.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(`${JSON.stringify(value)}\n`));
    },
    cancel: async () => {
      await events.return(undefined);
    },
  });
}
