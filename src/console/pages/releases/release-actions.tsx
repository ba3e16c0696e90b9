// Release actions, each in a dialog that says what it changes.
import { useRouteContext } from '@tanstack/react-router';
import { type ApiRequest, apiRequest, type Schemas } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { ActionDialog } from '../../parts/actions/action.tsx';
import { TextField } from '../../parts/fields.tsx';
import { readText } from '../../parts/form.tsx';
import { visible } from '../../parts/visible-text.ts';

type InFull = Schemas['ReleaseInFull'];
type Change = 'step' | 'pause' | 'resume' | 'revert' | 'cancel';

interface Props {
  namespace: string;
  release: InFull;
}

export function ReleaseActions({ namespace, release }: Props) {
  const { key } = useRouteContext({ from: '/signed-in' });
  if (release.ended_at !== null || !key.scopes.includes('plugins:deploy')) return null;
  const { from, plan, plugin, state, step, to } = release;
  const next = plan.steps?.[step + 1];
  const isPaused = state === 'paused';
  const own = { namespace, release };
  const back = `All calls to ${plugin.name} go to ${visible(from.version)} again. ${visible(to.version)} stays live by its number.`;
  return (
    <>
      {!isPaused && (
        <ChangeDialog {...own} change="step" label="Next step" said="The next step began.">
          {next === undefined
            ? `The current step ends now. ${visible(to.version)} gets all calls to ${plugin.name} from then on.`
            : `The current step ends now. ${visible(to.version)} answers ${next.percent} % of calls to ${plugin.name} from then on.`}
        </ChangeDialog>
      )}
      {isPaused ? (
        <ChangeDialog {...own} change="resume" label="Resume" said="The release goes on.">
          The current step begins again.
        </ChangeDialog>
      ) : (
        <ChangeDialog {...own} change="pause" label="Pause" said="The release is paused.">
          Shares stay as they are until the release is resumed. Gates can still revert it.
        </ChangeDialog>
      )}
      <ChangeDialog {...own} change="revert" label="Revert" said="The release is reverted.">
        {back}
      </ChangeDialog>
      <ChangeDialog {...own} change="cancel" label="Cancel the release" said="The release is cancelled.">
        {`${back} It ends without a result, so the next deployment of ${visible(to.version)} may move calls to it.`}
      </ChangeDialog>
    </>
  );
}

interface DialogProps extends Props {
  change: Change;
  label: string;
  said: string;
  /** What it changes. */
  children: string;
}

function ChangeDialog({ namespace, release: { id, plugin }, change, label, said, children }: DialogProps) {
  const hasReason = change !== 'step' && change !== 'resume';
  const asks = change !== 'pause' && change !== 'resume';
  return (
    <ActionDialog
      label={label}
      title={`${label}: ${plugin.name}`}
      {...(change === 'revert' && { className: 'danger' })}
      request={(form) => requestOf({ namespace_id: namespace, release_id: id }, change, readText(form, 'reason'))}
      cli={(form) =>
        slipway(['releases', change, id], { reason: readText(form, 'reason') || undefined, namespace, yes: asks })
      }
      changes={[['namespace', namespace]]}
      said={() => said}
    >
      <p>{children}</p>
      {hasReason && <TextField name="reason" label="Reason (optional)" hint="Shown in the history." maxLength={500} />}
    </ActionDialog>
  );
}

const path = '/v1/namespaces/{namespace_id}/releases/{release_id}';

function requestOf(
  of: { namespace_id: string; release_id: string },
  change: Change,
  reason: string,
): ApiRequest<Schemas['Release']> {
  if (change === 'step' || change === 'resume') return apiRequest('post', `${path}/${change}`, { path: of });
  return apiRequest('post', `${path}/${change}`, { path: of, body: reason === '' ? {} : { reason } });
}
