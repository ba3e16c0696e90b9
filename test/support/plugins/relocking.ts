// Relocks versions over HTTP. The builder resolves to what each test says.
import { and, eq } from 'drizzle-orm';
import { z } from 'zod';
import type { Lock, LockRequest } from '../../../src/contract/builder/environments.ts';
import { sha256Hex } from '../../../src/core/digest.ts';
import { pluginLocks } from '../../../src/db/schema/environments.ts';
import { pluginVersions } from '../../../src/db/schema/registry.ts';
import { testApp } from '../deps.ts';
import { organization } from '../scenes/organization.ts';
import { watchedBuilder } from '../workers/watched-builder.ts';
import { plugin } from './plugin.ts';
import { publish } from './publish.ts';

export async function lockOf(packages: Record<string, string>): Promise<Lock> {
  const names = Object.entries(packages);
  const text = names.map(([name, version]) => `${name}==${version} --hash=sha256:${'a'.repeat(64)}\n`).join('');
  const locked = names.map(([name, version]) => ({ name, version, marker: null, index: null }));
  return { digest: await sha256Hex(text), text, packages: locked, resolver: 'uv' };
}

const proposalSchema = z.looseObject({ digest: z.string() });

/** An organization whose requirements resolve to `resolved`, and a version 1.0.0 locked with the packages. */
export async function relocking(packages: Record<string, string> | null, requirements = 'words\n') {
  const asked: LockRequest[] = [];
  let resolved = (_: LockRequest): Record<string, string> => ({});
  const { builder } = watchedBuilder(testApp().deps.builder, {
    lock: async function* (request) {
      asked.push(request);
      yield { type: 'locked', lock: await lockOf(resolved(request)), duration_ms: 1 };
    },
  });
  const app = testApp({ builder });
  const { db } = app.deps;
  const org = await organization({ fetch: app.fetch });
  const made = plugin({ name: 'words_ext', files: { 'requirements.txt': requirements } });
  await publish(org, made);
  const lockOfVersion = async (minor: number, patch: number) => {
    const isVersion = and(
      eq(pluginVersions.organizationId, org.id),
      eq(pluginVersions.minor, minor),
      eq(pluginVersions.patch, patch),
    );
    const [version] = await db.select().from(pluginVersions).where(isVersion);
    if (!version) throw new Error('there is no such version');
    const [lock] = await db.select().from(pluginLocks).where(eq(pluginLocks.versionId, version.id));
    return { version, lock };
  };
  const { version } = await lockOfVersion(0, 0);
  if (packages)
    await db.insert(pluginLocks).values({ ...(await lockOf(packages)), versionId: version.id, createdAt: 0 });
  const path = `${org.plugins}/words_ext_1_0_0/relock`;
  return {
    ...{ db, org, asked, lockOfVersion },
    resolveTo: (answer: typeof resolved) => {
      resolved = answer;
    },
    propose: () => org.post(path),
    publish: (digest: string, more: object = {}) => org.post(`${path}/publish`, { digest, ...more }),
  };
}

export const digestOf = (body: unknown) => proposalSchema.parse(body).digest;
