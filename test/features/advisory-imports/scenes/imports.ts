// Imports of advisories whose work the tests do.
import { expect } from 'vitest';
import { z } from 'zod';
import { idSchema } from '../../../../src/contract/ids.ts';
import type { Deps } from '../../../../src/deps.ts';
import { readImport } from '../../../../src/features/advisory-imports/read-import.ts';
import { type Answer, clientOf } from '../../../support/client.ts';
import { clockAt, testApp } from '../../../support/deps.ts';
import { zipOf } from '../../../support/plugins/plugin.ts';
import { adminAuthorization } from '../../../support/scenes/organization.ts';
import { losingQueues } from '../../../support/workers/losing-queues.ts';

export const admin = '/v1/admin/advisories';

export const created = z.object({ import_id: idSchema('advisoryImport'), upload_url: z.string().nullable() });

export function world(replacements: Partial<Deps> = {}) {
  const clock = clockAt(Date.parse('2026-11-20T12:00:00Z'));
  const { queues, sent } = losingQueues();
  const app = testApp({ clock, queues, ...replacements });
  const operator = clientOf(adminAuthorization, app.fetch);
  const work = async () => {
    await app.settled();
    for (let next = sent.shift(); next; next = sent.shift())
      if (next.type === 'read-advisories') await readImport(app.deps, next.id);
  };
  return { ...app, clock, operator, sent, work };
}

type World = ReturnType<typeof world>;

export const jsonFiles = (records: readonly { id: string }[]) =>
  Object.fromEntries(records.map((record) => [`${record.id}.json`, JSON.stringify(record)]));

/** Creates an import and sends the zip. Returns its ID. */
export async function sent({ fetch, operator }: World, zip: Uint8Array<ArrayBuffer>) {
  const { body } = await operator.post(`${admin}/imports`, { size_bytes: zip.length });
  const { import_id, upload_url } = created.parse(body);
  const headers = { 'content-length': String(zip.length) };
  const put = await fetch(new Request(upload_url ?? '', { method: 'PUT', body: zip, headers }));
  expect(put.status).toBe(200);
  return import_id;
}

/** Imports the files as a zip. Returns the ended import. */
export async function imported(own: World, files: Record<string, string | Uint8Array>): Promise<Answer['body']> {
  const id = await sent(own, zipOf(files));
  expect((await own.operator.post(`${admin}/imports/${id}/start`)).status).toBe(200);
  await own.work();
  return (await own.operator.get(`${admin}/imports/${id}`)).body;
}
