// Deploys versions with dependencies from the private index.
import { eq } from 'drizzle-orm';
import type { Builder } from '../../../src/contract/builder/builder.ts';
import { BuilderError } from '../../../src/contract/builder/errors.ts';
import { deploymentStepRows } from '../../../src/db/schema/deploy.ts';
import { environments, packages, pluginLocks } from '../../../src/db/schema/environments.ts';
import { packagePartKey, packagesFolder } from '../../../src/instances/environments/package-store.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import { testApp } from '../../support/deps.ts';
import { deploy, type Scene } from '../../support/scenes/scene.ts';
import { watchedBuilder } from '../../support/workers/watched-builder.ts';

const realtime = `import six


class SixInferenceService:
    async def run_inference(self, inputs, parameters):
        return {"six": six.__version__}
`;

/** A small package from the index that has no dependencies of its own. */
export const files = { 'realtime.py': realtime, 'requirements.txt': 'six==1.16.0\n' };

/** Deletes all locks, environments and packages, so that the next test starts without any. */
export async function forgetPackages(): Promise<void> {
  const { db, blobs } = testApp().deps;
  await db.batch([db.delete(pluginLocks), db.delete(environments), db.delete(packages)]);
  const { objects } = await blobs.list({ prefix: packagesFolder });
  await blobs.delete(objects.map(({ key }) => key));
}

export async function deployed(s: Scene, builder: Builder = s.deps.builder) {
  const { id } = await deploy(s);
  await advanceDeployment({ ...s.deps, builder }, id);
  return id;
}

export const locks = ({ deps }: Scene) => deps.db.select().from(pluginLocks);

export const installed = ({ deps }: Scene) => deps.db.select().from(environments);

export const storedPackages = ({ deps }: Scene) => deps.db.select().from(packages);

/** Returns the keys of the objects that rows reference, and of the objects in the store. */
export async function parts(s: Scene): Promise<{ named: string[]; stored: string[] }> {
  const rows = await storedPackages(s);
  const { objects } = await s.deps.blobs.list({ prefix: packagesFolder });
  const named = rows.flatMap((row) => row.parts.map(({ sha256 }) => packagePartKey(row.key, sha256)));
  return { named: named.sort(), stored: objects.map(({ key }) => key).sort() };
}

export async function buildLog({ deps }: Scene, id: string) {
  const rows = await deps.db.select().from(deploymentStepRows).where(eq(deploymentStepRows.step, 'build'));
  return rows.find(({ deploymentId }) => deploymentId === id)?.log?.map(({ line }) => line) ?? [];
}

export const empty = (real: Builder) => {
  const sent: string[] = [];
  const watched = watchedBuilder(real, {
    async *start(id, spec) {
      const needed = (spec.runtime === 'python' ? spec.environment?.packages : undefined) ?? [];
      const missing = needed.filter((key) => !sent.includes(key));
      if (missing.length > 0) throw new BuilderError('blob-missing', 'Packages are missing', missing);
      yield* real.start(id, spec);
    },
    async putPackage(id, key, content) {
      sent.push(key);
      await real.putPackage(id, key, content);
    },
  });
  return { ...watched, sent };
};
