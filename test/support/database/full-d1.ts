// Wraps D1 to refuse inserts like a full database, which still reads, deletes, and updates rows that don't grow.

const executing = ['all', 'first', 'raw', 'run'] as const;

/** A batch with an insert fails as a whole, even if its deletes would free enough space. */
export function fullD1(
  real: D1Database,
  isFull: () => boolean,
  message = 'D1_ERROR: Exceeded maximum DB size',
): D1Database {
  const inserts = new WeakSet<D1PreparedStatement>();
  const check = (statements: readonly D1PreparedStatement[]) => {
    if (isFull() && statements.some((statement) => inserts.has(statement))) throw new Error(message);
  };
  const checked = (statement: D1PreparedStatement): D1PreparedStatement => {
    inserts.add(statement);
    const bind = statement.bind.bind(statement);
    Object.assign(statement, { bind: (...values: unknown[]) => checked(bind(...values)) });
    for (const method of executing) {
      const run = statement[method];
      const checking = async (...args: unknown[]): Promise<unknown> => {
        check([statement]);
        return Reflect.apply(run, statement, args);
      };
      Object.assign(statement, { [method]: checking });
    }
    return statement;
  };
  return new Proxy(real, {
    get(target, name) {
      if (name === 'prepare')
        return (query: string) => {
          const statement = target.prepare(query);
          return query.startsWith('insert') ? checked(statement) : statement;
        };
      if (name === 'batch')
        return async (statements: D1PreparedStatement[]) => {
          check(statements);
          return target.batch(statements);
        };
      const value = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
