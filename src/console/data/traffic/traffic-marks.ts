// Says what a chart of calls marks: when another version became live, and whether by a deployment or a rollback.
import type { components } from '../../../client/api.gen.d.ts';

type TrafficMark = components['schemas']['TrafficMark'];

export interface ChartMark {
  at: number;
  label: string;
  isRollback: boolean;
}

/** The name moves in the request of the rollback, or when the deployment that it needs is ready. */
const readyMs = 15 * 60_000;

/** Commits by their first characters. Marks come newest first. */
export function chartMarks(marks: readonly Pick<TrafficMark, 'at' | 'type' | 'version'>[]): ChartMark[] {
  const rollbacks = marks.filter(({ type }) => type === 'rolled_back');
  return marks.flatMap(({ at, type, version }) => {
    if (type !== 'promoted' || version === null) return [];
    const time = Date.parse(at);
    const isRollback = rollbacks.some((one) => {
      const afterMs = time - Date.parse(one.at);
      return one.version === version && afterMs >= 0 && afterMs < readyMs;
    });
    return [{ at: time, label: `${isRollback ? 'back to ' : ''}${version.slice(0, 12)}`, isRollback }];
  });
}
