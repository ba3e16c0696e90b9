// Counts the rows that statements read and write, using D1's own `meta`. D1's `raw()`, which drizzle uses, drops `meta`, so the counts
// are taken below the client. bench/growth also uses this.
import { AsyncLocalStorage } from 'node:async_hooks';
import { z } from 'zod';

export interface RowCounts {
  read: number;
  written: number;
  statements: number;
  trips: number;
}

export const noRows = (): RowCounts => ({ read: 0, written: 0, statements: 0, trips: 0 });

const counting = new AsyncLocalStorage<RowCounts>();
const metaSchema = z.object({
  meta: z.object({ rows_read: z.number().optional(), rows_written: z.number().optional() }),
});
const answerSchema = z.union([metaSchema, z.array(metaSchema)]);
const sentSchema = z.union([z.object({ sql: z.string() }), z.array(z.object({ sql: z.string() }))]);

/** The part of D1's client that sends statements. It is in a property that the client's types omit. */
const clientSchema = z.object({ fetcher: z.custom<Fetcher>((value) => typeof value === 'object' && value !== null) });

/** Prints a statement with the number of rows it read. */
export type Explain = (sql: string, rowsRead: number) => void;

/** Runs before each round trip, and gets its request. */
export type BeforeTrip = (sent: { headers: Headers; body: string }) => Promise<void>;

const patched = new WeakSet<D1Database>();

/** Starts to count the database's work for `countedRows`. `explain` is looked up for each statement. */
export function countRows(
  db: D1Database,
  explain: () => Explain | undefined = () => undefined,
  beforeTrip: BeforeTrip = async () => {},
): void {
  if (patched.has(db)) return;
  patched.add(db);
  const seen = new Set<unknown>();
  const patch = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    const client = clientSchema.safeParse(value).data;
    if (client) {
      const { fetcher } = client;
      const counted = {
        fetch: async (...args: Parameters<Fetcher['fetch']>) => {
          const [, { body, headers } = {}] = args;
          await beforeTrip({ headers: new Headers(headers), body: typeof body === 'string' ? body : '' });
          const response = await fetcher.fetch(...args);
          const statements = add(await response.clone().json());
          const print = explain();
          if (print && typeof body === 'string') printStatements(print, body, statements);
          return response;
        },
      };
      Reflect.set(value, 'fetcher', counted);
      seen.add(counted);
    }
    for (const key of Reflect.ownKeys(value)) patch(Reflect.get(value, key));
  };
  patch(db);
}

type Meta = z.infer<typeof metaSchema>;

function add(answer: unknown): Meta[] {
  const parsed = answerSchema.safeParse(answer).data;
  if (!parsed) return [];
  const statements = [parsed].flat();
  const counts = counting.getStore();
  if (!counts) return statements;
  counts.trips += 1;
  for (const { meta } of statements) {
    counts.read += meta.rows_read ?? 0;
    counts.written += meta.rows_written ?? 0;
    counts.statements += 1;
  }
  return statements;
}

function printStatements(print: Explain, body: string, statements: Meta[]): void {
  const sent = [sentSchema.parse(JSON.parse(body))].flat();
  for (const [i, { sql }] of sent.entries()) print(sql, statements[i]?.meta.rows_read ?? 0);
}

/** Adds what the work's statements read and write to `counts`, and returns its result. */
export function countedRows<Result>(counts: RowCounts, work: () => Promise<Result>): Promise<Result> {
  return counting.run(counts, work);
}
