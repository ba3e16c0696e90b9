// Uploads a 500 MiB archive with 30 Python files, as zip or tar.gz, to a running Slipway and measures each step. The Worker's log
// line `upload.stored` has the costs on its side.
import { createHash, randomFillSync } from 'node:crypto';
import { createReadStream, createWriteStream, readFileSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { crc32, createGzip, deflateRawSync } from 'node:zlib';
import { z } from 'zod';
import { readCommandLine } from '../scripts/local/command-line.ts';

const usage = `node bench/large-upload.ts [zip|tar.gz] [MiB]

Uploads a large archive to a running Slipway: a zip of 500 MiB by default.

Environment:
  SLIPWAY_STATE   state folder (.slipway)`;

const { positionals } = readCommandLine(usage, { options: {}, positionals: [0, 2] });

const localSchema = z.object({ url: z.string(), api_key: z.string(), namespace_id: z.string() });

const kind = positionals[0] === 'tar.gz' ? 'tar.gz' : 'zip';
const mebibytes = Number(positionals[1] ?? 500);
const state = process.env.SLIPWAY_STATE ?? '.slipway';
const local = localSchema.parse(JSON.parse(readFileSync(join(state, 'local.json'), 'utf8')));
const headers = { authorization: `Bearer ${local.api_key}`, 'content-type': 'application/json' };
const plugins = `${local.url}/v1/namespaces/${local.namespace_id}/plugins`;
const name = `heavy_${createHash('sha256').update(String(Date.now())).digest('hex').slice(0, 8)}`;

const manifest = `feature_extractor_name = "${name}"
version = "1.0.0"
features = [{"feature_type": "embedding", "feature_name": "heavy", "embedding_dim": 4, "distance_metric": "cosine"}]
output_schema = {"heavy": {"type": "array"}}
`;
const pipelineSource =
  'def build_steps(extractor_request, container=None, base_steps=None, **kwargs):\n    return {"steps": []}\n';

/** Yields 30 Python files, then incompressible weights up to the size. */
function* files(): Generator<[path: string, content: Buffer]> {
  yield ['manifest.py', Buffer.from(manifest)];
  yield ['pipeline.py', Buffer.from(pipelineSource)];
  for (let i = 0; i < 28; i++) {
    const body = Array.from(
      { length: 200 },
      (_, n) => `def step_${i}_${n}(x):\n    return [x + ${n} for _ in range(${i + 1})]\n`,
    );
    yield [`processors/part_${i}.py`, Buffer.from(body.join('\n'))];
  }
  const chunk = 25 * 1024 * 1024;
  for (let left = mebibytes * 1024 * 1024 - 2 * 1024 * 1024, i = 0; left > 0; left -= chunk, i++) {
    yield [`models/weights_${i}.bin`, randomFillSync(Buffer.alloc(Math.min(chunk, left)))];
  }
}

function* zip(): Generator<Buffer> {
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [path, content] of files()) {
    const packed = path.endsWith('.py') ? deflateRawSync(content) : content;
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(packed === content ? 0 : 8, 4);
    fields.writeUInt16LE(0x21, 8);
    fields.writeUInt32LE(crc32(content), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(content.length, 18);
    fields.writeUInt16LE(path.length, 22);
    const header = Buffer.concat([Buffer.from('PK\x03\x04'), fields, Buffer.from(path)]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\x01\x02'), Buffer.from([20, 0]), fields, tail, Buffer.from(path));
    yield header;
    yield packed;
    offset += header.length + packed.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  const count = directory.length / 5;
  end.writeUInt16LE(count, 4);
  end.writeUInt16LE(count, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  yield Buffer.concat([central, Buffer.from('PK\x05\x06'), end]);
}

function* tar(): Generator<Buffer> {
  for (const [path, content] of files()) {
    const header = Buffer.alloc(512);
    header.write(path, 0);
    header.write('0000644\0', 100);
    header.write('0000000\0', 108);
    header.write('0000000\0', 116);
    header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('00000000000\0', 136);
    header.write('        0', 148);
    header.write('ustar\x0000', 257);
    const sum = header.reduce((total: number, byte: number) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    yield header;
    yield content;
    yield Buffer.alloc((512 - (content.length % 512)) % 512);
  }
  yield Buffer.alloc(1024);
}

async function timed<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
  const start = performance.now();
  const result = await work();
  console.log(`${what.padEnd(28)} ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return result;
}

async function post(path: string, body: unknown): Promise<Record<string, unknown>> {
  const response = await fetch(`${plugins}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  const answer = z.record(z.string(), z.unknown()).parse(await response.json());
  if (!response.ok) throw new Error(`${path}: ${response.status} ${JSON.stringify(answer).slice(0, 500)}`);
  return answer;
}

function put(url: string, file: string, size: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const upload = request(url, { method: 'PUT', headers: { 'content-length': size } }, (response) => {
      response.resume();
      if (response.statusCode === 200) resolve();
      else reject(new Error(`PUT: ${response.statusCode}`));
    });
    upload.on('error', reject);
    createReadStream(file, { highWaterMark: 1024 * 1024 }).pipe(upload);
  });
}

const folder = await mkdtemp(join(tmpdir(), 'slipway-bench-'));
try {
  const file = join(folder, `plugin.${kind}`);
  await timed(`make ${mebibytes} MiB ${kind}`, () =>
    kind === 'zip'
      ? pipeline(zip, createWriteStream(file))
      : pipeline(tar, createGzip({ level: 1 }), createWriteStream(file)),
  );
  const { size } = await stat(file);
  console.log(`${'bytes'.padEnd(28)} ${size}`);
  const upload = await post('/uploads', { name, version: '1.0.0', file_size_bytes: size });
  await timed('PUT', () => put(String(upload.presigned_url), file, size));
  await timed('confirm until verdict', async () => {
    for (;;) {
      const answer = await post(`/uploads/${upload.upload_id}/confirm`, {});
      if (answer.validation_status !== 'pending') return;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  });
} finally {
  await rm(folder, { recursive: true, force: true });
}
