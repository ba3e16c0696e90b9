// Counts round trips to D1: one for each single statement, and one for each batch of any length. Recording when a key was last used,
// which happens after the response and at most once a minute, isn't counted.

export interface CountedD1 {
  db: D1Database;
  /** Total so far. */
  trips(): number;
  /** Returns the number of round trips that `work` makes. */
  during(work: () => Promise<unknown>): Promise<number>;
}

const lastUseUpdate = 'update "api_keys" set "last_used_at"';

const executing = ['all', 'first', 'raw', 'run'] as const;

export function countedD1(real: D1Database): CountedD1 {
  let trips = 0;
  const counted = (statement: D1PreparedStatement): D1PreparedStatement => {
    const bind = statement.bind.bind(statement);
    Object.assign(statement, { bind: (...values: unknown[]) => counted(bind(...values)) });
    for (const method of executing) {
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
          return query.startsWith(lastUseUpdate) ? statement : counted(statement);
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
