// Changes which pushes a deploy hook takes, what a push does, and whether it is reported to GitHub. Its URL and its secret stay the same.
import { useQueryClient } from '@tanstack/react-query';
import { api, type Schemas } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { DialogButton } from '../../parts/dialog.tsx';
import { ActionForm, Field, textOf } from '../../parts/form.tsx';
import { say } from '../../parts/toasts/toasts.tsx';
import { actionTexts } from './hooks.tsx';

type Hook = Schemas['DeployHook'];
type Update = Schemas['DeployHookUpdate'];

const actions: readonly Hook['action'][] = ['update', 'publish', 'redeploy'];

export function EditHook({ hook }: { hook: Hook }) {
  return (
    <DialogButton label="Edit" title={`Edit the hook of ${hook.plugin}`}>
      {(close) => <Edit hook={hook} close={close} />}
    </DialogButton>
  );
}

function Edit({ hook, close }: { hook: Hook; close: () => void }) {
  const { action, branches, description, hook_id, namespace_id, provider, tags } = hook;
  const queries = useQueryClient();
  const done = async () => {
    await queries.invalidateQueries({ queryKey: ['hooks'] });
    close();
    say('The hook is changed.');
  };
  return (
    <ActionForm
      submit="Save"
      act={(form) => api.patch('/v1/deploy-hooks/{hook_id}', { path: { hook_id }, body: changesIn(form, hook) })}
      done={done}
      cancel={close}
      command={(form) => commandOf(hook_id, changesIn(form, hook))}
    >
      <Field label="Branches" hint="One per line. `*` stands for any characters but a slash.">
        {(ids) => <textarea name="branches" rows={2} defaultValue={branches.join('\n')} {...ids} />}
      </Field>
      <Field label="Tags" hint="One per line.">
        {(ids) => <textarea name="tags" rows={2} defaultValue={tags.join('\n')} {...ids} />}
      </Field>
      <Field label="A push">
        {(ids) => (
          <select name="action" defaultValue={action} {...ids}>
            {actions
              .filter((one) => namespace_id !== null || hook.kind !== 'extractor' || one === 'publish')
              .map((one) => (
                <option key={one} value={one}>
                  {actionTexts[one]}
                </option>
              ))}
          </select>
        )}
      </Field>
      <Field label="Description">
        {(ids) => (
          <input name="description" maxLength={500} defaultValue={description ?? ''} autoComplete="off" {...ids} />
        )}
      </Field>
      {provider === 'github' && <StatusFields hook={hook} />}
    </ActionForm>
  );
}

function StatusFields({ hook: { reports_status, status_api_url } }: { hook: Hook }) {
  return (
    <>
      <Field
        label="Token for commit statuses"
        hint={reports_status ? 'Left empty: the stored one is kept.' : 'Left empty: no statuses are reported.'}
      >
        {(ids) => <input name="token" type="password" maxLength={500} autoComplete="new-password" {...ids} />}
      </Field>
      {reports_status && (
        <label className="choice">
          <input type="checkbox" name="no-status" /> Report no statuses any more
        </label>
      )}
      <Field label="API of GitHub Enterprise" hint="Left empty: github.com. Another one needs the token again.">
        {(ids) => (
          <input
            name="api"
            type="url"
            maxLength={2048}
            defaultValue={status_api_url ?? ''}
            autoComplete="off"
            {...ids}
          />
        )}
      </Field>
    </>
  );
}

/** The token and the API of GitHub need more permissions than the rest: they are sent only if they change. */
function changesIn(form: FormData, { status_api_url }: Hook): Update {
  const lines = (name: string) => textOf(form, name).split(/\s+/).filter(Boolean);
  const action = actions.find((known) => known === textOf(form, 'action'));
  const [token, api_url] = [textOf(form, 'token'), textOf(form, 'api') || null];
  return {
    branches: lines('branches'),
    tags: lines('tags'),
    ...(action && { action }),
    description: textOf(form, 'description') || null,
    ...(token && { status_token: token }),
    ...(form.has('no-status') && { status_token: null }),
    ...(form.has('api') && textOf(form, 'api') !== (status_api_url ?? '') && { status_api_url: api_url }),
  };
}

/** The token is in no command: the command line reads it from a variable. */
function commandOf(hook_id: string, changes: Update) {
  const { action, branches = [], description, status_api_url, status_token, tags = [] } = changes;
  return {
    cli: slipway(['hooks', 'edit', hook_id], {
      branch: branches.length === 0 ? '' : branches,
      tag: tags.length === 0 ? '' : tags,
      action,
      description: description ?? '',
      'status-token-env': status_token === undefined ? undefined : status_token === null ? '' : 'GITHUB_TOKEN',
      'status-api-url': status_api_url === undefined ? undefined : (status_api_url ?? ''),
    }),
    path: `/v1/deploy-hooks/${hook_id}`,
    method: 'PATCH',
    body: { ...changes, ...(status_token && { status_token: 'TOKEN' }) },
  } as const;
}
