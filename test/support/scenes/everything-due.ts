// Provides a database in which a thousand rows of each kind are due for the sweep.
import { env } from 'cloudflare:workers';
import { z } from 'zod';
import { releasePlanSchema } from '../../../src/contract/releases.ts';
import type { Deps } from '../../../src/deps.ts';
import { copyRow, numbered } from '../database/many-rows.ts';
import { featureRows } from '../feature-rows.ts';
import { plugin } from '../plugins/plugin.ts';
import { openUpload, publish } from '../plugins/publish.ts';
import { know } from './advisories.ts';
import { newLaterCall } from './authorization-world.ts';
import { type LosingScene, losingScene } from './losing-scene.ts';
import type { Organization } from './organization.ts';
import { waive } from './waived.ts';

const times = 1000;
const first = { from: 10_001, times };
const second = { from: 20_001, times };
const third = { from: 30_001, times };
const fourth = { from: 40_001, times };

/** SQL for a text that differs by row. */
const text = (value: string) => `'${value}'`;
const numberedText = (id: string) => numbered(text(id));
const run = (statement: string) => env.DB.prepare(statement).run();

/** Returns an organization with a row of each frequent kind, none of which is due. */
export async function sceneOfEach(replacements: Partial<Deps>): Promise<LosingScene> {
  const scene = await losingScene(replacements);
  const { org } = scene;
  const version = await publish(org, plugin({ realtime: true }));
  if ((await org.post(`${org.plugins}/${version.plugin_id}/deploy`)).status !== 200) throw new Error('not deployed');
  for (const { prepare } of featureRows) await prepare?.(scene);
  await waive(org, { expiresAt: scene.clock.now() + 30 * 86_400_000 });
  await run(`update deployments set status = 'stopped', promoted_at = 1, stop_after = 1, instance_stopped_at = 1`);
  await run('delete from rescans');
  return scene;
}

/** Makes a thousand rows of each kind due. */
export async function makeEverythingDue({ clock, deps, org }: LosingScene): Promise<void> {
  const old = String(clock.now() - 3_600_000);
  const made = { created_at: old, updated_at: old };
  await messagesAndEvents(old);
  await uploads(org, made);
  await pluginsAndDeployments(clock.now(), old, made);
  await affectedVersions();
  for (const { makeDue } of featureRows) await makeDue?.({ org, deps, old });
  await laterCalls(org, old);
  await deletedNamespaces(org);
  await releasesOf(org, old);
  await history();
  await advisoriesOf();
  await run('analyze'); // as in the sweep
}

/** Has an advisory affect the live versions. */
async function affectedVersions(): Promise<void> {
  await know({ id: 'GHSA-due' });
  await run(`insert into version_advisories
    (version_id, advisory_id, purl, organization_id, fixed_in, reach, reach_due, announce_due, created_at)
    select id, 'GHSA-due', 'pkg:golang/a.example@v1.0.0', organization_id, null, 'symbol', 0, 1, 1
    from plugin_versions where kind = 'storage'`);
}

async function messagesAndEvents(old: string): Promise<void> {
  await copyRow('outbox', first, { sent_at: 'null', created_at: old, due_at: old });
  await copyRow('events', first, { seq: 'null' });
}

async function uploads(org: Organization, made: Record<string, string>): Promise<void> {
  await openUpload(org, { name: 'hello_ext' });
  const upload = { ...made, announced_bytes: 'null' };
  await copyRow('uploads', second, { ...upload, version_id: 'null', status: text('confirming') });
  await copyRow('uploads', third, { ...upload, version_id: 'null', status: text('open'), expires_at: '1' });
  await copyRow('uploads', fourth, { ...upload, to_deploy: '1' });
}

const rowSchema = z.object({ plugin_id: z.string(), version_id: z.string(), namespace_id: z.string() });

async function pluginsAndDeployments(now: number, old: string, made: Record<string, string>): Promise<void> {
  const row = await env.DB.prepare('select plugin_id, version_id, namespace_id from deployments limit 1').first();
  const { plugin_id, version_id, namespace_id } = rowSchema.parse(row);
  // Only versions of extractors, because Go plugins that were never deployed are also due.
  const extractorOf = (id: string, from: number) => numberedText(id).replace('i)', `i - ${from - first.from})`);
  const own = ({ from }: typeof first) => ({
    plugin_id: extractorOf(plugin_id, from),
    version_id: extractorOf(version_id, from),
  });
  for (const [kind, range] of [
    ['extractor', first],
    ['pipeline', second],
    ['storage', third],
  ] as const) {
    const named = { kind: text(kind), name: "'plugin_' || i" };
    await copyRow('plugins', range, { ...named, active_version_id: numberedText(version_id) });
    await copyRow('plugin_versions', range, { ...named, plugin_id: numberedText(plugin_id) });
  }
  await copyRow('plugin_versions', fourth, { patch: 'i', sha256: "printf('%064d', i)", deleted_at: '1' });
  await copyRow('plugin_versions', { from: 50_001, times }, { patch: 'i', judged_policy: '1' });
  await run(
    `insert into rescans select organization_id, 'plugin_' || patch, '', '', 1 from plugin_versions where judged_policy = 1`,
  );
  const running = {
    ...made,
    generation: 'i',
    ticket: 'i',
    promoted_at: 'null',
    stop_after: 'null',
    instance_stopped_at: 'null',
  };
  await copyRow('deployments', first, {
    ...running,
    ...own(first),
    status: text('queued'),
    organization_id: "'org_' || i",
  });
  await copyRow('deployments', second, { ...running, ...own(second), status: text('stopped'), stop_after: old });
  await copyRow('deployments', third, {
    ...running,
    ...own(third),
    status: text('promoted'),
    promoted_at: String(now),
  });
  await copyRow('deployments', fourth, { generation: 'i', ticket: 'i', status: text('failed'), updated_at: '1' });
  // Replaced versions of Go plugins, and plugins whose surplus versions haven't been undeployed yet.
  await run(`insert into live_pointers (namespace_id, subject_id, target_id, ticket, last_ticket, limit_ticket, updated_at)
    select '${namespace_id}', id, 'dep_other', 1, 1, null, ${old} from plugin_versions where kind = 'storage'
    union all select '${namespace_id}', id, 'ver_other', 1, 1, 1, ${old} from plugins where kind = 'storage'`);
}

