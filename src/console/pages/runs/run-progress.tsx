// How far a run is: a bar, its rate, the time that is left, and how much failed so far.
import { useProgress } from '../../data/runs/live-run.ts';
import { rateText, rowsText } from '../../data/runs/run-progress.ts';
import type { Run } from '../../data/runs/run-queries.ts';
import { errorShare, Figure, Figures } from '../../parts/figures.tsx';
import { duration } from '../../parts/time.tsx';

export function RunProgress({ run }: { run: Run }) {
  const progress = useProgress(run);
  const { ended, leftMs, rows, rowsPerSecond, tookMs } = progress;
  const isOver = run.ended_at !== null;
  return (
    <>
      {!isOver && (
        <progress className="run" max={rows || 1} value={ended} aria-label="Rows that have ended">
          {rowsText(progress)}
        </progress>
      )}
      <Figures>
        <Figure name="Rows">{rowsText(progress)}</Figure>
        <Figure name="Failed">
          {run.failed.toLocaleString('en')}{' '}
          {run.failed > 0 && <small>{errorShare({ calls: ended, errors: run.failed })}</small>}
        </Figure>
        <Figure name="Rate">
          {rowsPerSecond === null ? '–' : rateText(rowsPerSecond)} <small>rows/s</small>
        </Figure>
        {isOver ? (
          <Figure name="Took">{tookMs === null ? '–' : duration(tookMs)}</Figure>
        ) : (
          <Figure name="Time left">
            {leftMs === null ? '–' : duration(leftMs)} {tookMs !== null && <small>after {duration(tookMs)}</small>}
          </Figure>
        )}
      </Figures>
    </>
  );
}
