// Starts an instance that needs GPUs on another builder that lends some, if those of its home are full.
import type { Builder } from '../../contract/builder/builder.ts';
import { lendsTo } from '../../contract/builder/machine/gpus.ts';
import { setHome } from './homes.ts';
import { type Pool, takesWork } from './members.ts';

/** Returns a start that tries each lender once. The last one says who holds what. */
export function triesLenders(pool: Pool, start: Builder['start']): Builder['start'] {
  return async function* (id, spec) {
    for (const full = new Set<string>(); ; ) {
      let next: string | undefined;
      for await (const event of start(id, spec)) {
        const isFull = event.type === 'failed' && event.error.code === 'gpu-full';
        next = isFull ? nextLender(pool, id, full.add(pool.view.homes.get(id)?.name ?? '')) : undefined;
        if (next === undefined) yield event;
      }
      if (next === undefined) return;
    }
  };
}

/** Makes another lender the instance's home, and returns its name. Undefined if all are full. */
function nextLender({ clock, view }: Pool, id: string, full: ReadonlySet<string>): string | undefined {
  const gpus = view.homes.get(id)?.gpus;
  const lends = [...view.members.values()].filter(
    (member) => takesWork(member) && gpus !== undefined && lendsTo(member.health?.gpus, gpus),
  );
  const next = lends.find(({ name }) => !full.has(name));
  if (next) setHome(view, { id, gpus }, next, clock.now());
  return next?.name;
}
