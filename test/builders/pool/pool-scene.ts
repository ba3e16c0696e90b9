// A Worker that calls two real builders.
import { eq, sql } from 'drizzle-orm';
import { expect } from 'vitest';
import { builderByPool } from '../../../src/builders/pool/pool.ts';
import type { ExecutableSpec } from '../../../src/contract/builder/instances.ts';
import { builders } from '../../../src/db/schema/builders.ts';
import { deployments } from '../../../src/db/schema/deploy.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import { ownBuilder } from '../../support/own-builder.ts';
import { newPool } from '../../support/pool.ts';
import { deploy, scene } from '../../support/scenes/scene.ts';

export const token = crypto.randomUUID();

export const both = [await ownBuilder(token), await ownBuilder(token)];

export const urls = both.map(({ at }) => at.url);

const printing = `class HelloInferenceService:
    def load_model(self):
        print("loaded")

    async def run_inference(self, inputs, parameters):
        return {"hello": 1}
`;

/** A builder that refuses connections. */
export const absent = 'http://127.0.0.1:1';

/** Returns a scene whose Worker calls these builders. */
export async function sceneOver(listed: readonly string[] = urls) {
  const s = await scene({ files: { 'realtime.py': printing } });
  const { clock, db, defer, directory } = s.deps;
  const warnings: string[] = [];
  const log = { ...s.deps.log, warn: (event: string) => void warnings.push(event) };
  const pool = newPool({ clock, db, defer, directory }, listed, token);
  const deps = { ...s.deps, log, builder: builderByPool(pool), builderUrls: listed };
  const started = async () => {
    const { id } = await deploy({ ...s, deps });
    await advanceDeployment(deps, id);
    return id;
  };
  const rows = () => directory.select().from(builders).orderBy(sql`${builders.addedAt}, ${builders.name}`);
  return { ...s, deps, pool, rows, started, warnings };
}

/** Returns at which of the builders the instance is. */
export async function whereIs(id: string): Promise<boolean[]> {
  return Promise.all(both.map(async ({ builder }) => (await builder.status(id)) !== undefined));
}

const storage: ExecutableSpec = {
  runtime: 'executable',
  organization: 'org_1',
  kind: 'storage',
  artifact: 'ab'.repeat(32),
  plugin: { name: 'files', version: '1' },
  data: 'plg_1',
  network: false,
};

/** Starts a storage plugin, as far as the builder that lacks its code. Returns its builder's name. */
export async function pinnedTo(s: Awaited<ReturnType<typeof sceneOver>>, id: Awaited<ReturnType<typeof s.started>>) {
  const start = async () => {
    for await (const _ of s.deps.builder.start(id, storage)) expect.fail('started');
  };
  await expect(start()).rejects.toMatchObject({ code: 'blob-missing' });
  const [row] = await s.deps.db.select().from(deployments).where(eq(deployments.id, id));
  return row?.placement.home;
}
