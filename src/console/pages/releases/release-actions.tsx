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

const labels: Record<Change, string> = {
  step: 'Next step',
  pause: 'Pause',
  resume: 'Resume',
  revert: 'Revert',
  cancel: 'Cancel the release',
};

const messages: Record<Change, string> = {
  step: 'The next step began.',
  pause: 'The release is paused.',
  resume: 'The release continues.',
  revert: 'The release is reverted.',
  cancel: 'The release is cancelled.',
};

export function ReleaseActions({ namespace, release }: Props) {
  const { key } = useRouteContext({ from: '/signed-in' });
  if (release.ended_at !== null || !key.scopes.includes('plugins:deploy')) return null;
  const first: Change[] = release.state === 'paused' ? ['resume'] : ['step', 'pause'];
  return [...first, 'revert' as const, 'cancel' as const].map((change) => (
    <ChangeDialog key={change} namespace={namespace} release={release} change={change} />
  ));
}

/** Returns what the change does to calls. */
function effectOf(change: Change, { from, plan, plugin, step, to }: InFull): string {
  const candidate = visible(to.version);
  const back = `All calls to ${plugin.name} go to ${visible(from.version)} again. ${candidate} stays live by its number.`;
  switch (change) {
    case 'step': {
      const next = plan.steps?.[step + 1];
      const share = next === undefined ? 'gets all calls' : `answers ${next.percent}% of calls`;
      return `The current step ends now. ${candidate} ${share} to ${plugin.name} from then on.`;
    }
    case 'pause':
      return 'Shares stay as they are until the release is resumed. Gates can still revert it.';
    case 'resume':
      return 'The current step begins again.';
    case 'revert':
      return back;
    case 'cancel':
      return `${back} It ends without a result, so the next deployment of ${candidate} may move calls to it.`;
  }
}

function ChangeDialog({ namespace, release, change }: Props & { change: Change }) {
  const { id, plugin } = release;
  const label = labels[change];
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
      said={() => messages[change]}
    >
      <p>{effectOf(change, release)}</p>
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
