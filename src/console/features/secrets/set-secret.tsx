// Sets or replaces a secret, and shows whether live versions have the new value. Versions that read it restart.
import { Link } from '@tanstack/react-router';
import type { ClipboardEvent } from 'react';
import { apiRequest, type Schemas } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { ActionDialog } from '../../parts/actions/action.tsx';
import { TextField } from '../../parts/fields.tsx';
import { readText } from '../../parts/form.tsx';
import { Status } from '../../parts/status.tsx';
import { setAction } from './set-action.ts';
import type { WaitingPlugin } from './waiting-plugins.ts';

interface Props {
  namespace: string;
  /** The secret to set. If undefined, the form asks for its name. */
  name?: string;
  /** True if it already has a value. */
  isSet?: boolean;
}

export function SetSecret({ isSet = false, name, namespace }: Props) {
  const button =
    name === undefined
      ? { label: 'Set a secret', title: 'Set a secret', className: 'primary', hash: setAction.hash }
      : {
          label: isSet ? 'Replace value' : 'Set value',
          title: `${isSet ? 'Replace' : 'Set'} the value of ${name}`,
          className: 'small',
        };
  const request = (form: FormData) => {
    const path = { namespace_id: namespace, name: name ?? readText(form, 'name') };
    const sent = apiRequest('put', '/v1/namespaces/{namespace_id}/secrets/{name}', {
      path,
      body: { value: valueIn(form) },
    });
    // Show a placeholder: the value is entered only in the form field, and the CLI prompts for it.
    return { ...sent, body: { value: 'VALUE' } };
  };
  return (
    <ActionDialog
      {...button}
      submit={isSet ? 'Replace' : 'Set'}
      request={request}
      cli={(form) => slipway(['secrets', 'set', name ?? readText(form, 'name')], { namespace })}
      changes={[['namespace', namespace, 'secrets']]}
      said={(secret) => {
        const restarts = secret.restarting ? ' Live versions that read it restart.' : '';
        return `${secret.name} ${isSet ? 'has another value' : 'is set'}.${restarts}`;
      }}
    >
      {name === undefined && (
        <TextField
          name="name"
          label="Name"
          hint="The name that plugins ask for."
          required
          pattern="[A-Za-z_][A-Za-z0-9_]{0,127}"
          placeholder="OPENAI_API_KEY"
        />
      )}
      <TextField
        name="value"
        label="Value"
        hint="One line, stored encrypted and never shown. For a value with line breaks, use the command with a file."
        onInput={({ currentTarget }) => currentTarget.setCustomValidity('')}
        onPaste={refuseLines}
        type="password"
        required
        minLength={4}
        autoComplete="new-password"
      />
    </ActionDialog>
  );
}

/** The field would drop line breaks, such as those of a PEM key. */
function refuseLines(event: ClipboardEvent<HTMLInputElement>): void {
  if (!/[\r\n]/.test(event.clipboardData.getData('text').trimEnd())) return;
  event.preventDefault();
  event.currentTarget.setCustomValidity('The value has line breaks. Set it with: slipway secrets set NAME < FILE');
  event.currentTarget.reportValidity();
}

/** Returns the value as typed: surrounding spaces may be intended. */
function valueIn(form: FormData): string {
  const value = form.get('value');
  return typeof value === 'string' ? value : '';
}

interface StateProps {
  namespace: string;
  secret: Schemas['Secret'];
  /** Plugins that ask for it and whose deployment failed. */
  waiting?: readonly WaitingPlugin[] | undefined;
}

export function SecretState({ namespace, secret, waiting = [] }: StateProps) {
  const { live_with_previous_value: previous, live_with_value: live, restarting } = secret;
  if (restarting) return <Status tone="busy">Restarting the versions that use it</Status>;
  if (previous > 0)
    return (
      <>
        <Status tone="bad">{`${previous} of ${live + previous} could not restart with it`}</Status>{' '}
        <Link to="/n/$namespace/deployments" params={{ namespace }} search={{ status: 'failed' }}>
          Why
        </Link>
      </>
    );
  const [first] = waiting;
  if (live === 0 && first)
    return (
      <>
        <Status tone="warning">
          {waiting.length === 1
            ? `${first.name} failed and asks for it`
            : `${waiting.length} failed plugins ask for it`}
        </Status>{' '}
        <Link
          to="/n/$namespace/deployments/$deployment"
          className="button small"
          params={{ namespace, deployment: first.deployment }}
        >
          Deploy {first.name} again
        </Link>
      </>
    );
  if (live === 0) return <Status tone="quiet">Not used</Status>;
  return <Status tone="good">In use</Status>;
}
