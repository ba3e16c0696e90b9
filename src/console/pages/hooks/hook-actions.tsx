// Actions on a deploy hook: what a push would publish, a new secret, changes, pause, delete.
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, type Schemas } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { End, Ends } from '../../parts/actions/ends.tsx';
import { overlaps, RotateSecret } from '../../parts/actions/rotate-secret.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { ActionForm, Field, textOf } from '../../parts/form.tsx';
import { say } from '../../parts/toasts/toasts.tsx';
import { TypedConfirmation } from '../../parts/typed-confirmation.tsx';
import { EditHook } from './edit-hook.tsx';

type Hook = Schemas['DeployHook'];

export function HookActions({ hook }: { hook: Hook }) {
  const { hook_id } = hook;
  return (
    <>
      <DialogButton label="Try a push" title="What a push would publish">
        {(close) => <TryPush hook_id={hook_id} close={close} />}
      </DialogButton>
      <DialogButton label="Rotate the secret" title="Rotate the secret">
        {(close) => <Rotate hook_id={hook_id} close={close} />}
      </DialogButton>
      <EditHook hook={hook} />
      {hook.status === 'disabled' && <Pause hook={hook} />}
    </>
  );
}

export function HookEnds({ hook }: { hook: Hook }) {
  const { plugin } = hook;
  return (
    <Ends>
      {hook.status === 'enabled' && (
        <End effect="While it is disabled, pushes are ignored. What is deployed stays live.">
          <Pause hook={hook} />
        </End>
      )}
      <End effect={`Deleting it leaves ${plugin} as it is. Another hook has another URL and another secret.`}>
        <Delete hook={hook} />
      </End>
    </Ends>
  );
}

function Delete({ hook: { hook_id, plugin } }: { hook: Hook }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const remove = async () => {
    await api.delete('/v1/deploy-hooks/{hook_id}', { path: { hook_id } });
    await navigate({ to: '/deploy-hooks' });
    await queries.invalidateQueries({ queryKey: ['hooks'] });
    say(`Pushes deploy ${plugin} no more.`);
  };
  return (
    <TypedConfirmation
      label="Delete"
      title={`Delete the hook of ${plugin}`}
      name={plugin}
      act={remove}
      command={() => ({
        cli: slipway(['hooks', 'delete', hook_id], { yes: true }),
        path: `/v1/deploy-hooks/${hook_id}`,
        method: 'DELETE',
      })}
    >
      <p>Pushes to it get 404, and its pushes are forgotten. Another hook has another URL and another secret.</p>
    </TypedConfirmation>
  );
}

interface FormProps {
  hook_id: string;
  close: () => void;
}

function TryPush({ hook_id, close }: FormProps) {
  const [answer, setAnswer] = useState<string>();
  const attempt = (form: FormData) =>
    api.post('/v1/deploy-hooks/{hook_id}/test', { path: { hook_id }, body: { ref: textOf(form, 'ref') } });
  return (
    <>
      <ActionForm
        submit="Try"
        busy="Fetching…"
        act={attempt}
        done={(found) => setAnswer(JSON.stringify(found, null, 2))}
        cancel={close}
        command={(form) => ({
          cli: slipway(['hooks', 'test', hook_id, textOf(form, 'ref')]),
          path: `/v1/deploy-hooks/${hook_id}/test`,
          method: 'POST',
          body: { ref: textOf(form, 'ref') },
        })}
      >
        <p>The commit is fetched, scanned and not published.</p>
        <Field label="Branch or tag">
          {(ids) => (
            <input name="ref" required maxLength={300} placeholder="refs/heads/main" autoComplete="off" {...ids} />
          )}
        </Field>
      </ActionForm>
      {answer !== undefined && (
        <pre className="code" role="status">
          {answer}
        </pre>
      )}
    </>
  );
}

function Rotate({ hook_id, close }: FormProps) {
  const queries = useQueryClient();
  const path = { hook_id };
  return (
    <RotateSecret
      command={['hooks', 'rotate', hook_id]}
      path={`/v1/deploy-hooks/${hook_id}/rotate`}
      label="The old secret is accepted for another"
      choices={overlaps.slice(0, 3)}
      rotate={async (body) => (await api.post('/v1/deploy-hooks/{hook_id}/rotate', { path, body })).secret}
      done={() => queries.invalidateQueries({ queryKey: ['hooks'] })}
      close={close}
    />
  );
}

function Pause({ hook: { hook_id, plugin, status } }: { hook: Hook }) {
  const queries = useQueryClient();
  const [next, label] = status === 'enabled' ? (['disabled', 'Disable'] as const) : (['enabled', 'Enable'] as const);
  const change = () => api.patch('/v1/deploy-hooks/{hook_id}', { path: { hook_id }, body: { status: next } });
  const done = async () => {
    await queries.invalidateQueries({ queryKey: ['hooks'] });
    say(`The hook of ${plugin} is ${next}.`);
  };
  return (
    <DialogButton label={label} title={`${label} the hook of ${plugin}`} className="small">
      {(close) => (
        <ActionForm
          submit={label}
          act={change}
          done={() => done().then(close)}
          cancel={close}
          command={() => ({
            cli: slipway(['hooks', label.toLowerCase(), hook_id]),
            path: `/v1/deploy-hooks/${hook_id}`,
            method: 'PATCH',
            body: { status: next },
          })}
        >
          <p>
            {next === 'disabled'
              ? 'Pushes are ignored until it is enabled. What is deployed stays live.'
              : 'The next push is deployed. Pushes that were ignored are not.'}
          </p>
        </ActionForm>
      )}
    </DialogButton>
  );
}
