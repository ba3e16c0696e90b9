// Counts statements and their rows, using D1's own `meta`. Each statement in a batch counts. D1's limits count them too.

export interface MeteredD1 {
  db: D1Database;
  total(): { statements: number; read: number; written: number };
}

export function meteredD1(real: D1Database): MeteredD1 {
  const total = { statements: 0, read: 0, written: 0 };
  const add = ({ meta }: D1Result): void => {
    total.statements += 1;
    total.read += meta.rows_read;
    total.written += meta.rows_written;
  };
  const metered = (statement: D1PreparedStatement): D1PreparedStatement => {
    const bind = statement.bind.bind(statement);
    const all = statement.all.bind(statement);
    return Object.assign(statement, {
      bind: (...values: unknown[]) => metered(bind(...values)),
      run: async () => {
        const result = await all();
        add(result);
        return result;
      },
      all: async () => {
        const result = await all();
        add(result);
        return result;
      },
      // `raw` returns no `meta`.
      raw: async () => {
        const result = await all<Record<string, unknown>>();
        add(result);
        return result.results.map((row) => Object.values(row));
      },
    });
  };
  const meteredClient = <Client extends Pick<D1Database, 'prepare' | 'batch'>>(client: Client): Client =>
    new Proxy(client, {
      get(target, name) {
        if (name === 'prepare') return (query: string) => metered(target.prepare(query));
        if (name === 'withSession') return (from: string) => meteredClient(real.withSession(from));
        if (name === 'batch')
          return async (statements: D1PreparedStatement[]) => {
            const results = await target.batch(statements);
            for (const result of results) add(result);
            return results;
          };
        const value = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  return { db: meteredClient(real), total: () => ({ ...total }) };
}
