// The organization's credentials for private repositories: which sources they cover, when they expire, and when each was last used.
// Tokens are write-only.
import { useInfiniteQuery } from '@tanstack/react-query';
import { lazyPart } from '../../connection/load-code.ts';
import { apiRequest, type Schemas } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { ActionDialog } from '../../parts/actions/action.tsx';
import { actorColumn, timeColumn } from '../../parts/columns.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { ResourcePage } from '../../parts/resource-page.tsx';
import { Status } from '../../parts/status.tsx';
import type { Column } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { visible } from '../../parts/visible-text.ts';
import { classifyExpiry, namelessUser } from './credentials.ts';
import { sourcesQuery } from './queries.ts';

const CredentialForm = lazyPart(() => import('./credential-form.tsx'));

type Source = Schemas['Source'];

export function SourcesPage() {
  return (
    <ResourcePage
      title="Private sources"
      actions={
        <DialogButton label="Add a source" title="Add a private source" className="primary">
          {(close) => <CredentialForm close={close} />}
        </DialogButton>
      }
      query={useInfiniteQuery(sourcesQuery)}
      empty={{
        text:
          'No private sources yet. With a credential, plugins can be published and installed from repositories that are ' +
          'not public. Every key that may publish can use it.',
        command: 'slipway sources add git.example.com/acme --token-stdin < token.txt',
      }}
      caption="Credentials, by source"
      columns={columns}
      keyOf={({ source_id }) => source_id}
      command={{ cli: 'slipway sources list', path: '/v1/sources' }}
    />
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
  timeColumn('used', 'Last used', ({ last_used_at }) => last_used_at, 'below-900'),
  actorColumn('Set by', ({ updated_by }) => updated_by),
  timeColumn('set', 'Set', ({ updated_at }) => updated_at, 'below-900'),
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
  const expiry = classifyExpiry(at, Date.now());
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
  return (
    <ActionDialog
      label="Remove"
      of={source}
      title={`Remove the credential for ${source}`}
      typed={source}
      request={() => apiRequest('delete', '/v1/sources', { query: { source } })}
      cli={() => slipway(['sources', 'remove', source], { yes: true })}
      changes={[sourcesQuery.queryKey]}
      said={() => `The credential for ${source} is removed.`}
    >
      <p>
        Published versions keep running and can still be deployed and rolled back. Pushes and installations that need
        the credential fail.
      </p>
    </ActionDialog>
  );
}
