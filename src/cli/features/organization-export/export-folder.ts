// Writes an organization's export into a folder: tables as JSON lines, objects as files, events with their seals, and a list of all
// files with digests. Holds only one line or one piece of an object in memory.
import { createHash, type Hash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod/mini';
import type { SlipwayClient } from '../../../client/client.ts';
import { exportedLines } from '../../../client/event-export.ts';
import { parseExportLine } from '../../../contract/events/event-export.ts';
import { Failure } from '../../terminal/failure.ts';

const lineSchema = z.union([
  z.object({ table: z.string(), row: z.record(z.string(), z.unknown()) }),
  z.object({ object: z.object({ key: z.string(), size: z.int(), url: z.string() }) }),
  z.object({ end: z.object({ next: z.optional(z.string()) }) }),
]);

export interface WrittenFile {
  bytes: number;
  sha256: string;
}

/** An open file. Its digest is known once it's closed. */
class DigestedFile {
  readonly #stream: WriteStream;
  readonly #hash: Hash = createHash('sha256');
  #bytes = 0;

  constructor(path: string) {
    this.#stream = createWriteStream(path, { flags: 'wx', mode: 0o600 });
  }

  async write(chunk: string | Uint8Array): Promise<void> {
    this.#hash.update(chunk);
    this.#bytes += Buffer.byteLength(chunk);
    if (!this.#stream.write(chunk)) await once(this.#stream, 'drain');
  }

  async close(): Promise<WrittenFile> {
    this.#stream.end();
    await once(this.#stream, 'close');
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }
}

export interface ExportSummary {
  folder: string;
  rows: number;
  objects: number;
  events: number;
  bytes: number;
}

export async function exportToFolder(
  client: SlipwayClient,
  folder: string,
  organizationId: string,
  signal: AbortSignal,
): Promise<ExportSummary> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await readdir(folder)).length > 0)
    throw new Failure('usage', `${folder} is not empty`, { hint: 'Name a new folder for the export.' });
  return new FolderExport(client, folder, signal).write(organizationId);
}

class FolderExport {
  readonly #client: SlipwayClient;
  readonly #folder: string;
  readonly #signal: AbortSignal;
  readonly #tables = new Map<string, DigestedFile>();
  readonly #files: Record<string, WrittenFile> = {};
  readonly #counts = { rows: 0, objects: 0, events: 0 };

  constructor(client: SlipwayClient, folder: string, signal: AbortSignal) {
    this.#client = client;
    this.#folder = folder;
    this.#signal = signal;
  }

  async write(organizationId: string): Promise<ExportSummary> {
    for (let from: string | undefined, isFirst = true; isFirst || from !== undefined; isFirst = false)
      from = await this.#part(from);
    for (const [table, file] of this.#tables) this.#files[`tables/${table}.jsonl`] = await file.close();
    await this.#events();
    const manifest = { format: 1, organization_id: organizationId, ...this.#counts, files: this.#files };
    await writeFile(join(this.#folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
    const bytes = Object.values(this.#files).reduce((sum, file) => sum + file.bytes, 0);
    return { folder: this.#folder, ...this.#counts, bytes };
  }

  /** Writes one part of the export. Returns where the next one starts. */
  async #part(from: string | undefined): Promise<string | undefined> {
    for await (const text of this.#client.lines('/v1/organization/export', { query: { from }, signal: this.#signal })) {
      const line = lineSchema.parse(JSON.parse(text));
      if ('end' in line) return line.end.next;
      if ('table' in line) await this.#row(line.table, line.row);
      else await this.#object(line.object);
    }
    throw new Failure('failed', 'the export ended early', { hint: 'Remove the folder and repeat the command.' });
  }

  async #row(table: string, row: object): Promise<void> {
    const file = this.#tables.get(table) ?? (await this.#open(`tables/${table}.jsonl`));
    this.#tables.set(table, file);
    await file.write(`${JSON.stringify(row)}\n`);
    this.#counts.rows += 1;
  }

  async #object({ key, size, url }: { key: string; size: number; url: string }): Promise<void> {
    const name = `objects/${key}`;
    if (name in this.#files) return; // versions with the same content share it
    const response = await fetch(url, { signal: this.#signal });
    if (!response.ok || !response.body)
      throw new Failure('failed', `the store responded with ${response.status} for ${key}`, {
        hint: 'Remove the folder and repeat the command. The next export leaves out objects deleted in the meantime.',
      });
    const file = await this.#open(name);
    for await (const chunk of response.body) await file.write(chunk);
    const written = await file.close();
    if (written.bytes !== size) throw new Failure('failed', `${key} has ${written.bytes} bytes instead of ${size}`);
    this.#files[name] = written;
    this.#counts.objects += 1;
  }

  async #events(): Promise<void> {
    const file = await this.#open('events.ndjson');
    for await (const line of exportedLines(this.#client, this.#signal)) {
      await file.write(`${line}\n`);
      const parsed = parseExportLine(line);
      if (parsed && 'end' in parsed) this.#counts.events = parsed.end.events;
    }
    this.#files['events.ndjson'] = await file.close();
  }

  async #open(name: string): Promise<DigestedFile> {
    if (name.split('/').some((part) => part === '..' || part === '.' || part === ''))
      throw new Failure('failed', `the server sent the invalid file name ${name}`);
    const path = join(this.#folder, name);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    return new DigestedFile(path);
  }
}
