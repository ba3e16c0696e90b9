// Rolls a plugin back: shows what changes and what doesn't, asks for a reason, and follows the deployment if there is one.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { skippedText } from '../../../contract/skipped-versions.ts';
import { api, type Schemas } from '../../data/api.ts';
import { pluginOverviewQuery } from '../../data/plugin-calls.ts';
import { rollbackAction } from '../../data/plugin-history.ts';
import { diffQuery } from '../../data/queries.ts';
import { slipway } from '../../data/shell.ts';
import { SelectField, sameTexts, TextField } from '../../parts/fields.tsx';
import { ActionForm, readText } from '../../parts/form.tsx';
import { PageError } from '../../parts/page-states.tsx';
import { say } from '../../parts/toasts/toasts.tsx';
import { DiffSummary } from '../diff/diff-summary.tsx';

interface FormProps {
  namespace: string;
  plugin: Schemas['PluginVersions'];
  first: string;
  close: () => void;
}

export default function RollbackForm({ namespace, plugin, first, close }: FormProps) {
  const { name, serving_version, active_version } = plugin;
  const [target, setTarget] = useState(first);
  const { data: overview } = useQuery(pluginOverviewQuery(namespace, name));
  const release = overview?.release ?? null;
  const from = serving_version ?? active_version;
  const isRevert = release !== null && target === serving_version;
  /** Null if the release's candidate was deleted. */
  const left = isRevert ? release.version : from;
  const queries = useQueryClient();
  const navigate = useNavigate();
  const bodyOf = (form: FormData) => {
    const message = readText(form, 'reason');
    return { version: target, ...(message !== '' && { message }) };
  };
  const rollBack = (form: FormData) =>
    api.post('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/rollback', {
      path: { namespace_id: namespace, slug: name },
      body: bodyOf(form),
    });
  const done = async ({ deployment_id }: { deployment_id: string | null }) => {
    await queries.invalidateQueries({ queryKey: ['namespace', namespace] });
    const to = '/n/$namespace/plugins/$name/versions';
    say(`Calls to ${name} now go to ${target}.`, { to: { to, params: { namespace, name } }, text: 'Versions' });
    if (deployment_id === null) return close();
    await navigate({ to: '/n/$namespace/deployments/$deployment', params: { namespace, deployment: deployment_id } });
  };
  return (
    <ActionForm
      submit={rollbackAction(target, plugin)}
      busy="Moving calls…"
      act={rollBack}
      done={done}
      cancel={close}
      command={(form) => ({
        cli: slipway(['rollback', name], { to: target, message: bodyOf(form).message, namespace, yes: true }),
        path: `/v1/namespaces/${namespace}/plugins/by-name/${name}/rollback`,
        method: 'POST',
        body: bodyOf(form),
      })}
    >
      <TargetChoice plugin={plugin} first={first} target={target} choose={setTarget} />
      {left !== null && <RollbackChanges namespace={namespace} name={name} from={left} to={target} />}
      {isRevert ? (
        <p>
          This ends the release: all calls to {name} go to {target} again.
          {left !== null && ` ${left} stays on standby and answers calls by its own ID.`}
        </p>
      ) : (
        <MoveEffect name={name} from={from} to={target} isReleasing={release !== null} />
      )}
      <TextField name="reason" label="Reason (optional)" hint="Shown in the history." maxLength={500} />
    </ActionForm>
  );
}

interface ChoiceProps extends Pick<FormProps, 'first' | 'plugin'> {
  target: string;
  choose: (version: string) => void;
}

/** Offers the earlier versions. Those that a rollback skips unless they are named come last, with the reasons. */
function TargetChoice({ choose, first, plugin, target }: ChoiceProps) {
  const { rollback_skipped, rollback_targets, serving_version } = plugin;
  const skipped = rollback_skipped.map(({ version }) => version).filter((version) => version !== serving_version);
  return (
    <>
      <SelectField
        label="New live version"
        choices={sameTexts([...new Set([first, ...rollback_targets, ...skipped])])}
        value={target}
        onChange={(event) => choose(event.target.value)}
      />
      {rollback_skipped.length > 0 && <p className="quiet">Not suggested: {skippedText(rollback_skipped)}.</p>}
    </>
  );
}

interface MoveProps {
  name: string;
  from: string;
  to: string;
  isReleasing: boolean;
}

function MoveEffect({ name, from, to, isReleasing }: MoveProps) {
  return (
    <p>
      Calls to {name} move from {from} to {to}. {isReleasing && 'The release in progress ends. '}If {to} is no longer
      deployed, it is deployed first and {from} stays live until it is ready. No version is deleted or undeployed. Data
      that plugins wrote elsewhere, such as vectors, stays.
    </p>
  );
}

function RollbackChanges({ namespace, name, from, to }: { namespace: string; name: string; from: string; to: string }) {
  const { data, error } = useQuery(diffQuery(namespace, { slug: name, v1: from, v2: to }));
  if (error) return <PageError error={error} />;
  if (!data)
    return (
      <p role="status">
        Comparing {from} with {to}…
      </p>
    );
  return (
    <>
      <DiffSummary diff={data} />
      <p>
        <Link to="/n/$namespace/plugins/$name/diff" params={{ namespace, name }} search={{ from, to }}>
          Compare {from} and {to}
        </Link>
      </p>
    </>
  );
}
