// Prints how many statements a second D1 takes on this machine: `node bench/growth/statements.ts [--scale 0.1] [--state FOLDER]`. Uses the
// state folder of run.ts, and workerd's own D1 binding, without the network of a real one.
import { withLocalDatabase } from '../../scripts/local/database.ts';
import { startMiniflare } from '../../scripts/local/miniflare.ts';
import { workerBundle } from '../../scripts/local/worker-bundle.ts';
import { readCommandLine } from '../../scripts/machine/command-line.ts';
import { median } from '../realtime/start-load.ts';
import { prepared, printTable } from './local.ts';

const { values: options } = readCommandLine('node bench/growth/statements.ts [OPTION...]\n\nMeasures D1 itself.', {
  options: {
    scale: { type: 'string', default: '0.1' },
    state: { type: 'string', default: '/tmp/slipway-growth' },
    port: { type: 'string', default: '18180' },
    rounds: { type: 'string', default: '5' },
  },
});

/** Kinds of trips, with the number of statements in one trip. */
const kinds = {
  'a read by key': 1,
  'a list of 20 rows': 1,
  'a guarded update of a row': 1,
  'a batch of 4: a guarded update, an event, a message, a read': 4,
  'a batch of 16: 8 guarded updates, 2 events, 2 messages, 4 reads': 16,
};
const parallel = [1, 16];
const trips = 400;

/** The Worker. `kind` is a place in `kinds`. IDs are those of fill.ts. */
const script = `
const id = (prefix, i) => prefix + '_0' + String(1 + i % 1000).padStart(25, '0');
let inserted = Date.now() * 1000;
export default {
  async fetch(request, env) {
    const { kind, parallel, trips } = await request.json();
    const sql = (text, ...values) => env.DB.prepare(text).bind(...values);
    const read = (i) => sql('select * from plugin_versions where id = ?', id('ver', i));
    const update = (i) => sql("update plugin_versions set updated_at = ? where id = ? and verdict = 'pass'", Date.now(), id('ver', i));
    const event = () => sql("insert into events (id, organization_id, namespace_id, type, actor, subject_id, data, created_at) values (?, ?, null, 'version.published', ?, ?, ?, ?)",
      'evt_1' + String(inserted++).padStart(25, '0'), id('org', 1), '{"type":"key","id":"key_00000000000000000000000001"}', id('ver', 1), '{"plugin_id":"growth_1_0_0"}', Date.now());
    const message = () => sql("insert into outbox (id, queue, body, created_at, due_at, sent_at) values (?, 'scans', '{}', ?, ?, ?)",
      'out_1' + String(inserted++).padStart(25, '0'), Date.now(), Date.now(), Date.now());
    const many = (count, of) => (i) => Array.from({ length: count }, (_, nth) => of(i + 37 * nth));
    const sent = [
      (i) => read(i).all(),
      (i) => sql('select * from plugin_versions where id > ? order by id limit 20', id('ver', i)).all(),
      (i) => update(i).run(),
      (i) => env.DB.batch([update(i), event(), message(), read(i)]),
      (i) => env.DB.batch([...many(8, update)(i), event(), event(), message(), message(), ...many(4, read)(i)]),
    ][kind];
    let next = 0;
    const work = async () => { while (next < trips) await sent(next++); };
    await Promise.all(Array.from({ length: parallel }, work));
    return new Response();
  },
};`;

const place = await prepared({
  folder: options.state,
  scale: Number(options.scale),
  seed: 1,
  port: Number(options.port),
});
const { compatibilityDate, d1Databases } = await workerBundle();
const workers = [{ name: 'statements', compatibilityDate, d1Databases, modules: true, script }];
const onLine = (line: string) => void process.stderr.write(`${line}\n`);
const miniflare = await startMiniflare({ state: place.state, workers, onLine });

/** Returns trips a second. */
async function rate(kind: number, atOnce: number): Promise<number> {
  const startedAt = performance.now();
  const body = JSON.stringify({ kind, parallel: atOnce, trips });
  const response = await miniflare.dispatchFetch('http://statements/', { method: 'POST', body });
  if (!response.ok) throw new Error(await response.text());
  return (1000 * trips) / (performance.now() - startedAt);
}

try {
  const rows: (string | number)[][] = [];
  for (const [kind, [name, statements]] of Object.entries(kinds).entries()) {
    const rates: number[] = [];
    for (const atOnce of parallel) {
      await rate(kind, atOnce);
      const measured: number[] = [];
      for (let round = 0; round < Number(options.rounds); round++) measured.push(await rate(kind, atOnce));
      rates.push(median(measured));
    }
    rows.push([name, ...rates.flatMap((each) => [Math.round(each), Math.round(each * statements)])]);
  }
  const titles = parallel.flatMap((atOnce) => [`trips/s, ${atOnce} at once`, 'statements/s']);
  printTable(['one trip', ...titles], rows);
} finally {
  await miniflare.dispose();
  await removeInserted();
}

/** Removes the rows that were inserted, so that the folder stays as it was filled. */
async function removeInserted(): Promise<void> {
  await withLocalDatabase({ state: place.state, bundle: await workerBundle() }, async (db) => {
    await db.batch([
      db.prepare(
        "delete from events where id > 'evt_1' and type = 'version.published' and data = '{\"plugin_id\":\"growth_1_0_0\"}'",
      ),
      db.prepare("delete from outbox where id > 'out_1' and body = '{}'"),
    ]);
  });
}
