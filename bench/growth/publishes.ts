// Publishes 200 versions of a plugin in a row without deploying them, and prints the rows that the first and the last publish read and
// wrote: `node bench/growth/publishes.ts [--scale 0] [--count 200] [--state FOLDER] [--port 18182]`. Fails if the last one reads more
// rows.
import { z } from 'zod';
import { readCommandLine } from '../../scripts/machine/command-line.ts';
import { packZip } from '../../src/archive/zip/pack.ts';
import { manifest } from '../../test/support/plugins/plugin.ts';
import { type Counts, countsOf, type Prepared, prepared, printTable, send, started } from './local.ts';

const usage = `node bench/growth/publishes.ts [OPTION...]

Publishes versions of a plugin in a row.`;

const { values: options } = readCommandLine(usage, {
  options: {
    scale: { type: 'string', default: '0' },
    count: { type: 'string', default: '200' },
    state: { type: 'string', default: '/tmp/slipway-growth' },
    port: { type: 'string', default: '18182' },
  },
});
const count = Number(options.count);
const name = `row_ext_${Date.now().toString(36)}`;
const uploadSchema = z.object({ upload_id: z.string(), presigned_url: z.string() });

const pipeline =
  'def build_steps(extractor_request, container=None, base_steps=None, **kwargs):\n    return {"steps": []}\n';

async function publish(place: Prepared, nth: number): Promise<Record<'requested' | 'confirmed', Counts>> {
  const space = `/v1/namespaces/${place.local.namespace_id}/plugins/uploads`;
  const version = `1.0.${nth}`;
  const archive = await packZip(
    Object.entries({ 'manifest.py': manifest({ name, version }), 'pipeline.py': pipeline }).map(([path, text]) => ({
      path,
      bytes: Uint8Array.from(new TextEncoder().encode(text)),
    })),
  );
  const requested = await send(place, 'POST', space, { body: { name, version, file_size_bytes: archive.length } });
  const upload = uploadSchema.parse(await requested.json());
  const put = await fetch(upload.presigned_url, { method: 'PUT', body: archive });
  if (!put.ok) throw new Error(`PUT answered ${put.status}: ${await put.text()}`);
  const confirmed = await send(place, 'POST', `${space}/${upload.upload_id}/confirm`, { body: {} });
  if (!confirmed.ok) throw new Error(`confirm answered ${confirmed.status}: ${await confirmed.text()}`);
  await confirmed.body?.cancel();
  return { requested: countsOf(requested), confirmed: countsOf(confirmed) };
}

const place = await prepared({
  folder: options.state,
  scale: Number(options.scale),
  seed: 1,
  port: Number(options.port),
});
const worker = await started(place);
try {
  const all: Record<'requested' | 'confirmed', Counts>[] = [];
  for (let nth = 0; nth < count; nth++) all.push(await publish(place, nth));
  // A plugin's first publish also creates the plugin.
  const shown = [1, 2, Math.floor(count / 2), count].flatMap((nth) => {
    const one = all[nth - 1];
    return one ? [{ nth, ...one }] : [];
  });
  printTable(
    ['publish', 'request: read', 'written', 'confirm: read', 'written'],
    shown.map(({ nth, requested, confirmed }) => [
      nth,
      requested.read,
      requested.written,
      confirmed.read,
      confirmed.written,
    ]),
  );
  const readBy = (one: (typeof all)[number] | undefined) => (one ? one.requested.read + one.confirmed.read : 0);
  const [second, last] = [readBy(all[1]), readBy(all.at(-1))];
  console.log(`the second publish read ${second} rows, the last one ${last}`);
  process.exitCode = last <= second ? 0 : 1;
} finally {
  await worker.dispose();
}
