// A plugin whose requests for the name are interleaved, and what each of them does to the name by the rule that the newest one wins.
// Deployments finish when the test says so, without an instance.
import { and, desc, eq } from 'drizzle-orm';
import type { Actor } from '../../../src/access/actor.ts';
import { createOrganization } from '../../../src/access/organizations.ts';
import type { Version } from '../../../src/contract/plugin/manifest.ts';
import type { ReleaseChoice } from '../../../src/contract/releases.ts';
import { releasePlanSchema } from '../../../src/contract/releases.ts';
import type { SkipReason } from '../../../src/contract/skipped-versions.ts';
import type { DeploymentType, PluginKind } from '../../../src/contract/states.ts';
import type { PluginRowId } from '../../../src/core/ids.ts';
import { emptyObject } from '../../../src/core/json/text.ts';
import { Problem } from '../../../src/core/problem.ts';
import { deployments, isUnfinished, livePointers } from '../../../src/db/schema/deploy.ts';
import { plugins, pluginVersions } from '../../../src/db/schema/registry.ts';
import { isActiveRelease, releases } from '../../../src/db/schema/releases.ts';
import { callCounts } from '../../../src/db/schema/traffic.ts';
import { versionHistory } from '../../../src/pointers/history/version-history.ts';
import { undeployVersion } from '../../../src/pointers/undeploy.ts';
import { activateStatements, isHigherThanActive } from '../../../src/registry/versions/active-version.ts';
import { exactVersion, type PluginVersion, versionSlug } from '../../../src/registry/versions/versions.ts';
import { quarantine } from '../../../src/retirement/quarantine.ts';
import { deleteVersion } from '../../../src/retirement/removal.ts';
import { withdrawVersion } from '../../../src/retirement/withdraw.ts';
import type { ReleaseChange } from '../../../src/rollouts/releases/change.ts';
import { requestChange, startRelease } from '../../../src/rollouts/releases/requested.ts';
import { requestDeployment } from '../../../src/rollouts/request-deployment.ts';
import { rollBackCrashing } from '../../../src/rollouts/rollback/crash-rollback.ts';
import { rollBack } from '../../../src/rollouts/rollback/rollback.ts';
import { claimDeployment } from '../../../src/rollouts/steps/claim.ts';
import { goLive } from '../../../src/rollouts/steps/go-live.ts';
import type { Scene } from './scene.ts';

export const twoSteps = releasePlanSchema.parse({ steps: [{ percent: 10 }, { percent: 50 }], hold: '24h' });

/** Real versions of one plugin, and what people, crashes and workers do with them. A refused request changes nothing. */
export class Naming {
  readonly #s: Scene;
  readonly #kind: PluginKind;
  readonly pluginId: PluginRowId;
  readonly versions: PluginVersion[] = [];

  constructor(s: Scene, kind: PluginKind, pluginId: PluginRowId) {
    this.#s = s;
    this.#kind = kind;
    this.pluginId = pluginId;
  }

  /** Publishes a copy of the scene's version, with a number and content of its own. */
  async publish(): Promise<void> {
    const { actor, deps, namespaceId, version } = this.#s;
    const [id, sha256] = [deps.ids('version'), crypto.randomUUID()];
    const own = { id, ownerId: namespaceId, pluginId: this.pluginId, organizationId: actor.organizationId, sha256 };
    const source = this.#kind === 'extractor' ? {} : { kind: this.#kind, source: goSource(this.versions.length) };
    const number = { major: 1, minor: this.versions.length, patch: 0 };
    const times = { activation: null, createdAt: deps.clock.now(), updatedAt: deps.clock.now() };
    const row = { ...version, ...own, ...source, ...number, ...times, filesSha256: sha256, uploadSha256: sha256 };
    const event = { organizationId: actor.organizationId, namespaceId, actor: actor.ref };
    const condition = and(eq(plugins.id, this.pluginId), isHigherThanActive({ id, ...number }));
    await deps.db.batch([
      deps.db.insert(pluginVersions).values(row),
      ...activateStatements(deps, { pluginId: this.pluginId, versionId: id, condition, event }),
    ]);
    this.versions.push(row);
  }

