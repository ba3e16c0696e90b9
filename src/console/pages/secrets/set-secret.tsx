// Sets a secret, or gives one another value. What is live and reads it is started again with the new value.
import { actionHashes } from '../../data/action-hashes.ts';
import { apiRequest } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { ActionDialog } from '../../parts/actions/action.tsx';
import { TextField } from '../../parts/fields.tsx';
import { textOf } from '../../parts/form.tsx';

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
    const path = { namespace_id: namespace, name: name ?? textOf(form, 'name') };
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
      cli={(form) => slipway(['secrets', 'set', name ?? textOf(form, 'name')], { namespace })}
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
