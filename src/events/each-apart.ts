// Handles rows one after the other, each on its own: one that fails is logged with its ID and never stops the others (D43).
import type { Deps } from '../deps.ts';

export async function eachApart<D extends Pick<Deps, 'log'>, Row extends { id: string }>(
  deps: D,
  rows: readonly Row[],
  handle: (deps: D, row: Row) => Promise<unknown>,
): Promise<void> {
  for (const row of rows)
    await handle(deps, row).catch((cause: unknown) =>
      deps.log.error('sweep.row_failed', { step: handle.name, id: row.id, cause }),
    );
}
