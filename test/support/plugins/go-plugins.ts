// Creates the rows that Go plugins have after an install. End-to-end tests cover real builds.
import { env } from 'cloudflare:workers';
import { and, eq } from 'drizzle-orm';
import { encodeIndex } from '../../../src/archive/contents/stored-index.ts';
import type { GoKind } from '../../../src/contract/plugin/go-kinds.ts';
import type { DeploymentState } from '../../../src/contract/states.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { sha256Hex } from '../../../src/core/digest.ts';
import { idSource } from '../../../src/core/ids.ts';
import { emptyObject } from '../../../src/core/json/text.ts';
import { database } from '../../../src/db/client.ts';
import { deployments, livePointers } from '../../../src/db/schema/deploy.ts';
import { plugins, pluginVersions, scans, uploads } from '../../../src/db/schema/registry.ts';
import { artifactKey } from '../../../src/instances/builds/builds.ts';
import { indexKey } from '../../../src/registry/storage/archives.ts';
import { policyVersion } from '../../../src/scan/scan.ts';
import type { Organization } from '../scenes/organization.ts';

export const goOrigin = {
  repository: 'https://git.example.com/acme/upper.git',
  ref: 'v1.2.0',
  commit: '0123456789abcdef0123456789abcdef01234567',
  named: true,
};

type Home = Pick<Organization, 'id' | 'namespaceId'>;

export async function goPlugin(org: Home, kind: GoKind, name: string): Promise<void> {
  const db = database(env.DB);
  const ids = idSource(systemClock.now);
  const now = systemClock.now();
  const executable = new TextEncoder().encode(`executable ${name}`);
  const sha256 = await sha256Hex(`executable ${name}`);
  const source = await sha256Hex(`${org.id} ${kind} ${name}`);
  const [pluginId, versionId, scanId] = [ids('plugin'), ids('version'), ids('scan')];
  await env.ARCHIVES.put(artifactKey(sha256), executable);
  await env.ARCHIVES.put(indexKey(source), encodeIndex([]));
  const owner = { organizationId: org.id, ownerId: org.namespaceId, kind, name, createdAt: now, updatedAt: now };
  const scan = {
    sha256: source,
    policyVersion: `${policyVersion}-go`,
    level: 'seed',
    status: 'done',
    verdict: 'pass',
  } as const;
  const provenance = {
    archive: source,
    commit: goOrigin.commit,
    toolchain: 'go1.26.8',
    target: 'linux/amd64',
    flags: [],
    recipe: sha256,
    modules: [],
  };
  await db.batch([
    db.insert(scans).values({ ...scan, id: scanId, findings: [], errorRules: [], filesScanned: 1, createdAt: now }),
    db.insert(plugins).values({ ...owner, id: pluginId, activeVersionId: versionId }),
    db.insert(pluginVersions).values({
      ...owner,
      id: versionId,
      pluginId,
      major: 1,
      minor: 0,
      patch: 0,
      sha256: source,
      uploadSha256: source,
      sizeBytes: 1000,
      source: goOrigin,
      built: { key: source, artifact: { sha256, size_bytes: executable.length }, provenance },
      placement: { place: 'container', requested: 'container', reason: null },
      hasRealtime: true,
      featureUri: '',
      scanId,
      verdict: 'pass',
      evaluatedPolicy: Number(policyVersion),
      createdBy: { type: 'system', id: 'test' },
      activation: 1,
    }),
  ]);
}

/** Gives the plugin's active version a deployment in this state. A promoted deployment is live; the first one serves the name. */
export async function goDeployment(org: Home, name: string, status: DeploymentState): Promise<void> {
  const db = database(env.DB);
  const [plugin] = await db
    .select()
    .from(plugins)
    .where(and(eq(plugins.ownerId, org.namespaceId), eq(plugins.name, name)));
  if (!plugin?.activeVersionId) throw new Error(`${name} is not installed`);
  const now = systemClock.now();
  const ids = idSource(() => now);
  const id = ids('deployment');
  const pointer = { namespaceId: org.namespaceId, ticket: 1, lastTicket: 1, updatedAt: now };
  await db.insert(deployments).values({
    id,
    organizationId: org.id,
    namespaceId: org.namespaceId,
    pluginId: plugin.id,
    versionId: plugin.activeVersionId,
    generation: 1,
    ticket: 1,
    type: 'realtime',
    parameters: emptyObject,
    status,
    placement: { size: 'basic', location: null, jurisdiction: null },
    error: status === 'failed' ? 'exit code 2' : null,
    createdBy: { type: 'system', id: 'test' },
    createdAt: now,
    updatedAt: now,
  });
  if (status !== 'promoted') return;
  await db
    .insert(livePointers)
    .values([
      { ...pointer, subjectId: plugin.id, targetId: plugin.activeVersionId },
      { ...pointer, subjectId: plugin.activeVersionId, targetId: id },
    ])
    .onConflictDoNothing();
}

/** Creates an install or update whose lease is held by another worker. */
export async function goInstall(org: Home, kind: GoKind, name: string): Promise<void> {
  const now = systemClock.now();
  await database(env.DB)
    .insert(uploads)
    .values({
      id: idSource(systemClock.now)('upload'),
      organizationId: org.id,
      ownerId: org.namespaceId,
      kind,
      name,
      major: 1,
      minor: 0,
      patch: 1,
      versionChosenByServer: true,
      source: { ...goOrigin, commit: null },
      status: 'confirming',
      leaseToken: 'another worker',
      leaseUntil: now + 3_600_000,
      expiresAt: now + 3_600_000,
      createdBy: { type: 'system', id: 'test' },
      createdAt: now,
      updatedAt: now,
    });
}
