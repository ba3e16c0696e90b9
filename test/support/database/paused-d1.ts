// Wraps D1 to run a hook before each round trip, so that a test can place one request between two queries of another.

const executing = ['all', 'first', 'raw', 'run'] as const;

/** `beforeTrip` gets the number of the round trip, starting with 1. A batch is one round trip. */
export function pausedD1(real: D1Database, beforeTrip: (nth: number) => Promise<void>): D1Database {
  let trips = 0;
  const paused = (statement: D1PreparedStatement): D1PreparedStatement => {
    const bind = statement.bind.bind(statement);
    Object.assign(statement, { bind: (...values: unknown[]) => paused(bind(...values)) });
    for (const method of executing) {
      const run = statement[method];
      const waiting = async (...args: unknown[]): Promise<unknown> => {
        trips += 1;
        await beforeTrip(trips);
        return Reflect.apply(run, statement, args);
      };
      Object.assign(statement, { [method]: waiting });
    }
    return statement;
  };
  return new Proxy(real, {
    get(target, name) {
      if (name === 'prepare') return (query: string) => paused(target.prepare(query));
      if (name === 'batch') {
        return async (statements: D1PreparedStatement[]) => {
          trips += 1;
          await beforeTrip(trips);
          return target.batch(statements);
        };
      }
      const value = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
