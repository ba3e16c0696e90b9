// Says whether a version waits for approval, or who decided about it and why.
import type { Schemas } from '../../data/api.ts';
import { Actor } from '../actor.tsx';
import { Time } from '../time.tsx';
import { visible } from '../visible-text.ts';

type Plugin = Schemas['PluginDocument'];

/** Returns whether a version may be deployed: it isn't quarantined, and needs no approval or has it. */
export function isDeployable({ quarantined, stage }: Pick<Plugin, 'quarantined' | 'stage'>): boolean {
  return quarantined === null && (stage === null || stage === 'approved');
}

export function VersionStage({ plugin: { approval, stage, staged_until } }: { plugin: Plugin }) {
  if (stage === 'staged')
    return (
      <p className="quiet">
        It waits for approval, and can't be deployed before.
        {staged_until !== null && (
          <>
            {' '}
            If nobody approves it, it is deleted <Time at={staged_until} />.
          </>
        )}
      </p>
    );
  if (approval === null) return null;
  return (
    <p className="quiet">
      {stage === 'approved' ? 'Approved' : "Rejected, so that it can't be deployed,"} by <Actor actor={approval.by} />{' '}
      <Time at={approval.at} />
      {approval.note !== null && `: ${visible(approval.note)}`}
    </p>
  );
}
