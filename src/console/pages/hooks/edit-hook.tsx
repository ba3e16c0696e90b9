// Changes which pushes a deploy hook takes, what a push does, and whether it is reported to GitHub. Its URL and its secret stay the same.
import { apiRequest, type Schemas } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { ActionDialog } from '../../parts/actions/action.tsx';
import { AreaField, CheckBox, type Choice, SelectField, TextField, wordsIn } from '../../parts/fields.tsx';
import { textOf } from '../../parts/form.tsx';
import { actionTexts } from './hooks.tsx';

type Hook = Schemas['DeployHook'];
type Update = Schemas['DeployHookUpdate'];

const actions: readonly Hook['action'][] = ['update', 'publish', 'redeploy'];

export function EditHook({ hook }: { hook: Hook }) {
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
      cli={(form) => slipway(['hooks', 'edit', hook_id], optionsFor(changesIn(form, hook)))}
      changes={[['hooks']]}
      said={() => 'The hook is changed.'}
    >
      <AreaField
        name="branches"
        label="Branches"
        hint="One per line. `*` stands for any characters but a slash."
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

/** The organization's own extractor has no namespace to deploy it in. */
function actionsFor({ kind, namespace_id }: Hook) {
  return actions.filter((action) => namespace_id !== null || kind !== 'extractor' || action === 'publish');
}

function StatusFields({ hook: { reports_status, status_api_url } }: { hook: Hook }) {
  return (
    <>
      <TextField
        name="token"
        label="Token for commit statuses"
        hint={reports_status ? 'Left empty: the stored one is kept.' : 'Left empty: no statuses are reported.'}
        type="password"
        maxLength={500}
        autoComplete="new-password"
      />
      {reports_status && <CheckBox name="no-status">Report no statuses any more</CheckBox>}
      <TextField
        name="api"
        label="API of GitHub Enterprise"
        hint="Left empty: github.com. Another one needs the token again."
        type="url"
        maxLength={2048}
        defaultValue={status_api_url ?? ''}
      />
    </>
  );
}

/** The token and the API of GitHub need more permissions than the rest: they are sent only if they change. */
function changesIn(form: FormData, { status_api_url }: Hook): Update {
  const action = actions.find((known) => known === textOf(form, 'action'));
  const [token, api_url] = [textOf(form, 'token'), textOf(form, 'api') || null];
  return {
    branches: wordsIn(form, 'branches'),
    tags: wordsIn(form, 'tags'),
    ...(action && { action }),
    description: textOf(form, 'description') || null,
    ...(token && { status_token: token }),
    ...(form.has('no-status') && { status_token: null }),
    ...(form.has('api') && textOf(form, 'api') !== (status_api_url ?? '') && { status_api_url: api_url }),
  };
}

/** The token is in no command: the command line reads it from a variable. */
function optionsFor({ action, branches = [], description, status_api_url, status_token, tags = [] }: Update) {
  return {
    branch: branches.length === 0 ? '' : branches,
    tag: tags.length === 0 ? '' : tags,
    action,
    description: description ?? '',
    'status-token-env': status_token === undefined ? undefined : status_token === null ? '' : 'GITHUB_TOKEN',
    'status-api-url': status_api_url === undefined ? undefined : (status_api_url ?? ''),
  };
}
