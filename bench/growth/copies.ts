// Adds rows to a stopped database through SQL, where the real way takes an identity provider, or days: members who joined, and the call
// counts of a day as the Worker and its retention leave them.
import { DatabaseSync } from 'node:sqlite';
import { traffic } from '../../src/contract/limits/traffic.ts';
import { countToNumbers, dayAt, dayMs, emptyCount, hourMs } from '../../src/contract/traffic.ts';
import { added, type Sizes, sizesOfFile } from './sizes.ts';

interface Copied {
  name: string;
  units: number;
  left: Sizes;
}

const plugins = 20;
const members = 1000;

function measured(file: string, name: string, units: number, change: (db: DatabaseSync) => void): Copied {
  const before = sizesOfFile(file);
  const db = new DatabaseSync(file);
  db.exec('begin');
  change(db);
  db.exec('commit');
  db.exec('pragma wal_checkpoint(truncate)');
  db.close();
  return { name, units, left: added(before, sizesOfFile(file)) };
}

/** A person, a membership, the event, and a browser session with its key. The invitation is measured separately. */
export function copyMembers(file: string, organizationId: string): Copied {
  const id = (prefix: string) => `'${prefix}_1' || printf('%025d', i)`;
  const now = Date.now();
  const by = `json_object('type', 'person', 'id', ${id('per')}, 'name', 'Person ' || i)`;
  return measured(file, 'a member who joined and is signed in', members, (db) => {
    db.exec(`create temp table n (i integer primary key);
      insert into n with recursive c(i) as (select 1 union all select i + 1 from c where i < ${members}) select i from c;
      insert into issuers (id, name, purpose, url, client_id, created_by, created_at)
        values ('iss_10000000000000000000000001', 'growth', 'people', 'https://id.example.com', 'slipway', '{"type":"system","id":"system"}', ${now});
      insert into people select ${id('per')}, 'iss_10000000000000000000000001', '00u' || printf('%017d', i), 'person-' || i || '@example.com', 'Person ' || i, ${now}, ${now} from n;
      insert into members select '${organizationId}', ${id('per')}, 'developer', null, ${now} from n;
      insert into events (id, organization_id, type, actor, subject_id, data, created_at)
        select ${id('evt')}, '${organizationId}', 'member.joined', ${by}, ${id('per')}, json_object('name', 'Person ' || i, 'role', 'developer'), ${now} from n;
      insert into api_keys (id, organization_id, name, kind, person_id, principal, prefix, hash, scopes, created_at, expires_at)
        select ${id('key')}, '${organizationId}', 'session', 'session', ${id('per')}, json_object('name', 'Person ' || i, 'via', 'console'), 'sk_growth',
          printf('%064x', i), '["plugins:read","plugins:write"]', ${now}, ${now + dayMs} from n;
      insert into browser_sessions select printf('%064x', i), ${id('key')}, printf('%064x', i), 'open', printf('%064x', i), ${now}, ${now + dayMs} from n`);
  });
}

/** A minute's counts as the Worker stores them. */
function minuteOf(calls: number): number[] {
  const count = { ...emptyCount(), calls, checked: Math.min(calls, 60) };
  count.latencies[1] = Math.ceil(calls * 0.7);
  count.latencies[2] = Math.floor(calls * 0.25);
  count.latencies[3] = calls - Math.ceil(calls * 0.7) - Math.floor(calls * 0.25);
  return countToNumbers(count);
}

interface Busyness {
  name: string;
  hours: number;
  minutes: number;
  calls: number;
  callers: number;
}

/**
 * A day leaves one row for each hour with calls, with a list for each minute until its retention ends, one row in `plugin_days`, and one
 * for each caller in 31 days. A month leaves one row in `usage_months`.
 */
export function copyDays(file: string): Copied[] {
  const quiet = { name: '10 calls in 10 hours', hours: 10, minutes: 1, calls: 10, callers: 2 };
  const busy = { name: '1,000,000 calls in 24 hours', hours: 24, minutes: 60, calls: 1_000_000, callers: 50 };
  return [quiet, busy].flatMap((of, nth) => {
    const sum = { namespace: `ns_${nth}`, of };
    return [
      daysOf(file, { ...sum, namespace: `ns_minutes_${nth}`, keepMinutes: true }),
      daysOf(file, { ...sum, keepMinutes: false }),
      measured(file, `the same day, from 30 to 400 days`, plugins * daysKept, (db) => {
        const values = `p.value, ${today} - d.value, ${of.calls}, ${of.callers}, 0, ${now}`;
        db.exec(`insert into plugin_days select '${sum.namespace}', ${values} ${forEach(daysKept)}`);
      }),
      measured(file, `callers of a plugin with ${of.name}`, plugins, (db) => {
        const values = `p.value, 'key_1' || printf('%025d', d.value), ${today}, ${2 ** (traffic.useDays + 1) - 1}`;
        db.exec(`insert into plugin_callers select '${sum.namespace}', ${values} ${forEach(of.callers)}`);
      }),
    ];
  });
}

const now = Date.now();
const today = dayAt(now);
const daysKept = 400;

/** SQL: the IDs of plugins, for each number below `count`. The largest number comes first, as times do. */
function forEach(count: number): string {
  const list = (length: number, of: (i: number) => unknown) => JSON.stringify(Array.from({ length }, (_, i) => of(i)));
  const ids = list(plugins, (i) => `plg_1${String(i).padStart(25, '0')}`);
  return `from json_each('${list(count, (i) => i)}') d join json_each('${ids}') p order by d.value desc, p.value`;
}

interface Days {
  namespace: string;
  of: Busyness;
  /** Whether the retention of minutes hasn't ended. */
  keepMinutes: boolean;
}

function daysOf(file: string, { keepMinutes, namespace, of: { calls, hours, minutes, name } }: Days): Copied {
  const days = 10;
  const counted = minuteOf(Math.max(1, Math.round(calls / hours / minutes)));
  const byMinute = JSON.stringify(
    Object.fromEntries(Array.from({ length: minutes }, (_, minute) => [minute, counted])),
  );
  const latencies = JSON.stringify(minuteOf(Math.round(calls / hours)).slice(4, -3));
  const age = keepMinutes ? 'in its first 25 hours' : 'until 30 days';
  return measured(file, `a day of a plugin with ${name}, ${age}`, plugins * days, (db) => {
    const at = `${Math.floor(now / hourMs) * hourMs} - d.value * ${hourMs}`;
    db.exec(`insert into call_counts (namespace_id, plugin_id, at, version, calls, errors, latencies, checked, mismatched, minutes, has_minutes)
      select '${namespace}', p.value, ${at}, '1.0.0', ${Math.round(calls / hours)}, 0, '${latencies}', 60, 0, '${byMinute}', 1 ${forEach(days * hours)}`);
    // As `sweepTraffic` does.
    if (!keepMinutes)
      db.exec(`update call_counts set minutes = '{}', has_minutes = 0 where namespace_id = '${namespace}'`);
  });
}
