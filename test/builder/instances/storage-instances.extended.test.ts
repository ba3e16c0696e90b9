// Tests instances of storage plugins: their operations, and the data folder, which outlives an instance.
// @module-tag go
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { artifactOf, coldCacheMs, executableSpec, operate, startGoBuilder } from '../go-support.ts';
import { eventually, refusal, type TestBuilder } from '../support.ts';
import { storage } from './storage-plugin.ts';

let builder: TestBuilder;
let artifact: string;
beforeAll(async () => {
  const limits = { callMs: 500, hangMs: 200, pingMs: 200, dataBytes: 2 * 1024 * 1024, memoryBytes: 512 * 1024 * 1024 };
  builder = await startGoBuilder({ limits });
  artifact = await artifactOf(builder, { 'plugin.go': storage });
}, coldCacheMs);
afterAll(() => builder.close());

let names = 0;
/** Starts an instance with this data folder. */
async function started(data: string): Promise<string> {
  const id = `dep_${names++}`;
  const events = await builder.put(id, executableSpec(artifact, { kind: 'storage', data }));
  expect(events.at(-1)).toMatchObject({ type: 'ready', instance: { id, state: 'ready', code: artifact } });
  return id;
}

describe('a storage plugin', () => {
  const config = { connection_string: 'data.txt' };
  const record = {
    version: '1.0',
    source: { type: 'file', uri: 'x', format: 'text', timestamp: '2026-01-01T00:00:00Z', parameters: {} },
    data: 'stored',
    metadata: { size: 4 },
  };
  const stored = (id: string) => operate(builder, id, 'retrieve', { config });

  test('a storage plugin handles its operations, each after being initialized', async () => {
    const id = await started('plg_operations');
    const ask = async (method: string, params: unknown) => (await operate(builder, id, method, params)).body;
    expect(await ask('initialize', { config })).toEqual({ result: { ok: true } });
    expect(await ask('create_schema', { config, ontology: { entities: [], relationships: [] } })).toEqual({
      result: { ok: true },
    });
    expect(await ask('store', { config, cir: record })).toEqual({ result: { success: true, affected_items: 1 } });
    expect(await ask('retrieve', { config })).toMatchObject({ result: [{ data: 'stored' }] });
    expect(await ask('update', { config, query: {}, updates: { filters: [], updates: {} } })).toEqual({
      result: { success: true },
    });
    expect(await ask('metadata', { config })).toEqual({
      result: { storage_type: 'file', version: '', capabilities: null },
    });
    expect(await ask('health', { config })).toEqual({ result: { healthy: true } });
    expect(await ask('delete', { config, query: {} })).toEqual({ result: { success: true } });
    expect(await ask('health', {})).toEqual({ error: { code: 'plugin_error', message: 'initialize: no file' } });
    expect(await ask('store', { config })).toEqual({
      error: { code: 'bad_request', message: 'params.cir is required for store' },
    });
  });

  test("a storage plugin finds its own files in later instances, and never another plugin's files", async () => {
    const one = await started('plg_one');
    await operate(builder, one, 'store', { config, cir: record });
    const next = await started('plg_one');
    expect(await stored(next)).toMatchObject({ body: { result: [{ data: 'stored' }] } });
    for (const id of [one, next]) await builder.send('DELETE', `/instances/${id}`);
    const later = await started('plg_one');
    expect(await stored(later)).toMatchObject({ body: { result: [{ data: 'stored' }] } });
    expect((await builder.logs(later)).join('\n')).not.toContain('is full');
    const other = await started('plg_two');
    expect(await stored(other)).toMatchObject({ body: { error: { code: 'plugin_error' } } });
  });

  test('a storage plugin that fills a measured folder is ended, and can then read and delete, but not write', {
    tags: 'long',
  }, async () => {
    const folder = join(builder.stateFolder, 'data', 'plg_full');
    mkdirSync(folder, { mode: 0o700 });
    writeFileSync(join(folder, '.older'), ''); // a folder with data gets no image
    const id = await started('plg_full');
    const large = { ...record, data: 'x'.repeat(3_000_000) };
    await operate(builder, id, 'store', { config, cir: large });
    const ended = 'host: The process exited: it used more than 2 MiB or 65536 files in its data folder. Restarting.';
    await eventually(() => builder.logs(id)).toEqual(
      expect.arrayContaining([ended, expect.stringMatching(/^host: Its data folder is full: /)]),
    );
    expect((await stored(id)).body).toMatchObject({ result: [{ data: large.data }] });
    expect((await operate(builder, id, 'delete', { config, query: {} })).body).toEqual({ result: { success: true } });
    const refused = await operate(builder, id, 'store', { config, cir: record });
    expect(refused.body).toMatchObject({ error: { message: expect.stringContaining('file too large') } });
    await builder.send('DELETE', `/instances/${id}`);
    const next = await started('plg_full');
    expect((await operate(builder, next, 'store', { config, cir: record })).status).toBe(200);
    expect(await stored(next)).toMatchObject({ body: { result: [{ data: 'stored' }] } });
  });

  test('a storage plugin loses its files when its data is deleted, and deleting is refused while it runs', {
    tags: 'long',
  }, async () => {
    const id = await started('plg_deleted');
    await operate(builder, id, 'store', { config, cir: record });
    expect(refusal(await builder.send('DELETE', '/data/plg_deleted'))).toBe('409 data-in-use');
    await builder.send('DELETE', `/instances/${id}`);
    for (let i = 0; i < 2; i++)
      expect(await builder.send('DELETE', '/data/plg_deleted')).toEqual({ status: 204, body: undefined });
    expect(existsSync(join(builder.stateFolder, 'data', 'plg_deleted'))).toBe(false);
    expect(refusal(await builder.send('DELETE', '/data/..%2fblobs'))).toBe('422 invalid-request');
  });
});
