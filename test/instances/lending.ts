// Builders that lend the GPUs of a stand-in.
import { eq } from 'drizzle-orm';
import { builderByPool } from '../../src/builders/pool/pool.ts';
import { builders } from '../../src/db/schema/builders.ts';
import { deployments } from '../../src/db/schema/deploy.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import type { PluginVersion } from '../../src/registry/versions/versions.ts';
import { testApp } from '../support/deps.ts';
import { type OwnBuilder, ownBuilder } from '../support/own-builder.ts';
import { manifest } from '../support/plugins/plugin.ts';
import { newPool } from '../support/pool.ts';
import { deploy, publishVersion, scene } from '../support/scenes/scene.ts';

const limits = JSON.stringify({ organizationsMax: 1000, gpuRestMs: 3_600_000 });

function asking(serve_config: string, version = '1.0.0') {
  const name = 'hello_ext';
  return { version, files: { 'manifest.py': manifest({ name, version, extra: `serve_config = ${serve_config}\n` }) } };
}

/** Starts a builder without GPUs and one that lends them, and returns what starts another lender and makes scenes on all of them. */
export async function lending() {
  const token = crypto.randomUUID();
  const settings = { CARDS: '80', BUILDER_GPUS_TRUSTED_FOR: 'all', BUILDER_LIMITS: limits };
  const lender = () => ownBuilder(token, settings);
  const [plain, first] = await Promise.all([ownBuilder(token), lender()]);
  await testApp().deps.directory.delete(builders);

  /** Returns a scene with a plugin of this `serve_config`, whose Worker calls these builders. */
  async function sceneOn(own: readonly OwnBuilder[], serve_config: string) {
    const s = await scene(asking(serve_config));
    const { clock, db, defer, directory } = s.deps;
    const pool = newPool(
      { clock, db, defer, directory },
      own.map(({ at }) => at.url),
      token,
    );
    const deps = { ...s.deps, builder: builderByPool(pool) };
    const started = async (version: PluginVersion = s.version) => {
      const { id } = await deploy({ ...s, deps, version });
      await advanceDeployment(deps, id);
      const [row] = await db.select().from(deployments).where(eq(deployments.id, id));
      if (!row) throw new Error('no deployment');
      return row;
    };
    const next = (version: string, config = serve_config) =>
      publishVersion(deps, s.actor, s.namespaceId, asking(config, version));
    return { ...s, deps, started, next };
  }

  return { plain, first, lender, sceneOn };
}
