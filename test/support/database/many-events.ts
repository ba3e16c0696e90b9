// Writes any number of events directly into the table, without the changes that would cause them.
import { env } from 'cloudflare:workers';
import type { OrganizationId } from '../../../src/core/ids.ts';
import { origin } from '../client.ts';
import type { Organization } from '../scenes/organization.ts';

/** Writes many events of one organization at once. */
export async function writeEvents({ id }: { id: OrganizationId }, count: number, createdAt: number): Promise<void> {
  await env.DB.prepare(
    `insert into events (id, organization_id, type, actor, subject_id, data, created_at)
     with recursive n(i) as (select 1 union all select i + 1 from n where i < ?2)
     select 'evt_' || lower(hex(randomblob(13))), ?1, 'namespace.updated', '{"type":"system","id":"slipway"}', 'x', '{"fields":[]}', ?3 from n`,
  )
    .bind(id, count, createdAt)
    .run();
}

/** Returns the lines of an export response, without their line feeds. */
export async function exportOf(org: Organization, query = ''): Promise<string[]> {
  const headers = { authorization: `Bearer ${org.key}` };
  const answer = await org.fetch(new Request(`${origin}/v1/events/export${query}`, { headers }));
  if (answer.status !== 200) throw new Error(`answered ${answer.status}: ${await answer.text()}`);
  return linesOf(answer.body);
}

export async function linesOf(body: ReadableStream<Uint8Array> | null): Promise<string[]> {
  return (await new Response(body).text()).split('\n').slice(0, -1);
}
