// Tests over HTTP that an agent plugin search reads a bounded number of rows.
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { agentScene, agents, registered } from '../scenes/agents.ts';

const scene = await agentScene();
const { org } = scene;

test('a search covers 500 plugins per page, and the next page continues from there', async () => {
  const tag = crypto.randomUUID().slice(0, 12);
  const oldest = await registered(scene, { name: `old-${tag}` });
  const columns =
    'organization_id, plugin_type, artifact_url, config_schema, plugin_runtime, verification, attempts, mirrored, registered_by, registered_at, updated_at';
  const digits = crypto.randomUUID().replaceAll('-', '').slice(0, 20);
  await env.DB.prepare(
    `insert into agent_artifacts (id, name, name_key, version, checksum, ${columns})
     with recursive n(i) as (select 1 union all select i + 1 from n where i < 600)
     select 'plg_z' || '${digits}' || printf('%05d', i), 'other-' || i, 'other-' || i || '${digits}', '1', checksum, ${columns} from n join agent_artifacts on id = ?`,
  )
    .bind(oldest)
    .run();
  const page = Object((await org.get(`${agents}?q=${tag}`)).body);
  expect(page).toEqual({ plugins: [], nextCursor: expect.any(String) });
  const next = Object((await org.get(`${agents}?q=${tag}&cursor=${page.nextCursor}`)).body);
  expect(next).toMatchObject({ plugins: [{ id: oldest }], nextCursor: null });
});
