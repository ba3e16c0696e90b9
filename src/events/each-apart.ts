// Handles due rows one after the other, each on its own: one that fails is logged with its ID and never stops the others (D43).
import type { Deps } from '../deps.ts';

/** Leaves rows out at random if there are more, so that those which always fail don't keep others waiting. The order stays. */
export function someOf<Row>(rows: readonly Row[], most: number, random: () => number = Math.random): Row[] {
  const picked = [...rows];
  while (picked.length > most) picked.splice(Math.floor(random() * picked.length), 1);
  return picked;
}

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
