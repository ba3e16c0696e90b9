// Measures what an isolate of the Worker holds at most while large things come at the same time, after a forced collection: forms, scans,
// cold modules of isolates, and bodies of calls. README.md describes it.
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { readCommandLine } from '../../scripts/local/command-line.ts';
import { packZip } from '../../src/archive/zip/pack.ts';
import { inputsOf, sendCalls, sendUnfinished } from './bodies.ts';
import { type Isolate, liveBytes, MiB } from './inspector.ts';
import { callModule, storedModules } from './modules.ts';
import { type Inspected, withInspectedServer } from './server.ts';

const usage = `node bench/memory/run.ts [forms|slow forms|scans|modules|bodies|together]

Measures what an isolate holds at most (all).`;

const { positionals } = readCommandLine(usage, { options: {}, positionals: [0, 2] });

const only = positionals.join(' ');
const boundMiB = 100;
const boundary = 'form-boundary';
const formBytes = 31 * MiB;
const scanBytes = 46 * MiB;
const fileBytes = 1.9 * MiB;
const encoder = new TextEncoder();

async function measure(what: string, isolate: Isolate, work: () => Promise<void>): Promise<void> {
  const { before, most, collections } = await liveBytes(isolate, work);
  const [atRest, peak] = [before, most].map((bytes) => Math.round(bytes / MiB));
  console.log(`| ${what} | ${atRest} | ${peak} | ${(peak ?? 0) < boundMiB ? 'yes' : 'NO'} | ${collections} |`);
}

/** A form with zeros as its archive. It comes in pieces, with a pause after each if it is slow. */
function formOf(name: string, pauseMs: number): ReadableStream<Uint8Array> {
  const field = (key: string, value: string) =>
    `--${boundary}\r\ncontent-disposition: form-data; name="${key}"\r\n\r\n${value}\r\n`;
  const file = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="plugin.zip"\r\n\r\n`;
  const pieces = [
    encoder.encode(field('name', name) + field('version', '1.0.0') + file),
    ...Array.from({ length: formBytes / MiB }, () => new Uint8Array(MiB)),
    encoder.encode(`\r\n--${boundary}--\r\n`),
  ];
  return new ReadableStream({
    async pull(controller) {
      const piece = pieces.shift();
      if (!piece) return controller.close();
      if (pauseMs > 0) await delay(pauseMs);
      controller.enqueue(piece);
    },
  });
}

async function sendForm({ local }: Inspected, number: number, pauseMs: number): Promise<void> {
  const response = await fetch(`${local.url}/v1/namespaces/${local.namespace_id}/plugins`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${local.api_key}`,
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'idempotency-key': `large-form-${number}-${pauseMs}`,
      'content-length': String(lengthOf(`form_${number}`)),
    },
    body: formOf(`form_${number}`, pauseMs),
    ...{ duplex: 'half' }, // which the Worker's types don't know, and Node needs
  });
  await response.text();
  console.error(`form ${number}: ${response.status}`);
}

