// A stalled copy of D1, which repeats its first answer to each batch until it catches up.

export interface LaggingD1 {
  db: D1Database;
  /** Makes the copy answer with the current state from now on. */
  catchUp(): void;
  /** Number of batches that the copy answered. */
  trips(): number;
}

export function laggingD1(real: D1Database): LaggingD1 {
  const answers = new Map<string, Promise<D1Result[]>>();
  const texts = new WeakMap<D1PreparedStatement, string>();
  let trips = 0;
  const named = (statement: D1PreparedStatement, text: string): D1PreparedStatement => {
    texts.set(statement, text);
    const bind = statement.bind.bind(statement);
    return Object.assign(statement, {
      bind: (...values: unknown[]) => named(bind(...values), `${text} ${JSON.stringify(values)}`),
    });
  };
  const db = new Proxy(real, {
    get(target, name) {
      if (name === 'prepare') return (query: string) => named(target.prepare(query), query);
      if (name === 'batch')
        return (statements: D1PreparedStatement[]) => {
          trips += 1;
          const key = statements.map((statement) => texts.get(statement)).join(';');
          const answer = answers.get(key) ?? target.batch(statements);
          answers.set(key, answer);
          return answer;
        };
      const value = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { db, catchUp: () => answers.clear(), trips: () => trips };
}
