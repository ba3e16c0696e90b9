// Raises the policy for an organization's versions and evaluates them all again, one queue message at a time: `node
// bench/growth/new-policy.ts [--scale 0.1] [--state FOLDER] [--port 18184]`. Each version has its own archive, which the new policy has
// never scanned. Prints the time and the rows of the first, a middle and the last message, and the totals. Fails if the last messages
// read more rows per version than the first ones.
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { readCommandLine } from '../../scripts/machine/command-line.ts';
import { packZip } from '../../src/archive/zip/pack.ts';
import { sha256Hex } from '../../src/core/digest.ts';
import { policyVersion } from '../../src/scan/scan.ts';
import { manifest } from '../../test/support/plugins/plugin.ts';
import { databaseFile } from './fill.ts';
import { type Counts, countsSchema, type Prepared, prepared, printTable, send, started } from './local.ts';

const usage = `node bench/growth/new-policy.ts [OPTION...]

Evaluates all versions again after a new policy.`;

const { values: options } = readCommandLine(usage, {
  options: {
    scale: { type: 'string', default: '0.1' },
    state: { type: 'string', default: '/tmp/slipway-growth' },
    port: { type: 'string', default: '18184' },
  },
});
const idsSchema = z.array(z.object({ id: z.string() }));
const messageSchema = countsSchema.extend({ ms: z.number(), error: z.string().optional() });
const policySchema = z.looseObject({ versions_to_judge: z.int() });

interface Message extends Counts {
  versions: number;
  ms: number;
}

const pipeline =
  'import json\n\n\ndef build_steps(extractor_request, container=None, base_steps=None, **kwargs):\n    return {"steps": []}\n';

/** Returns a unique plugin archive for a version. */
function archiveOf(id: string): Promise<Uint8Array<ArrayBuffer>> {
  const files = {
    'manifest.py': manifest({ name: 'growth_ext', version: '1.0.0' }),
    'pipeline.py': `# ${id}\n${pipeline}`,
  };
  const encoder = new TextEncoder();
  return packZip(Object.entries(files).map(([path, text]) => ({ path, bytes: Uint8Array.from(encoder.encode(text)) })));
}

/** Assigns all verdicts to the previous policy and gives each version its archive's digest. Returns the version IDs. */
async function age({ state, organizationId }: Prepared): Promise<string[]> {
  const db = new DatabaseSync(databaseFile(state));
  try {
    const before = Number(policyVersion) - 1;
    const ids = idsSchema
      .parse(db.prepare('select id from plugin_versions where organization_id = ? order by id').all(organizationId))
      .map(({ id }) => id);
    const setDigest = db.prepare(
      'update plugin_versions set sha256 = ?, size_bytes = ?, judged_policy = ? where id = ?',
    );
    const setScan = db.prepare(
      'update scans set sha256 = ?, policy_version = ? where id = (select scan_id from plugin_versions where id = ?)',
    );
    db.exec('begin');
    db.exec('delete from scans where id not in (select scan_id from plugin_versions)');
    for (const id of ids) {
      const bytes = await archiveOf(id);
      const digest = await sha256Hex(bytes);
      setDigest.run(digest, bytes.length, before, id);
      setScan.run(digest, `${before}`, id);
    }
    db.prepare("insert or replace into rescans values (?, '', '', '', ?)").run(organizationId, ids.length);
    db.exec('commit');
    return ids;
  } finally {
    db.close();
  }
}

async function storeArchives({ port }: Prepared, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const answer = await fetch(`http://127.0.0.1:${port}/growth/archives`, {
      method: 'PUT',
      body: await archiveOf(id),
    });
    if (!answer.ok) throw new Error(`storing an archive answered ${answer.status}`);
  }
}

async function versionsLeft(place: Prepared): Promise<number> {
  return policySchema.parse(await (await send(place, 'GET', '/v1/scan-policy')).json()).versions_to_judge;
}

/** Sends messages one by one until every version is evaluated. */
async function evaluateAll(place: Prepared): Promise<Message[]> {
  const messages: Message[] = [];
  const body = JSON.stringify({ v: 1, type: 'rescan', id: place.organizationId });
  for (let left = await versionsLeft(place); left > 0; ) {
    const from = performance.now();
    const answer = await fetch(`http://127.0.0.1:${place.port}/growth/message`, { method: 'POST', body });
    const counts = messageSchema.parse(await answer.json());
    if (counts.error !== undefined) throw new Error(counts.error);
    const ms = performance.now() - from;
    const now = await versionsLeft(place);
    messages.push({ ...counts, ms, versions: left - now });
    left = now;
  }
  return messages;
}

function readPerVersion({ read, versions }: Message): number {
  return read / Math.max(1, versions);
}

function rowOf(name: string, { versions, ms, read, written, statements }: Message): (string | number)[] {
  const each = (amount: number) => (amount / Math.max(1, versions)).toFixed(1);
  return [name, versions, (ms / 1000).toFixed(1), each(ms), each(read), each(written), each(statements)];
}

const place = await prepared({
  folder: options.state,
  scale: Number(options.scale),
  seed: 1,
  port: Number(options.port),
});
const ids = await age(place);
const worker = await started(place);
try {
  await storeArchives(place, ids);
  const messages = await evaluateAll(place);
  const full = messages.filter(({ versions }) => versions > 0);
  const [first, middle, last] = [full[0], full[Math.floor(full.length / 2)], full.at(-1)];
  if (!first || !middle || !last) throw new Error('nothing was evaluated');
  const sum = (of: keyof Message) => messages.reduce((total, message) => total + message[of], 0);
  const all = {
    versions: sum('versions'),
    ms: sum('ms'),
    read: sum('read'),
    written: sum('written'),
    statements: sum('statements'),
    trips: sum('trips'),
  };
  printTable(
    [
      'message',
      'versions',
      'seconds',
      'ms per version',
      'read per version',
      'written per version',
      'statements per version',
    ],
    [rowOf('first', first), rowOf('middle', middle), rowOf('last', last), rowOf(`all ${messages.length}`, all)],
  );
  process.exitCode = readPerVersion(middle) <= 1.5 * readPerVersion(first) ? 0 : 1;
} finally {
  await worker.dispose();
}
