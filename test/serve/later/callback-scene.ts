// Later calls whose results are sent to a receiver.
import { env } from 'cloudflare:workers';
import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { systemClock } from '../../../src/core/clock.ts';
import { idSource } from '../../../src/core/ids.ts';
import { laterCallRows } from '../../../src/db/schema/calls.ts';
import { deliverCallbacks } from '../../../src/serve/later/callbacks/deliver.ts';
import { clockAt, testApp } from '../../support/deps.ts';
import { type Answer, fakeReceiver, received } from '../../support/fake-receiver.ts';
import { newLaterCall } from '../../support/scenes/authorization-world.ts';
import { organization } from '../../support/scenes/organization.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';

export const url = 'https://hooks.example.com/results';

export const ids = idSource(systemClock.now);

export const rotatedModel = z.object({ secret: z.string(), previous_valid_until: z.string().nullable() });

/** Creates an organization with a callback secret and a receiver. Callbacks are sent only when the test triggers them. */
export async function scene(answer: Answer = received) {
  const clock = clockAt(Math.floor(Date.now() / 1000) * 1000);
  const receiver = fakeReceiver(answer);
  const { queues } = losingQueues();
  const app = testApp({ clock, queues, fetch: receiver.fetch });
  const org = await organization({ fetch: app.fetch });
  const rotate = async (body?: object) =>
    rotatedModel.parse((await org.post(`/v1/namespaces/${org.namespaceId}/callback-secret`, body)).body);
  const { secret } = await rotate();
  const deps = app.deps;
  return { org, clock, receiver, deps, secret, rotate };
}

type Scene = Awaited<ReturnType<typeof scene>>;

/** Creates an ended call with a result, whose callback is due. */
export async function ended({ clock, deps, org }: Scene, result: unknown = { words: 3 }) {
  const id = await newLaterCall(org);
  const answer = { status: 'success', result, duration_ms: 1 };
  await env.ARCHIVES.put(`later-calls/${id}/answer-1`, JSON.stringify(answer));
  const now = clock.now();
  const end = { status: 'succeeded', runs: 1, endedAt: now, callbackUrl: url, callbackAt: now } as const;
  await deps.db.update(laterCallRows).set(end).where(sql`${laterCallRows.id} = ${id}`);
  return id;
}

export const callbackOf = async ({ org }: Scene, id: string) =>
  Object((await org.get(`/v1/calls/${id}`)).body).callback;

export const last = ({ receiver }: Scene) =>
  z.object({ body: z.string(), headers: z.record(z.string(), z.string()) }).parse(receiver.calls.at(-1));

export const send = ({ deps }: Scene) => deliverCallbacks(deps, ids('call'));
