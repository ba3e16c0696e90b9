// Handles many versions one by one.
import { eq } from 'drizzle-orm';
import { pluginVersions } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { runIsolated } from '../../events/send-all.ts';
import type { PluginVersion } from './versions.ts';

/** Handles the versions one after the other. Reads them one by one, so that an unreadable row doesn't stop the others (D43). */
export function eachVersion<D extends Pick<Deps, 'db' | 'log'>, Row extends Pick<PluginVersion, 'id'>>(
  deps: D,
  rows: readonly Row[],
  handle: (deps: D, version: PluginVersion, row: Row) => Promise<unknown>,
): Promise<void> {
  const readAndHandle = async (_: D, row: Row) => {
    const [version] = await deps.db.select().from(pluginVersions).where(eq(pluginVersions.id, row.id));
    if (version) await handle(deps, version, row);
  };
  return runIsolated(deps, rows, readAndHandle, handle.name);
}
