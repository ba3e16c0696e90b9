// Lets one Worker serve organizations that lie in two databases (decision 165). The database is chosen where an invocation begins, and
// everything behind that knows one database, as always. A lookup in both stands for the form of keys and IDs, which will name it.
import { env, SELF } from 'cloudflare:test';
import { sha256Hex } from '../../../src/core/digest.ts';
import type { Fetch } from '../client.ts';

/** The header of a request, and the member of a message, for the second database. */
export const inSecond = { header: 'x-second-database', member: 'second_database' } as const;

const queues = ['SCANS', 'DEPLOYMENTS', 'DELIVERIES', 'RUNS', 'CALLS', 'LOW_CALLS', 'ARTIFACTS'] as const;

/** Returns an environment with the second database, whose messages say so. */
export function secondEnvironment(own: Cloudflare.Env): Cloudflare.Env {
  return { ...own, DB: own.SECOND_DB, ...Object.fromEntries(queues.map((name) => [name, marking(own[name])])) };
}

function marking(queue: Queue): Queue {
  const marked = (body: unknown) => ({ ...Object(body), [inSecond.member]: true });
  return {
    metrics: () => queue.metrics(),
    send: (body, options) => queue.send(marked(body), options),
    sendBatch: (messages, options) => {
      const all = Array.from(messages, (message) => ({ ...message, body: marked(message.body) }));
      return queue.sendBatch(all, options);
    },
  };
}

/** Creates the second database's tables. */
export async function createSecond(): Promise<void> {
  await env.SECOND_DB.prepare(env.SCHEMA).run();
}

/** Sends a request to the database that has its key, or else to the one with the fewest organizations. */
export const spread: Fetch = async (request) => {
  const [, secret = ''] = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '') ?? [];
  const keys = await askBoth('select count(*) as amount from api_keys where hash = ?', await sha256Hex(secret));
  const sizes = await askBoth('select count(*) as amount from organizations where id > ?', '');
  const isKnown = keys.first + keys.second > 0;
  const own = new Request(request);
  if (isKnown ? keys.second > 0 : sizes.second < sizes.first) own.headers.set(inSecond.header, 'true');
  return SELF.fetch(own);
};

async function askBoth(query: string, value: string): Promise<{ first: number; second: number }> {
  const ask = async (db: D1Database) => (await db.prepare(query).bind(value).first<number>('amount')) ?? 0;
  return { first: await ask(env.DB), second: await ask(env.SECOND_DB) };
}
