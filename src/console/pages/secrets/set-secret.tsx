// Sets a secret, or gives one another value, and says whether what is live has it: what reads it is started again.

import { Link } from '@tanstack/react-router';
import { actionHashes } from '../../data/action-hashes.ts';
import { apiRequest, type Schemas } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import type { WaitingPlugin } from '../../data/waiting-plugins.ts';
import { ActionDialog } from '../../parts/actions/action.tsx';
import { TextField } from '../../parts/fields.tsx';
import { readText } from '../../parts/form.tsx';
import { Status } from '../../parts/status.tsx';

interface Props {
  namespace: string;
  /** The secret that gets a value. Undefined: its name is asked for. */
  name?: string;
  /** It has a value already. */
  isSet?: boolean;
}

export function SetSecret({ isSet = false, name, namespace }: Props) {
  const button =
    name === undefined
      ? { label: 'Set a secret', title: 'Set a secret', className: 'primary', hash: actionHashes.setSecret }
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
    // The value is typed nowhere but in the field: the command line asks for it.
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
        const restarts = secret.restarting ? ' What is live and reads it is started again.' : '';
        return `${secret.name} ${isSet ? 'has another value' : 'is set'}.${restarts}`;
      }}
    >
      {name === undefined && (
        <TextField
          name="name"
          label="Name"
          hint="As plugins ask for it."
          required
          pattern="[A-Za-z_][A-Za-z0-9_]{0,127}"
          placeholder="OPENAI_API_KEY"
        />
      )}
      <TextField
        name="value"
        label="Value"
        hint="It is stored encrypted, and shown nowhere."
        type="password"
        required
        minLength={4}
        autoComplete="new-password"
      />
    </ActionDialog>
  );
}

/** The value as it was typed: space around it may be meant. */
function valueIn(form: FormData): string {
  const value = form.get('value');
  return typeof value === 'string' ? value : '';
}

interface StateProps {
  namespace: string;
  secret: Schemas['Secret'];
  /** Plugins that ask for it, and whose deployment failed. */
  waiting?: readonly WaitingPlugin[] | undefined;
}

export function SecretState({ namespace, secret, waiting = [] }: StateProps) {
  const { live_with_previous_value: previous, live_with_value: live, restarting } = secret;
  if (restarting) return <Status tone="busy">Restarting what uses it</Status>;
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
            ? `${first.name} failed, and asks for it`
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
