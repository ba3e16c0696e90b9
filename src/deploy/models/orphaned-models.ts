// Deletes contents of models that no row refers to, and those that were sent and never confirmed.
import { sql } from 'drizzle-orm';
import { retention } from '../../contract/limits.ts';
import { models } from '../../db/schema/models.ts';
import type { Deps } from '../../deps.ts';
import { sweepFolder } from '../../registry/storage/orphaned-objects.ts';
import { modelsFolder, modelUploadsFolder } from './model-keys.ts';

type SweepDeps = Parameters<typeof sweepFolder>[0];

export async function sweepOrphanedModels(deps: SweepDeps): Promise<void> {
  await sweepFolder(deps, modelsFolder, orphanedContents);
  await sweepFolder(deps, modelUploadsFolder, async ({ clock }, objects) => oldOf(objects, clock.now()));
}

/** A confirm writes the content again, so that it is young when it gets its row. */
async function orphanedContents({ db, clock }: Pick<Deps, 'db' | 'clock'>, objects: R2Object[]): Promise<string[]> {
  const old = oldOf(objects, clock.now());
  if (old.length === 0) return [];
  const orphans = await db.all<{ key: string }>(
    sql`select c.value as key from json_each(${JSON.stringify(old)}) c
      where not exists (select 1 from ${models} where ${models.organizationId} = substr(c.value, ${modelsFolder.length + 1}, instr(substr(c.value, ${modelsFolder.length + 1}), '/') - 1)
        and ${models.sha256} = substr(c.value, -64))`,
  );
  return orphans.map(({ key }) => key);
}

function oldOf(objects: R2Object[], now: number): string[] {
  const before = now - retention.orphanedObjectsMs;
  return objects.filter(({ uploaded }) => uploaded.getTime() < before).map(({ key }) => key);
}
