// Handles due rows one after the other, each on its own: one that fails is logged with its ID and never stops the others (D43).
import type { Deps } from '../deps.ts';

/** Picks rows at random, so that those which always fail don't keep others waiting. */
export function someOf<Row>(rows: readonly Row[], most: number, random: () => number = Math.random): Row[] {
  const left = [...rows];
  const picked: Row[] = [];
  while (picked.length < most && left.length > 0) picked.push(...left.splice(Math.floor(random() * left.length), 1));
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
