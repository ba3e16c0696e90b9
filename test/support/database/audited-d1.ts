// Records the changes made by every batch and single statement in D1, and the events written in the same transaction.
import { type EventType, eventData } from '../../../src/contract/events/events.ts';

export interface Change {
  table: string;
  verb: 'insert' | 'update' | 'delete';
  /** Columns set by an update. */
  columns: string[];
}

export interface Transaction {
  changes: Change[];
  events: EventType[];
}

interface Recorded {
  sql: string;
  values: unknown[];
}

const writing = /^(insert into|update|delete from) "(\w+)"/;

function isEventType(value: unknown): value is EventType {
  return typeof value === 'string' && Object.hasOwn(eventData, value);
}

function changeOf({ sql }: Recorded): Change | undefined {
  const [, words, table] = writing.exec(sql) ?? [];
  if (table === undefined) return undefined;
  const verb = words === 'update' ? 'update' : words === 'delete from' ? 'delete' : 'insert';
  const set = verb === 'update' ? /^update "\w+" set (.*?)(?: where |$)/s.exec(sql)?.[1] : '';
  const columns = [...(set ?? '').matchAll(/(?:^|, )"(\w+)" = /g)].map(([, column = '']) => column);
  return { table, verb, columns };
}

/** `taken` returns the transactions that have changed a row since it was last called. */
export function auditedD1(real: D1Database): { db: D1Database; taken: () => Transaction[] } {
  let transactions: Transaction[] = [];
  const recorded = new WeakMap<D1PreparedStatement, Recorded>();

  const note = (statements: { statement: Recorded; changed: number }[]) => {
    const effective = statements.filter(({ statement, changed }) => changed > 0 && writing.test(statement.sql));
    if (effective.length === 0) return;
    const all = effective.flatMap(({ statement }) => changeOf(statement) ?? []);
    const events = effective
      .filter(({ statement }) => statement.sql.startsWith('insert into "events"'))
      .flatMap(({ statement }) => statement.values.filter(isEventType));
    transactions.push({ changes: all.filter(({ table }) => table !== 'events'), events });
  };

  const watched = (statement: D1PreparedStatement, made: Recorded): D1PreparedStatement => {
    const { all, bind, raw, run } = statement;
    recorded.set(statement, made);
    return Object.assign(statement, {
      bind: (...values: unknown[]) => watched(bind.apply(statement, values), { ...made, values }),
      run: async () => {
        const result = await run.call(statement);
        note([{ statement: made, changed: result.meta.changes }]);
        return result;
      },
      all: async () => {
        const result = await all.call(statement);
        note([{ statement: made, changed: result.results.length }]);
        return result;
      },
      raw: async () => {
        const rows = await raw.call(statement);
        note([{ statement: made, changed: rows.length }]);
        return rows;
      },
    });
  };

  const db = new Proxy(real, {
    get(target, name) {
      if (name === 'prepare') return (sql: string) => watched(target.prepare(sql), { sql, values: [] });
      if (name === 'batch')
        return async (statements: D1PreparedStatement[]) => {
          const results = await target.batch(statements);
          note(
            results.map(({ meta }, i) => {
              const statement = statements[i] && recorded.get(statements[i]);
              return { statement: statement ?? { sql: '', values: [] }, changed: meta.changes };
            }),
          );
          return results;
        };
      const value = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return {
    db,
    taken: () => {
      const taken = transactions;
      transactions = [];
      return taken;
    },
  };
}
