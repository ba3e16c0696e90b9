// Selects how long the oldest due work of each kind has waited without a worker. Each query reads the first row of an index.
import { type SQL, sql } from 'drizzle-orm';
import { qualified } from '../db/client.ts';
import { isUnleased } from '../db/lease.ts';
import { laterCallRows } from '../db/schema/calls.ts';
import { deployments, isUnfinished } from '../db/schema/deploy.ts';
import { events, outbox, progress } from '../db/schema/events.ts';
import { uploads } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';

type Since = SQL<number | null>;

/** Selects one row. If a kind's time is null or in the future, nothing of that kind is due. */
export function selectWaitingSince({ db, clock, features }: Pick<Deps, 'db' | 'clock' | 'features'>) {
  const now = clock.now();
  const ofFeatures = features.flatMap(({ waiting = {} }) => Object.entries(waiting));
  return db
    .select({
      outbox: qualified(unsent).as('since_outbox'),
      uploads: qualified(unclaimedUpload(now)).as('since_uploads'),
      deployments: qualified(unclaimedDeployment(now)).as('since_deployments'),
      stops: qualified(unstopped).as('since_stops'),
      laterCalls: qualified(unrunCall(now)).as('since_later_calls'),
      sealing: qualified(behind('sealing')).as('since_sealing'),
      ...Object.fromEntries(ofFeatures.map(([name, since]) => [name, qualified(since(now)).as(`since_${name}`)])),
    })
    .from(sql`(select 1)`);
}

const unsent: Since = sql`(select ${outbox.dueAt} from ${outbox} where ${outbox.sentAt} is null order by ${outbox.dueAt} limit 1)`;

function unclaimedUpload(now: number): Since {
  return sql`(select ${uploads.updatedAt} from ${uploads} where ${uploads.status} = 'confirming' and ${isUnleased(uploads, now)}
    order by ${uploads.updatedAt} limit 1)`;
}

function unclaimedDeployment(now: number): Since {
  const { nextAttemptAt, updatedAt } = deployments;
  const isDue = sql`(${nextAttemptAt} is null or ${nextAttemptAt} <= ${now})`;
  return sql`(select coalesce(${nextAttemptAt}, ${updatedAt}) from ${deployments}
    where ${isUnfinished()} and ${isUnleased(deployments, now)} and ${isDue} order by ${updatedAt} limit 1)`;
}

const unstopped: Since = sql`(select ${deployments.stopAfter} from ${deployments}
  where ${deployments.instanceStoppedAt} is null and ${deployments.stopAfter} is not null order by ${deployments.stopAfter} limit 1)`;

/** SQL: when the call that expires first was due. */
function unrunCall(now: number): Since {
  const { dueAt, expiresAt, status } = laterCallRows;
  return sql`(select ${dueAt} from ${laterCallRows} where ${status} = 'queued' and ${dueAt} <= ${now} order by ${expiresAt} limit 1)`;
}

/** SQL: the time of the first event that this walk has not reached. */
export function behind(work: typeof progress.$inferSelect.work): Since {
  const done = sql`coalesce((select ${progress.seq} from ${progress} where ${progress.work} = ${work}), 0)`;
  return sql`(select ${events.createdAt} from ${events} where ${events.seq} > ${done} order by ${events.seq} limit 1)`;
}
