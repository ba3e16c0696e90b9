// Tests when the store is listed: once an hour until everything has been listed, and immediately where an upload may arrive.
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { sweepLimits } from '../../src/contract/limits/leases.ts';
import { database } from '../../src/db/client.ts';
import { storeSweeps } from '../../src/db/schema/registry.ts';
import type { Deps } from '../../src/deps.ts';
import { features } from '../../src/features.ts';
import { sweep } from '../../src/sweep.ts';
import { countedRows, countRows, noRows } from '../support/database/d1-rows.ts';
import { pausedD1 } from '../support/database/paused-d1.ts';
import { clockAt, testApp } from '../support/deps.ts';
import { plugin } from '../support/plugins/plugin.ts';
import { openUpload, publish } from '../support/plugins/publish.ts';
import { organization } from '../support/scenes/organization.ts';
import { losingQueues } from '../support/workers/losing-queues.ts';

const hour = 3_600_000;
const folders = 7 + features.flatMap((feature) => feature.folders ?? []).length;

countRows(env.DB);

/** The builder is shared, so instances from other files may have printed lines, which each sweep stores. */
function silentBuilder(): Deps['builder'] {
  return { ...testApp().deps.builder, logSources: async () => [] };
}

/** Returns functions that sweep and count how often the store is listed. */
async function sweeping() {
  const clock = clockAt(Date.parse('2030-01-01T00:00:00Z'));
  const listed: string[] = [];
  const state = { down: false };
  const list = async ({ prefix = '', ...options }: R2ListOptions = {}) => {
    if (state.down) throw new Error('the store is unavailable');
    listed.push(prefix);
    return env.ARCHIVES.list({ prefix, ...options });
  };
  const blobs = new Proxy(env.ARCHIVES, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (name === 'list') return list;
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
  await database(env.DB).delete(storeSweeps);
  const app = testApp({ clock, blobs, builder: silentBuilder(), queues: losingQueues().queues });
  const lists = async () => {
    listed.length = 0;
    await sweep(app.deps);
    return listed.length;
  };
  return { ...app, clock, lists, listed, state };
}

test('the store is listed once an hour', async () => {
  const { clock, lists } = await sweeping();
  const counts = [await lists(), await lists()];
  clock.advance(hour - 1);
  counts.push(await lists());
  clock.advance(1);
  counts.push(await lists());
  expect(counts).toEqual([folders, 0, 0, folders]);
});

test('the store is listed again by the next sweep if a listing has failed', async () => {
  const { lists, state } = await sweeping();
  state.down = true;
  expect(await lists()).toBe(0);
  state.down = false;
  expect([await lists(), await lists()]).toEqual([folders, 0]);
});

test('every sweep lists the store until it reaches the last page', async () => {
  const { deps, lists } = await sweeping();
  await lists();
  await deps.db
    .insert(storeSweeps)
    .values({ prefix: 'findings/', lastKey: 'findings/a' })
    .onConflictDoUpdate({ target: storeSweeps.prefix, set: { lastKey: 'findings/a' } });
  expect([await lists(), await lists()]).toEqual([folders, 0]);
});

/** Wraps D1 to report each statement that it is about to prepare. */
function statementsOf(real: D1Database, preparing: (statement: string) => void): D1Database {
  return new Proxy(real, {
    get(target, name) {
      const value = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]): unknown => {
        if (name === 'prepare') preparing(String(args[0]));
        return Reflect.apply(value, target, args);
      };
    },
  });
}

test('a walk through installed plugins that fails in the first sweep of an hour restarts in the next sweep', async () => {
  const { clock } = await sweeping();
  const state = { fails: true, walks: 0 };
  const d1 = statementsOf(env.DB, (statement) => {
    if (!/'storage'\) and "plugin_versions"\."id" > \?/.test(statement)) return;
    state.walks += 1;
    if (state.fails) throw new Error('D1_ERROR: D1 DB is overloaded.');
  });
  const { deps } = testApp({ clock, db: database(d1), queues: losingQueues().queues });
  await sweep(deps);
  state.fails = false;
  for (let sweeps = 0; sweeps < 2; sweeps++) await sweep(deps);
  expect(state.walks).toBe(2);
});

test('every sweep lists the uploads folder while an upload URL may still exist', async () => {
  const { clock, fetch, lists, listed } = await sweeping();
  await lists();
  await openUpload(await organization({ fetch }), { name: 'hello_ext' });
  await lists();
  expect(listed).toEqual(['uploads/']);
  clock.advance(sweepLimits.uploadsListedMs);
  await lists();
  clock.advance(1);
  expect(await lists()).toBe(0);
});

test('an idle sweep makes one database round trip, reads at most 300 rows and lists nothing', async () => {
  const { clock } = await sweeping();
  const { deps, fetch } = testApp({ clock, queues: losingQueues().queues });
  await publish(await organization({ fetch }), plugin({ name: 'idle_ext' }));
  clock.advance(25 * hour);
  for (let sweeps = 0; sweeps < 3; sweeps++) await sweep(deps);
  const used: string[] = [];
  const blobs = new Proxy(env.ARCHIVES, {
    get(target, name) {
      used.push(String(name));
      return Reflect.get(target, name);
    },
  });
  const idle = testApp({
    clock,
    db: database(env.DB),
    blobs,
    builder: silentBuilder(),
    queues: losingQueues().queues,
  });
  const counts = noRows();
  await countedRows(counts, () => sweep(idle.deps));
  expect({ trips: counts.trips, used }).toEqual({ trips: 1, used: [] });
  expect(counts.read).toBeLessThanOrEqual(300);
  console.info(JSON.stringify(counts));
});

test('a sweep tries every step if the database cannot say which are due', async () => {
  const { clock, lists } = await sweeping();
  await lists();
  const lost: string[] = [];
  const log = {
    info: () => {},
    warn: () => {},
    error: (_: string, fields?: object) => void lost.push(Object(fields).sweep),
  };
  const db = database(pausedD1(env.DB, () => Promise.reject(new Error('Network connection lost.'))));
  const { deps } = testApp({ clock, db, log, queues: losingQueues().queues });
  await sweep(deps);
  expect(lost).toEqual(expect.arrayContaining(['chooseSteps', 'sweepDeployments', 'sweepUploads', 'collectStore']));
});
