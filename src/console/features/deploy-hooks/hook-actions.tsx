// Deploy hook actions: test a push, rotate the secret, edit, pause, delete. The hook's URL stays the same.
import { useState } from 'react';
import { api, apiRequest, type Schemas } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { ActionDialog, End, Ends } from '../../parts/actions/action.tsx';
import { overlaps, RotateSecret } from '../../parts/actions/rotate-secret.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { AreaField, CheckBox, type Choice, SelectField, TextField, wordsIn } from '../../parts/fields.tsx';
import { ActionForm, readText } from '../../parts/form.tsx';
import { actionTexts } from './hooks.tsx';

type Hook = Schemas['DeployHook'];

export function HookActions({ hook }: { hook: Hook }) {
  const { hook_id } = hook;
  return (
    <>
      <DialogButton label="Try a push" title="Preview a push">
        {(close) => <TryPush hook_id={hook_id} close={close} />}
      </DialogButton>
      <Rotate hook_id={hook_id} />
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
        <End effect="While it is disabled, Slipway ignores pushes. Live versions stay live.">
          <Pause hook={hook} />
        </End>
      )}
      <End effect={`Deleting it leaves ${plugin} unchanged. A new hook gets a different URL and secret.`}>
        <Delete hook={hook} />
      </End>
    </Ends>
  );
}

function Delete({ hook: { hook_id, plugin } }: { hook: Hook }) {
  return (
    <ActionDialog
      label="Delete"
      title={`Delete the hook of ${plugin}`}
      typed={plugin}
      request={() => apiRequest('delete', '/v1/deploy-hooks/{hook_id}', { path: { hook_id } })}
      cli={() => slipway(['hooks', 'delete', hook_id], { yes: true })}
      changes={[['hooks']]}
      goTo={() => ({ to: '/deploy-hooks' })}
      said={() => `Pushes no longer deploy ${plugin}.`}
    >
      <p>Pushes to it get 404, and its delivery history is deleted. A new hook gets a different URL and secret.</p>
    </ActionDialog>
  );
}

interface FormProps {
  hook_id: string;
  close: () => void;
}

function TryPush({ hook_id, close }: FormProps) {
  const [answer, setAnswer] = useState<string>();
  const attempt = (form: FormData) =>
    api.post('/v1/deploy-hooks/{hook_id}/test', { path: { hook_id }, body: { ref: readText(form, 'ref') } });
  return (
    <>
      <ActionForm
        submit="Try"
        busy="Fetching…"
        act={attempt}
        done={(found) => setAnswer(JSON.stringify(found, null, 2))}
        cancel={close}
        command={(form) => ({
          cli: slipway(['hooks', 'test', hook_id, readText(form, 'ref')]),
          path: `/v1/deploy-hooks/${hook_id}/test`,
          method: 'POST',
          body: { ref: readText(form, 'ref') },
        })}
      >
        <p>The commit is fetched and scanned, but not published.</p>
        <TextField name="ref" label="Branch or tag" required maxLength={300} placeholder="refs/heads/main" />
      </ActionForm>
      {answer !== undefined && (
        <pre className="code" role="status">
          {answer}
        </pre>
      )}
    </>
  );
}

function Rotate({ hook_id }: { hook_id: string }) {
  const path = { hook_id };
  return (
    <RotateSecret
      label="Rotate the secret"
      title="Rotate the secret"
      words={['hooks', 'rotate', hook_id]}
      question="The old secret stays valid for"
      choices={overlaps.slice(0, 3)}
      request={(body) => apiRequest('post', '/v1/deploy-hooks/{hook_id}/rotate', { path, body })}
      secretIn={({ secret }) => secret}
      changes={[['hooks']]}
    />
  );
}

function Pause({ hook: { hook_id, plugin, status } }: { hook: Hook }) {
  const [next, label] = status === 'enabled' ? (['disabled', 'Disable'] as const) : (['enabled', 'Enable'] as const);
  const options = { path: { hook_id }, body: { status: next } };
  return (
    <ActionDialog
      label={label}
      title={`${label} the hook of ${plugin}`}
      className="small"
      request={() => apiRequest('patch', '/v1/deploy-hooks/{hook_id}', options)}
      changes={[['hooks']]}
      said={() => `The hook of ${plugin} is ${next}.`}
    >
      <p>
        {next === 'disabled'
          ? 'Slipway ignores pushes until you enable it. Live versions stay live.'
          : 'Slipway deploys pushes from now on, but not those it ignored before.'}
      </p>
    </ActionDialog>
  );
}

type Update = Schemas['DeployHookUpdate'];

const actions: readonly Hook['action'][] = ['update', 'publish', 'redeploy'];

function EditHook({ hook }: { hook: Hook }) {
  const { branches, description, hook_id, plugin, provider, tags } = hook;
  const request = (form: FormData) => {
    const body = changesIn(form, hook);
    const sent = apiRequest('patch', '/v1/deploy-hooks/{hook_id}', { path: { hook_id }, body });
    return { ...sent, body: { ...body, ...(body.status_token && { status_token: 'TOKEN' }) } };
  };
  return (
    <ActionDialog
      label="Edit"
      title={`Edit the hook of ${plugin}`}
      submit="Save"
      request={request}
      changes={[['hooks']]}
      said={() => 'The hook is changed.'}
    >
      <AreaField
        name="branches"
        label="Branches"
        hint="One per line. `*` matches any characters except a slash."
        defaultValue={branches.join('\n')}
      />
      <AreaField name="tags" label="Tags" hint="One per line." defaultValue={tags.join('\n')} />
      <SelectField
        name="action"
        label="A push"
        defaultValue={hook.action}
        choices={actionsFor(hook).map((action): Choice => [action, actionTexts[action]])}
      />
      <TextField name="description" label="Description" maxLength={500} defaultValue={description ?? ''} />
      {provider === 'github' && <StatusFields hook={hook} />}
    </ActionDialog>
  );
}

/** The organization's own extractors have no namespace to be deployed in. */
function actionsFor({ kind, namespace_id }: Hook) {
  return actions.filter((action) => namespace_id !== null || kind !== 'extractor' || action === 'publish');
}

function StatusFields({ hook: { reports_status, status_api_url } }: { hook: Hook }) {
  return (
    <>
      <TextField
        name="token"
        label="Token for commit statuses"
        hint={reports_status ? 'Leave empty to keep the stored token.' : 'Leave empty to report no statuses.'}
        type="password"
        maxLength={500}
        autoComplete="new-password"
      />
      {reports_status && <CheckBox name="no-status">Stop reporting statuses</CheckBox>}
      <TextField
        name="api"
        label="API of GitHub Enterprise"
        hint="Leave empty for github.com. Another URL needs the token again."
        type="url"
        maxLength={2048}
        defaultValue={status_api_url ?? ''}
      />
    </>
  );
}

/** The token and the GitHub API URL need more permissions than other fields, so they are sent only if they change. */
function changesIn(form: FormData, { status_api_url }: Hook): Update {
  const action = actions.find((known) => known === readText(form, 'action'));
  const [token, api_url] = [readText(form, 'token'), readText(form, 'api') || null];
  return {
    branches: wordsIn(form, 'branches'),
    tags: wordsIn(form, 'tags'),
    ...(action && { action }),
    description: readText(form, 'description') || null,
    ...(token && { status_token: token }),
    ...(form.has('no-status') && { status_token: null }),
    ...(form.has('api') && readText(form, 'api') !== (status_api_url ?? '') && { status_api_url: api_url }),
  };
}
