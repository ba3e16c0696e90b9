// Sets a secret, or gives one another value. What is live and reads it is started again with the new value.
import { useQueryClient } from '@tanstack/react-query';
import { actionHashes } from '../../data/action-hashes.ts';
import { api, type Schemas } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { DialogButton } from '../../parts/dialog.tsx';
import { ActionForm, Field, textOf } from '../../parts/form.tsx';
import { say } from '../../parts/toasts/toasts.tsx';

interface Props {
  namespace: string;
  /** The secret that gets a value. Undefined: its name is asked for. */
  name?: string;
  /** It has a value already. */
  isSet?: boolean;
}

export function SetSecret({ isSet = false, name, namespace }: Props) {
  const title = name === undefined ? 'Set a secret' : `${isSet ? 'Replace' : 'Set'} the value of ${name}`;
  const named = isSet ? 'Replace value' : 'Set value';
  return (
    <DialogButton
      label={name === undefined ? 'Set a secret' : named}
      title={title}
      className={name === undefined ? 'primary' : 'small'}
      {...(name === undefined && { hash: actionHashes.setSecret })}
    >
      {(close) => (
        <SecretForm namespace={namespace} isSet={isSet} close={close} {...(name !== undefined && { name })} />
      )}
    </DialogButton>
  );
}

function SecretForm({ namespace, name, isSet, close }: Props & { close: () => void }) {
  const queries = useQueryClient();
  const set = (form: FormData) =>
    api.put('/v1/namespaces/{namespace_id}/secrets/{name}', {
      path: { namespace_id: namespace, name: name ?? textOf(form, 'name') },
      body: { value: valueIn(form) },
    });
  const done = async (secret: Schemas['Secret']) => {
    await queries.invalidateQueries({ queryKey: ['namespace', namespace, 'secrets'] });
    close();
    const restarts = secret.restarting ? ' What is live and reads it is started again.' : '';
    say(`${secret.name} ${isSet ? 'has another value' : 'is set'}.${restarts}`);
  };
  return (
    <ActionForm
      submit={isSet ? 'Replace' : 'Set'}
      act={set}
      done={done}
      cancel={close}
      command={(form) => ({
        cli: slipway(['secrets', 'set', name ?? textOf(form, 'name')], { namespace }),
        path: `/v1/namespaces/${namespace}/secrets/${encodeURIComponent(name ?? textOf(form, 'name'))}`,
        method: 'PUT',
        // The value is typed nowhere but in the field: the command line asks for it.
        body: { value: 'VALUE' },
      })}
    >
      {name === undefined && (
        <Field label="Name" hint="As plugins ask for it.">
          {(ids) => (
            <input
              name="name"
              required
              pattern="[A-Za-z_][A-Za-z0-9_]{0,127}"
              placeholder="OPENAI_API_KEY"
              autoComplete="off"
              {...ids}
            />
          )}
        </Field>
      )}
      <Field label="Value" hint="It is stored encrypted, and shown nowhere.">
        {(ids) => <input name="value" type="password" required minLength={4} autoComplete="new-password" {...ids} />}
      </Field>
    </ActionForm>
  );
}

/** The value as it was typed: space around it may be meant. */
function valueIn(form: FormData): string {
  const value = form.get('value');
  return typeof value === 'string' ? value : '';
}
