// Counts what work requests from outside its isolate: D1 round trips and rows read, queue requests, store operations and builder
// requests.
import { env } from 'cloudflare:workers';
import type { Deps } from '../../../src/deps.ts';
import { countedRows, countRows, noRows } from '../database/d1-rows.ts';
import { senderOf } from './losing-queues.ts';

export interface Requests {
  database: number;
  statements: number;
  rows: number;
  queues: number;
  store: number;
  builders: number;
}

countRows(env.DB);

/** Counts the calls of a binding's methods. */
export function counted<Binding extends object>(binding: Binding, count: () => void): Binding {
  return new Proxy(binding, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...given: unknown[]): unknown => {
        count();
        return Reflect.apply(member, target, given);
      };
    },
  });
}

/** Returns replacements whose queues lose all messages, and `during`, which counts the requests that the work makes. */
export function countedDeps(builder: Partial<Deps['builder']>, real: Deps['builder']) {
  const total = { queues: 0, store: 0, builders: 0 };
  const queue = counted(
    senderOf(async () => undefined),
    () => (total.queues += 1),
  );
  const replacements = {
    queues: {
      scans: queue,
      deployments: queue,
      deliveries: queue,
      runs: queue,
      calls: queue,
      lowCalls: queue,
      artifacts: queue,
    },
    blobs: counted(env.ARCHIVES, () => (total.store += 1)),
    builder: counted({ ...real, ...builder }, () => (total.builders += 1)),
  } satisfies Partial<Deps>;
  const during = async (work: () => Promise<unknown>): Promise<Requests> => {
    const before = { ...total };
    const counts = noRows();
    await countedRows(counts, work);
    return {
      database: counts.trips,
      statements: counts.statements,
      rows: counts.read,
      queues: total.queues - before.queues,
      store: total.store - before.store,
      builders: total.builders - before.builders,
    };
  };
  return { replacements, during };
}
