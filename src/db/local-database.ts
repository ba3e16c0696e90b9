// D1 in the process that serves the calls: the queries of one request run in turn with those of others (core/turns.ts).
import { inTurn, type Pace } from '../core/turns.ts';

export type Client = Pick<D1Database, 'prepare' | 'batch'>;

export function inTurns(client: Client, pace: Pace): Client {
  const run = <Result>(work: () => Promise<Result>) => (pace.mode === 'turns' ? inTurn(work) : work());
  return {
    prepare: (query) => waiting(client.prepare(query), run),
    batch: (statements) => run(() => client.batch(statements)),
  };
}

const executing = ['all', 'first', 'raw', 'run'] as const;

/** The statement itself, which a batch needs, with methods that wait. */
function waiting(
  statement: D1PreparedStatement,
  run: <Result>(work: () => Promise<Result>) => Promise<Result>,
): D1PreparedStatement {
  const bind = statement.bind.bind(statement);
  Object.assign(statement, { bind: (...values: unknown[]) => waiting(bind(...values), run) });
  for (const method of executing) {
    const execute = statement[method];
    Object.assign(statement, {
      [method]: (...args: unknown[]) => run(async () => Reflect.apply(execute, statement, args)),
    });
  }
  return statement;
}