async function laterCalls(org: Organization, old: string): Promise<void> {
  await newLaterCall(org);
  await copyRow('later_calls', first, { due_at: old });
  await copyRow('later_calls', second, { expires_at: '1' });
  await copyRow('later_calls', third, { status: text('running'), lease_until: '1' });
  await copyRow('later_calls', fourth, { status: text('succeeded'), ended_at: '1', runs: '4' });
}

/** Active releases, each in a different namespace, and releases that ended long ago. */
async function releasesOf(org: Organization, old: string): Promise<void> {
  const row = await env.DB.prepare('select plugin_id, version_id from deployments limit 1').first();
  const { plugin_id, version_id } = rowSchema.omit({ namespace_id: true }).parse(row);
  const plan = JSON.stringify(releasePlanSchema.parse({}));
  await run(`insert into releases (id, organization_id, namespace_id, plugin_id, from_version_id, to_version_id, plan, state, step, weight, shadow, generation, created_by, created_at, step_started_at, updated_at, ended_at)
    values ('rel_00000000000000000000000001', '${org.id}', '${org.namespaceId}', '${plugin_id}', '${version_id}', '${version_id}', '${plan}', 'cancelled', 0, 0, 0, 1, '{"type":"system","id":"tests"}', ${old}, ${old}, ${old}, 1)`);
  await copyRow('releases', first, { namespace_id: "'ns_' || i", state: text('rolling'), ended_at: 'null' });
  await copyRow('releases', second, {});
}

async function deletedNamespaces(org: Organization): Promise<void> {
  await copyRow('namespaces', first, { name: "'copy-' || i", deleted_at: '1', emptied_at: 'null' });
  const inDeleted = { owner_id: numberedText(org.namespaceId), name: "'deleted_' || i" };
  await copyRow('plugin_versions', { from: first.from, times }, { ...inDeleted, id: "'ver_deleted' || i" });
}

async function history(): Promise<void> {
  await run(
    `insert into idempotency_keys (id, fingerprint, claim, lease_until, expires_at) values ('key', '', '', 1, 1)`,
  );
  await copyRow('idempotency_keys', first, { id: "'key_' || i" });
  await run(`insert into dead_letters (id, queue, reason, created_at) values ('letter', 'scans', 'malformed', 1)`);
  await copyRow('dead_letters', first, { id: "'letter_' || i" });
  await run(`insert into call_counts (namespace_id, plugin_id, at, version, calls, errors, latencies, checked, mismatched, minutes, has_minutes)
    values ('ns', 'plg', 0, '1.0.0', 1, 0, '[]', 0, 0, '{}', 1)`);
  await copyRow('call_counts', first, { at: 'i' });
  await run(
    `insert into usage_months (organization_id, month, namespace_id, plugin_id, calls, instance_ms) values ('org', '2020-01', 'ns', 'plg', 1, 1)`,
  );
  await copyRow('usage_months', first, { plugin_id: "'plg_' || i" });
  await run(`insert into counted_instances (id, started_at, counted_ms, counted_at) values ('dep', 1, 1, 1)`);
  await copyRow('counted_instances', first, { started_at: '1 + i' });
  await run(
    `insert into budgets (organization_id, scope, set_by, calls, on_exceeded, checked_at) values ('org', 'org', 'organization', 0, 'refuse', 1)`,
  );
  await copyRow('budgets', first, { organization_id: "'org_' || i", scope: "'org_' || i" });
}

/** Changed advisories, and versions that weren't compared with any. */
async function advisoriesOf(): Promise<void> {
  await run(`insert into advisories (id, aliases, summary, modified_at, digest, match_due, updated_at)
    values ('GHSA-1', '[]', '', 1, '', 1, 1)`);
  await copyRow('advisories', first, { id: "'GHSA-' || i" });
  await run(`update plugin_versions set packages_indexed_at = null where kind in ('pipeline', 'storage')`);
}
