// Explains every statement of every operation, of the sweep and of the queue's consumers: none reads a growing table from its beginning
// to its end (design §9a). The requests are those of the authorization matrix, which has a row for every operation.
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { database } from '../../src/db/client.ts';
import { optimizeDatabase } from '../../src/registry/storage/optimize.ts';
import { rescan } from '../../src/scan-host/rescan.ts';
import { sweepSteps } from '../../src/sweep.ts';
import { world } from '../support/authorization-world.ts';
import { clientOf } from '../support/client.ts';
import { clockAt, testApp } from '../support/deps.ts';
import { losingQueues } from '../support/losing-queues.ts';
import { adminAuthorization } from '../support/organization.ts';
import { collectedD1, scansOf } from '../support/query-plans.ts';
import { addressOf, matrix } from './authorization-matrix.ts';

/** Scans that are meant, by the beginning of their plan, each with the reason why it ends early. */
const meant: { plan: string; sql: RegExp }[] = [
  // A page of all organizations, for the operator, in the order of the primary key.
  { plan: 'SCAN organizations', sql: /order by "organizations"\."id" asc limit/ },
  // A page of all agent plugins, which all agents share, in the order of the primary key.
  { plan: 'SCAN agent_artifacts', sql: /order by "agent_artifacts"\."id" desc limit/ },
  // A plugin is never deleted, so that no row is looked for that refers to it.
  { plan: 'SCAN ', sql: /^insert into "plugins" / },
  // Releases of the last three days.
  { plan: 'SCAN released_archives', sql: /^delete from "released_archives"/ },
  // No object of the page is findings of a scan.
  { plan: 'SCAN scans', sql: /where \(false and/ },
  // Rescans in progress: a row for each organization whose policy changed a moment ago.
  { plan: 'SCAN rescans', sql: /select distinct "organization_id" from "rescans"/ },
];

test('no statement scans a growing table', async () => {
  const { db, statements } = collectedD1(env.DB);
  const { queues } = losingQueues();
  const clock = clockAt(Date.now());
  const app = testApp({ db: database(db), clock, queues });
  const own = await world('planned', app.fetch);
  const operator = clientOf(adminAuthorization, app.fetch);
  for (const [number, [operation, row]] of Object.entries(matrix).entries()) {
    const fresh = await row.ready?.(own, `plan_${number}`);
    const { method, path } = addressOf(operation, row, { ...own.ids, ...fresh?.ids });
    await (row.scope === 'admin' ? operator : own.org).send(method, path, fresh?.sent ?? row.sent);
  }
  const filters = ['/v1/events?type=waiver.', '/v1/events?type=version.published', '/v1/keys?status=active'];
  for (const path of filters) expect((await own.org.get(path)).status, path).toBe(200);
  await app.settled();
  clock.advance(60_000);
  // With statistics of small tables, SQLite would rightly scan them.
  for (const step of sweepSteps) if (step !== optimizeDatabase) await step(app.deps);
  await rescan(app.deps, own.org.id);
  const scans = await scansOf(statements);
  const unexpected = scans.filter(
    ({ plan, sql }) => !meant.some((one) => plan.startsWith(one.plan) && one.sql.test(sql)),
  );
  expect(statements.size).toBeGreaterThan(200);
  expect(unexpected).toEqual([]);
}, 240_000);
