// A live plugin whose database can be lost.
import { env } from 'cloudflare:workers';
import { database } from '../../src/db/client.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import { laggingD1 } from '../support/database/lagging-d1.ts';
import { pausedD1 } from '../support/database/paused-d1.ts';
import { countedD1 } from '../support/database/round-trips.ts';
import { clockAt, type TestApp, type TestClock, testApp } from '../support/deps.ts';
import { plugin } from '../support/plugins/plugin.ts';
import { publish } from '../support/plugins/publish.ts';
import { type Organization, organization } from '../support/scenes/organization.ts';
import { losingQueues } from '../support/workers/losing-queues.ts';

const version = 'hello_ext_1_0_0';

export const seconds = 1000;

interface Live {
  app: TestApp;
  clock: TestClock;
  org: Organization;
}

/** Returns an isolate with a stopped clock that publishes and deploys a plugin. */
export async function live(): Promise<Live> {
  const clock = clockAt(Date.parse('2026-11-20T12:00:00Z'));
  const app = testApp({ clock, queues: losingQueues().queues });
  const org = await organization({ fetch: app.fetch });
  await publish(org, plugin({ realtime: true }));
  const { body } = await org.post(`${org.plugins}/${version}/deploy`);
  await advanceDeployment(app.deps, Object(body).deployment_id);
  return { app, clock, org };
}

interface Called {
  status: number;
  type: unknown;
  retryAfter: string | null;
}

/** Calls the plugin in an isolate, and waits for the work after the response. */
export async function call(l: Live, app: TestApp, key = l.org.key): Promise<Called> {
  const called = await answerOf(l, app, key);
  await app.settled();
  return called;
}

export async function answerOf({ org }: Live, app: TestApp, key = org.key): Promise<Called> {
  const request = new Request(`http://slipway.test${org.plugins}/${version}/realtime/test`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ inputs: { text: 'hello' } }),
  });
  const response = await app.fetch(request);
  const body: unknown = await response.json();
  const { status, headers } = response;
  return { status, type: Object(body).error?.type ?? Object(body).status, retryAfter: headers.get('retry-after') };
}

/** Returns an isolate whose database can be made unavailable. */
export function losing({ clock }: Live) {
  const state = { lost: false, hangs: Promise.resolve(), starts: 0, trips: 0 };
  const db = database(
    pausedD1(env.DB, async () => {
      state.trips += 1;
      if (state.lost) throw new Error('D1_ERROR: Network connection lost');
      await state.hangs;
    }),
  );
  /** Makes the database hang until the returned function is called. After that, pending queries fail or are answered. */
  const hang = (isLost = true) => {
    const hung = Promise.withResolvers<void>();
    state.hangs = hung.promise;
    hung.promise.catch(() => {});
    return () => {
      state.hangs = Promise.resolve();
      if (isLost) hung.reject(new Error('D1_ERROR: Network connection lost'));
      else hung.resolve();
    };
  };
  const { deps } = testApp();
  const builder: typeof deps.builder = {
    ...deps.builder,
    start: (id, spec) => {
      state.starts += 1;
      return deps.builder.start(id, spec);
    },
  };
  return { state, hang, app: testApp({ clock, db, builder, queues: losingQueues().queues }) };
}

export const answered = { status: 200, type: 'success', retryAfter: null };

export const unavailable = { status: 503, type: 'ServiceUnavailableError', retryAfter: '5' };

/** Returns an isolate near a stalled replica, and counts its round trips to the primary. */
export function near({ clock }: Live) {
  const replica = laggingD1(env.DB);
  const primary = countedD1(env.DB);
  const nearest = () => database(replica.db);
  const db = database(primary.db);
  return { app: testApp({ clock, db, nearest, queues: losingQueues().queues }), primary, replica };
}

export const changes: [what: string, change: (org: Organization) => Promise<unknown>, status: number][] = [
  ['undeployed', (org) => org.post(`${org.plugins}/${version}/undeploy`), 400],
  ['deleted', (org) => org.del(`${org.plugins}/${version}?force=true`), 404],
  [
    'whose key is revoked',
    async (org) => {
      const { body } = await org.get('/v1/keys/self');
      await org.del(`/v1/keys/${Object(body).key_id}?allow_last=true`);
    },
    401,
  ],
];
