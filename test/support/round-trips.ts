// Counts the round trips to D1: each statement run by itself is one, a batch of any length is one. That a key was used is written
// after the answer, once a minute, and isn't counted.

export interface CountedD1 {
  db: D1Database;
  /** All so far. */
  trips(): number;
  /** Those of `work`. */
  during(work: () => Promise<unknown>): Promise<number>;
}

const noteOfUse = 'update "api_keys" set "last_used_at"';

const running = ['all', 'first', 'raw', 'run'] as const;

export function countedD1(real: D1Database): CountedD1 {
  let trips = 0;
  const counted = (statement: D1PreparedStatement): D1PreparedStatement => {
    const bind = statement.bind.bind(statement);
    Object.assign(statement, { bind: (...values: unknown[]) => counted(bind(...values)) });
    for (const method of running) {
      const run = statement[method];
      const counting = (...args: unknown[]): unknown => {
        trips += 1;
        return Reflect.apply(run, statement, args);
      };
      Object.assign(statement, { [method]: counting });
    }
    return statement;
  };
  const db = new Proxy(real, {
    get(target, name) {
      if (name === 'prepare') {
        return (query: string) => {
          const statement = target.prepare(query);
          return query.startsWith(noteOfUse) ? statement : counted(statement);
        };
      }
      if (name === 'batch') {
        return (statements: D1PreparedStatement[]) => {
          trips += 1;
          return target.batch(statements);
        };
      }
      const value = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return {
    db,
    trips: () => trips,
    during: async (work) => {
      const before = trips;
      await work();
      return trips - before;
    },
  };
}