function lengthOf(name: string): number {
  const fields = [
    ['name', name],
    ['version', '1.0.0'],
  ].map(([key, value]) => `--${boundary}\r\ncontent-disposition: form-data; name="${key}"\r\n\r\n${value}\r\n`);
  const file = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="plugin.zip"\r\n\r\n`;
  return `${fields.join('')}${file}\r\n--${boundary}--\r\n`.length + formBytes;
}

/** Python of many functions whose names differ, so that it isn't packed to almost nothing. */
function sourceOf(seed: number): string {
  const lines: string[] = [];
  let length = 0;
  for (let i = 0; length < fileBytes; i++) {
    const id = Math.imul(i + 1, 2_654_435_761 + seed)
      .toString(36)
      .replace('-', '_');
    const line = `def step_${id}(x, y_${i}=${i}):\n    total = x * ${(i * 7919 + seed) % 100_003} + y_${i}\n    return [total for _ in range(${i % 17})]\n\n`;
    lines.push(line);
    length += line.length;
  }
  return lines.join('');
}

const uploadSchema = z.object({ upload_id: z.string(), presigned_url: z.string() });
const verdictSchema = z.looseObject({ validation_status: z.string().optional() });

function archiveOf(name: string, number: number): Promise<Uint8Array<ArrayBuffer>> {
  const parts = Array.from({ length: Math.floor(scanBytes / fileBytes) }, (_, i) => sourceOf(number * 100 + i));
  const files = {
    'manifest.py': `feature_extractor_name = "${name}"\nversion = "1.0.0"\nfeatures = []\noutput_schema = {}\n`,
    'pipeline.py':
      'def build_steps(extractor_request, container=None, base_steps=None, **kwargs):\n    return {"steps": []}\n',
    ...Object.fromEntries(parts.map((text, i) => [`parts/part_${i}.py`, text])),
  };
  return packZip(Object.entries(files).map(([path, text]) => ({ path, bytes: new Uint8Array(encoder.encode(text)) })));
}

/** Repeats a request that came to a connection that was closed meanwhile. */
async function post({ local }: Inspected, path: string, body: object): Promise<unknown> {
  const url = `${local.url}/v1/namespaces/${local.namespace_id}/plugins/uploads${path}`;
  const headers = { authorization: `Bearer ${local.api_key}`, 'content-type': 'application/json' };
  const send = () => fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  return (await send().catch(send)).json();
}

/** Uploads an archive with that many bytes of sources, as it would be to R2. Returns the path of its upload. */
async function uploaded(server: Inspected, number: number): Promise<string> {
  const name = `large_${number}`;
  const archive = await archiveOf(name, number);
  const asked = await post(server, '', { name, version: '1.0.0', file_size_bytes: archive.length });
  const { presigned_url, upload_id } = uploadSchema.parse(asked);
  const put = () => fetch(presigned_url, { method: 'PUT', body: archive });
  await put().catch(put);
  return `/${upload_id}/confirm`;
}

/** Waits for the verdict. */
async function scan(server: Inspected, path: string): Promise<void> {
  for (;;) {
    const answer = verdictSchema.parse(await post(server, path, {}));
    if (answer.validation_status !== 'pending') return void console.error(JSON.stringify(answer).slice(0, 200));
    await delay(1000);
  }
}

const three = [1, 2, 3];
const moduleSizes = [16 * MiB, 16 * MiB];
console.log('| at the same time | live at rest, MiB | at most, MiB | below 100 | collections |');
console.log('|---|---|---|---|---|');
await withInspectedServer(async (server) => {
  const { inspectorPort, local } = server;
  const isolate = { inspectorPort, name: 'slipway', ping: `${local.url}/healthz` };
  const measured = (kind: string, what: string, work: (() => Promise<void>)[]) =>
    only === '' || only === kind
      ? measure(what, isolate, async () => void (await Promise.all(work.map((one) => one()))))
      : undefined;
  const forms = (pauseMs: number) => three.map((number) => () => sendForm(server, number, pauseMs));
  const uploads = async (first: number) => {
    const paths: string[] = [];
    for (const number of three) paths.push(await uploaded(server, first + number));
    return paths.map((path) => () => scan(server, path));
  };
  const modules = async () => (await storedModules(server, moduleSizes)).map((url) => () => callModule(url));
  await measured('forms', 'three forms of 31 MiB', forms(0));
  await measured('slow forms', 'three forms of 31 MiB at 0.7 MB/s', forms(1500));
  if (only === '' || only === 'scans') await measured('scans', 'three scans of 46 MiB', await uploads(0));
  await measured('modules', 'two modules of 16 MiB', await modules());
  await measured('bodies', 'twenty calls of 8 MB of text', [() => sendCalls(server, 20, inputsOf.text)]);
  await measured('bodies', 'five calls of 8 MB of empty objects', [() => sendCalls(server, 5, inputsOf.values)]);
  await measured('bodies', '160 calls of 8 MB that never end', [() => sendUnfinished(server, 160)]);
  if (only !== '' && only !== 'together') return;
  const all = [...forms(1), ...(await uploads(10)), ...(await modules())];
  await measured('together', 'three forms, three scans and two modules', all);
});
process.exit();
