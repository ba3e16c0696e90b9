// Actions on an agent plugin's version: verify it again, describe it, validate a configuration, withdraw it.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouteContext } from '@tanstack/react-router';
import { lazyPart } from '../../connection/load-code.ts';
import { api, apiRequest, type Schemas } from '../../data/api.ts';
import { ActionButton, ActionDialog } from '../../parts/actions/action.tsx';
import { AsCommand } from '../../parts/copyable.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { CheckBox, TextField } from '../../parts/fields.tsx';
import { readText } from '../../parts/form.tsx';
import { PageError } from '../../parts/page-states.tsx';
import { visible } from '../../parts/visible-text.ts';

const EditAgent = lazyPart(() => import('./edit-agent.tsx'));
const ValidateConfig = lazyPart(() => import('./validate-config.tsx'));

interface Props {
  plugin: Schemas['AgentPlugin'];
}

export function AgentActions({ plugin }: Props) {
  const { key } = useRouteContext({ from: '/signed-in' });
  const { id, verification, yanked } = plugin;
  const mayChange = key.scopes.includes('plugins:write');
  const version = visible(`${plugin.name} ${plugin.version}`);
  const queries = useQueryClient();
  const verify = useMutation({
    mutationFn: () => api.post('/api/v1/plugins/{id}/verify', { path: { id } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['agents'] }),
  });
  return (
    <>
      <p className="actions">
        <button type="button" disabled={verify.isPending} onClick={() => verify.mutate()}>
          {verify.isPending ? 'Verifying…' : 'Verify again'}
        </button>
        {verification === 'verified' && (
          <a className="button" href={`/api/v1/plugins/${id}/artifact`} rel="noreferrer" download>
            Download
          </a>
        )}
        <DialogButton label="Validate a configuration" title={`Validate a configuration for ${version}`}>
          {(close) => <ValidateConfig plugin={plugin} close={close} />}
        </DialogButton>
        {mayChange && (
          <DialogButton label="Edit" title={`Edit ${version}`}>
            {(close) => <EditAgent plugin={plugin} close={close} />}
          </DialogButton>
        )}
        {mayChange && (yanked ? <OfferAgain id={id} /> : <Withdraw plugin={plugin} />)}
      </p>
      {verify.error && <PageError error={verify.error} />}
      <AsCommand of="Verify as a command" path={`/api/v1/plugins/${id}/verify`} method="POST" />
    </>
  );
}

function OfferAgain({ id }: Pick<Props['plugin'], 'id'>) {
  return (
    <ActionButton
      label="Offer again"
      send={() => api.patch('/api/v1/plugins/{id}', { path: { id }, body: { yanked: false } })}
      changes={[['agents']]}
    />
  );
}

function Withdraw({ plugin: { id, name, version } }: Props) {
  const withdraw = (form: FormData) => {
    const reason = readText(form, 'reason');
    const query = { ...(form.has('force') && { force: 'true' as const }), ...(reason !== '' && { reason }) };
    return apiRequest('delete', '/api/v1/plugins/{id}', { path: { id }, query });
  };
  return (
    <ActionDialog
      label="Withdraw"
      title={`Withdraw ${visible(name)} ${visible(version)}`}
      typed={name}
      request={withdraw}
      changes={[['agents']]}
      said={() => `${visible(name)} ${visible(version)} is withdrawn.`}
    >
      <p>It stays readable, marked as withdrawn, and its number cannot be registered again.</p>
      <TextField name="reason" label="Reason (optional)" hint="For those who use the version." maxLength={1000} />
      <CheckBox name="force">Withdraw it even if the artifact may have been requested within the last day</CheckBox>
    </ActionDialog>
  );
}
