// Credentials that the organization gave for private repositories: for which places, until when, and when each was used. Tokens go in, and
// never out.
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { lazy } from 'react';
import { api, type Schemas } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { expiryOf, namelessUser } from '../../data/source/credentials.ts';
import { sourcesQuery } from '../../data/source/source-queries.ts';
import { Actor } from '../../parts/actor.tsx';
import { AsCommand } from '../../parts/copyable.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { MoreRows } from '../../parts/more-rows.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Empty } from '../../parts/page-states.tsx';
import { Status } from '../../parts/status.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { say } from '../../parts/toasts/toasts.tsx';
import { TypedConfirmation } from '../../parts/typed-confirmation.tsx';
import { visible } from '../../parts/visible-text.ts';

const CredentialForm = lazy(() => import('./credential-form.tsx'));

type Source = Schemas['Source'];

export function SourcesPage() {
  const query = useInfiniteQuery(sourcesQuery);
  if (query.error && !query.data) throw query.error;
  const sources = query.data?.pages.flatMap(({ results }) => results);
  return (
    <>
      <PageHead
        title="Private sources"
        actions={
          <DialogButton label="Add a source" title="Add a private source" className="primary">
            {(close) => <CredentialForm close={close} />}
          </DialogButton>
        }
      />
      {sources?.length === 0 ? (
        <Empty command="slipway sources add git.example.com/acme --token-stdin < token.txt">
          No private sources yet. With a credential, plugins are published and installed from repositories that are not
          public, and every key that may publish uses it.
        </Empty>
      ) : (
        <Table caption="Credentials, by source" columns={columns} rows={sources} keyOf={({ source_id }) => source_id} />
      )}
      <MoreRows query={query} />
      <AsCommand cli="slipway sources list" path="/v1/sources" />
    </>
  );
}

const columns: Column<Source>[] = [
  {
    id: 'source',
    title: 'Source',
    kind: 'varies',
    sortBy: ({ source }) => source,
    cell: ({ go_modules, python_packages, source }) => (
      <>
        <code>{visible(source)}</code> {go_modules && <span className="kind">Go modules</span>}
        {python_packages && <span className="kind">Python index of {visible(python_packages.join(', '))}</span>}
      </>
    ),
  },
  { id: 'credential', title: 'Credential', hidden: 'below-600', cell: credentialText },
  {
    id: 'expires',
    title: 'Expires',
    sortBy: ({ expires_at }) => expires_at,
    cell: ({ expires_at }) => <Expiry at={expires_at} />,
  },
  {
    id: 'used',
    title: 'Last used',
    kind: 'time',
    hidden: 'below-900',
    sortBy: ({ last_used_at }) => last_used_at,
    cell: ({ last_used_at }) => (last_used_at === null ? 'never' : <Time at={last_used_at} />),
  },
  { id: 'by', title: 'Set by', hidden: 'below-900', cell: ({ updated_by }) => <Actor actor={updated_by} /> },
  {
    id: 'set',
    title: 'Set',
    kind: 'time',
    hidden: 'below-900',
    sortBy: ({ updated_at }) => updated_at,
    cell: ({ updated_at }) => <Time at={updated_at} />,
  },
  {
    id: 'actions',
    title: 'Actions',
    cell: (source) => (
      <span className="actions">
        <DialogButton
          label="Rotate"
          of={source.source}
          title={`Rotate the credential for ${source.source}`}
          className="small"
        >
          {(close) => <CredentialForm stored={source} close={close} />}
        </DialogButton>
        <Remove source={source.source} />
      </span>
    ),
  },
];

function credentialText({ deploy_key, github_app, username }: Source): string {
  if (deploy_key !== null) return 'deploy key';
  if (github_app !== null) return `GitHub App ${visible(github_app.app_id)}`;
  return username === namelessUser ? 'token' : `token of ${visible(username)}`;
}

function Expiry({ at }: { at: string | null }) {
  const expiry = expiryOf(at, Date.now());
  if (at === null || expiry === null) return <span className="quiet">not known</span>;
  if (expiry === 'later') return <Time at={at} />;
  return (
    <>
      <Status tone={expiry === 'expired' ? 'bad' : 'warning'}>{expiry === 'expired' ? 'expired' : 'soon'}</Status>{' '}
      <Time at={at} />
    </>
  );
}

function Remove({ source }: { source: string }) {
  const queries = useQueryClient();
  const remove = async () => {
    await api.delete('/v1/sources', { query: { source } });
    await queries.invalidateQueries({ queryKey: sourcesQuery.queryKey });
    say(`The credential for ${source} is removed.`);
  };
  return (
    <TypedConfirmation
      label="Remove"
      of={source}
      title={`Remove the credential for ${source}`}
      name={source}
      act={remove}
      command={() => ({
        cli: slipway(['sources', 'remove', source], { yes: true }),
        path: '/v1/sources',
        query: { source },
        method: 'DELETE',
      })}
    >
      <p>
        What was published is served, deployed and rolled back to as before. Pushes and installations that need it fail.
      </p>
    </TypedConfirmation>
  );
}