  async deploy(v: number, release: ReleaseChoice | null, type: DeploymentType = 'realtime'): Promise<void> {
    const { actor, deps, namespaceId } = this.#s;
    const request = { namespaceId, version: this.#version(v), type, parameters: emptyObject };
    await requestDeployment(deps, { ...request, release, actor: actor.ref });
  }

  /** Lets the version's deployment in progress become ready. */
  async finish(v: number): Promise<void> {
    const { deps } = this.#s;
    const [row] = await deps.db
      .select()
      .from(deployments)
      .where(and(eq(deployments.versionId, this.#version(v).id), isUnfinished()));
    const claimed = row && (await claimDeployment(deps, row.id));
    if (!claimed) return;
    await deps.db.update(deployments).set({ status: 'verifying' }).where(eq(deployments.id, row.id));
    await goLive(deps, claimed, []);
  }

  async release(v: number): Promise<void> {
    const { actor, deps, namespaceId } = this.#s;
    const { major, minor, patch, name } = this.#version(v);
    const version = `${major}.${minor}.${patch}`;
    await startRelease(deps, actor, namespaceId, { kind: 'extractor', name, version, plan: twoSteps });
  }

  async change(change: ReleaseChange): Promise<void> {
    const { actor, deps, namespaceId } = this.#s;
    const [release] = await deps.db
      .select({ id: releases.id })
      .from(releases)
      .where(and(eq(releases.namespaceId, namespaceId), isActiveRelease()));
    if (release) await requestChange(deps, actor, { id: release.id, namespaceId }, change);
  }

  async rollBack(v?: number): Promise<void> {
    const { actor, deps, namespaceId } = this.#s;
    const version = v === undefined ? {} : { version: this.#exact(v) };
    const plugin = { name: this.#s.version.name, kind: this.#kind };
    await rollBack(deps, actor, namespaceId, { ...plugin, message: null, ...version });
  }

  /** Has the version with the name crash in its first minute. */
  async crash(): Promise<void> {
    const { deps, namespaceId } = this.#s;
    const { named } = await this.state();
    if (named === null) return;
    const [serving] = await deps.db
      .select({ id: deployments.id })
      .from(deployments)
      .where(
        and(
          eq(deployments.namespaceId, namespaceId),
          eq(deployments.versionId, this.#version(named).id),
          eq(deployments.status, 'promoted'),
        ),
      )
      .orderBy(desc(deployments.generation))
      .limit(1);
    if (serving) await rollBackCrashing(deps, serving.id, 3);
  }

  async undeploy(v: number): Promise<void> {
    await undeployVersion(this.#s.deps, this.#s.namespaceId, this.#version(v), this.#s.actor.ref);
  }

  async delete(v: number): Promise<void> {
    await deleteVersion(this.#s.deps, this.#s.actor, this.#s.namespaceId, versionSlug(this.#version(v)));
  }

  async yank(v: number): Promise<void> {
    const subject = { ownerId: this.#version(v).ownerId, slug: versionSlug(this.#version(v)), kind: this.#kind };
    await withdrawVersion(this.#s.deps, this.#s.actor, subject, { yanked: 'wrong' });
  }

  async quarantine(v: number): Promise<void> {
    const request = { reason: 'bad', objection: 'write to us', drain: true };
    await quarantine(this.#s.deps, this.#version(v).sha256, request, { type: 'admin', id: 'tests' });
  }

  /** Has the version called ten times, of which so many fail. */
  async call(v: number, errors: number): Promise<void> {
    const { deps, namespaceId } = this.#s;
    const count = { calls: 10, errors, latencies: [], checked: 0, mismatched: 0, minutes: {}, hasMinutes: false };
    const at = deps.clock.now() - (deps.clock.now() % 3_600_000);
    const row = { namespaceId, pluginId: this.pluginId, at, version: exactVersion(this.#version(v)), ...count };
    await deps.db
      .insert(callCounts)
      .values(row)
      .onConflictDoUpdate({
        target: [callCounts.namespaceId, callCounts.pluginId, callCounts.at, callCounts.version],
        set: count,
      });
  }

  /** Returns where a rollback goes that names no version, and which versions it skips, newest first. */
  async choice(): Promise<{ target: number | null; skipped: [number, SkipReason][] }> {
    const { actor, deps, namespaceId, version } = this.#s;
    const { rollback } = await versionHistory(
      deps,
      actor,
      { namespaceId, name: version.name, kind: this.#kind },
      { limit: 1 },
    );
    const numbered = ({ id }: PluginVersion) => this.versions.findIndex((one) => one.id === id);
    const [target] = rollback.targets;
    return {
      target: target ? numbered(target) : null,
      skipped: rollback.skipped.map((one) => [numbered(one.version), one.reason]),
    };
  }

  /** Lets time pass, so that what comes next is later. */
  later(): void {
    this.#s.clock.advance(1);
  }

  /** Returns the version that has the name, and the active one. */
  async state(): Promise<{ named: number | null; active: number | null }> {
    const { deps, namespaceId } = this.#s;
    const isNamed = and(eq(livePointers.namespaceId, namespaceId), eq(livePointers.subjectId, this.pluginId));
    const [[pointer], [plugin]] = await deps.db.batch([
      deps.db.select().from(livePointers).where(isNamed),
      deps.db.select().from(plugins).where(eq(plugins.id, this.pluginId)),
    ]);
    const numbered = (id: string | null | undefined) => {
      const v = this.versions.findIndex((one) => one.id === id);
      return v < 0 ? null : v;
    };
    return { named: numbered(pointer?.targetId), active: numbered(plugin?.activeVersionId) };
  }

  /** Returns what names the version in a request: the commit of a Go plugin. */
  #exact(v: number): Version | string {
    const version = this.#version(v);
    return version.kind === 'extractor' ? version : exactVersion(version);
  }

  #version(v: number): PluginVersion {
    const version = this.versions[v];
    if (!version) throw new Error(`no version ${v}`);
    return version;
  }
}

/** Returns where a Go plugin's version comes from. */
function goSource(nth: number): PluginVersion['source'] {
  const commit = nth.toString(16).padStart(40, 'a');
  return { repository: 'https://git.example.com/acme/plugin', ref: `v1.${nth}.0`, commit, named: true };
}

/** Returns a plugin without versions, in an organization of its own. */
export async function naming(s: Scene, kind: PluginKind = 'extractor'): Promise<Naming> {
  const { deps, version } = s;
  const created = await createOrganization(deps, { name: crypto.randomUUID(), actor: { type: 'admin', id: 'tests' } });
  const { namespaceId, organizationId } = created;
  const actor: Actor = { ...s.actor, organizationId, ref: { type: 'key', id: created.keyId } };
  const [plugin] = await deps.db.select().from(plugins).where(eq(plugins.id, version.pluginId));
  if (!plugin) throw new Error('the scene has no plugin');
  const id = deps.ids('plugin');
  await deps.db
    .insert(plugins)
    .values({ ...plugin, id, kind, ownerId: namespaceId, organizationId, activeVersionId: null });
  return new Naming({ ...s, actor, namespaceId }, kind, id);
}

/** Runs the request, and returns whether it was accepted. */
export async function accepted(request: Promise<void>): Promise<boolean> {
  try {
    await request;
    return true;
  } catch (error) {
    if (error instanceof Problem) return false;
    throw error;
  }
}
