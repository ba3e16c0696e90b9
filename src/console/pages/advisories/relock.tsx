// Proposes newer packages for a version that advisories affect, and publishes its sources with them.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useRouteContext } from '@tanstack/react-router';
import { pause } from '../../../client/retry.ts';
import { formatPluginId } from '../../../core/plugin-id.ts';
import { api, type Schemas } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { DialogButton } from '../../parts/dialog.tsx';
import { TextField } from '../../parts/fields.tsx';
import { ActionForm, readText } from '../../parts/form.tsx';
import { PageError } from '../../parts/page-states.tsx';
import { say } from '../../parts/toasts/toasts.tsx';
import { visible } from '../../parts/visible-text.ts';
import { listReasons } from '../plugins/rejection.tsx';

/** Interval between checks for the end of the scan. */
const scanPauseMs = 1000;

type Proposal = Schemas['RelockProposal'];

interface Props {
  /** Namespace that owns the version. */
  namespace: string;
  name: string;
  version: string;
}

/** Renders nothing if the session may not publish. */
export default function Relock(version: Props) {
  const { key } = useRouteContext({ from: '/signed-in' });
  if (!key.scopes.includes('plugins:write')) return null;
  const label = `${version.name} ${version.version}`;
  return (
    <DialogButton label="Relock" of={label} className="small" title={`Relock ${label}`}>
      {(close) => <RelockForm {...version} close={close} />}
    </DialogButton>
  );
}

function RelockForm({ close, namespace, name, version }: Props & { close: () => void }) {
  const path = { namespace_id: namespace, plugin_id: formatPluginId(name, version) };
  const queries = useQueryClient();
  const navigate = useNavigate();
  // A resolution is slow, and each can differ: one per opened dialog.
  const { data, error } = useQuery({
    queryKey: ['relock', namespace, path.plugin_id],
    queryFn: ({ signal }) =>
      api.post('/v1/namespaces/{namespace_id}/plugins/{plugin_id}/relock', { path, signal, idempotencyKey: false }),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  if (error) return <PageError error={error} />;
  if (!data) return <p role="status">Resolving the dependencies again…</p>;
  const bodyOf = (form: FormData) => {
    const message = readText(form, 'message');
    return { digest: data.digest, ...(message !== '' && { message }) };
  };
  const done = async (published: { version: string }) => {
    await queries.invalidateQueries({ queryKey: ['namespace', namespace] });
    say(`${name} ${published.version} is published.`);
    const params = { namespace, name, version: published.version };
    return navigate({ to: '/n/$namespace/plugins/$name/versions/$version', params });
  };
  return (
    <ActionForm
      submit="Publish"
      busy="Scanning…"
      isDisabled={data.packages.length === 0}
      act={(form) => publish(path, bodyOf(form))}
      done={done}
      cancel={close}
      explain={listReasons}
      command={(form) => ({
        cli: slipway(['relock', `${name}@${version}`], {
          publish: true,
          message: bodyOf(form).message,
          namespace,
          yes: true,
        }),
        path: `/v1/namespaces/${namespace}/plugins/${path.plugin_id}/relock/publish`,
        method: 'POST',
        body: bodyOf(form),
      })}
    >
      <ProposalFacts {...data} />
      <p>The same sources are published with these packages as the next patch version. Nothing is deployed.</p>
      <TextField name="message" label="Message (optional)" hint="Shown in the history." maxLength={500} />
    </ActionForm>
  );
}

async function publish(path: { namespace_id: string; plugin_id: string }, body: { digest: string; message?: string }) {
  let answer = await api.post('/v1/namespaces/{namespace_id}/plugins/{plugin_id}/relock/publish', { path, body });
  while (answer.validation_status === 'pending') {
    await pause(scanPauseMs, undefined);
    answer = await api.post('/v1/namespaces/{namespace_id}/plugins/uploads/{upload_id}/confirm', {
      path: { namespace_id: path.namespace_id, upload_id: answer.upload_id },
    });
  }
  return answer;
}

function ProposalFacts({ advisories, held_back, older_than, packages }: Proposal) {
  const change = ({ from, name, to }: Proposal['packages'][number]) =>
    `${name} ${from ?? '(none)'} to ${to ?? '(none)'}`;
  const about = ({ advisory_id, fixed_in, package: used }: Proposal['advisories']['fixed'][number]) =>
    `${advisory_id} (${used}, ${fixed_in === null ? 'no fix is known' : `fixed in ${fixed_in}`})`;
  const facts: [what: string, items: string[]][] = [
    ['Packages', packages.map(change)],
    ['Advisories fixed', advisories.fixed.map(about)],
    ['Advisories remaining', advisories.remaining.map(about)],
    ['New advisories', advisories.new.map(about)],
    [
      `Younger than ${older_than}`,
      held_back.map(({ from, name, to }) => `${name} ${to ?? '(none)'} (${from ?? 'none'} is used)`),
    ],
  ];
  const shown = facts.filter(([, items]) => items.length > 0);
  return (
    <>
      {packages.length === 0 && <p>It already has the newest packages that it allows.</p>}
      <dl className="facts">
        {shown.map(([what, items]) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>{visible(items.join(', '))}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
