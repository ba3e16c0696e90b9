// The API keys of the organization: who holds what, when it was last used, and the end of one that is no longer needed.
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useRouteContext, useSearch } from '@tanstack/react-router';
import { keyStates, keysQuery } from '../../data/account-queries.ts';
import { api, type Schemas } from '../../data/api.ts';
import { withoutData } from '../../data/list-errors.ts';
import { slipway } from '../../data/shell.ts';
import { AsCommand, type SameAs } from '../../parts/copyable.tsx';
import { FilterSelect } from '../../parts/filters/filter-select.tsx';
import { MoreRows } from '../../parts/more-rows.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Empty } from '../../parts/page-states.tsx';
import { Status, type Tone } from '../../parts/status.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { say } from '../../parts/toasts/toasts.tsx';
import { TypedConfirmation } from '../../parts/typed-confirmation.tsx';
import { NewKey } from './new-key.tsx';
import { RotateKey } from './rotate-key.tsx';

type ApiKey = Schemas['ApiKey'];

export function KeysPage() {
  const { status } = useSearch({ from: '/signed-in/keys' });
  const query = useInfiniteQuery({ ...keysQuery(status), ...withoutData });
  const navigate = useNavigate({ from: '/keys' });
  const keys = query.data?.pages.flatMap((page) => page.results);
  return (
    <>
      <PageHead title="API keys" actions={<NewKey />} />
      <search className="filters">
        <FilterSelect
          label="Status"
          all="all"
          values={keyStates}
          value={status}
          choose={(status) => void navigate({ search: (before) => ({ ...before, status }), replace: true })}
        />
      </search>
      {keys?.length === 0 ? (
        <Empty command="slipway keys create ci --scopes publish --expires 90d">No key has this status.</Empty>
      ) : (
        <KeyTable keys={keys} />
      )}
      <MoreRows query={query} />
      <AsCommand cli="slipway keys list" path="/v1/keys" query={{ status }} />
    </>
  );
}

const tones: Record<ApiKey['status'], Tone> = { active: 'good', expired: 'quiet', revoked: 'quiet' };

function KeyTable({ keys }: { keys: ApiKey[] | undefined }) {
  const { key: own } = useRouteContext({ from: '/signed-in' });
  const columns: Column<ApiKey>[] = [
    {
      id: 'key',
      title: 'Key',
      sortBy: ({ name }) => name,
      cell: ({ name, key_id, prefix }) => (
        <>
          {name} {key_id === own.key_id && <span className="kind">this session</span>} <code>{prefix}…</code>
        </>
      ),
    },
    {
      id: 'status',
      title: 'Status',
      sortBy: ({ status }) => status,
      cell: ({ status }) => <Status tone={tones[status]}>{status}</Status>,
    },
    { id: 'may', title: 'May', kind: 'varies', hidden: 'below-600', cell: (key) => mayText(key, own.scopes.length) },
    {
      id: 'used',
      title: 'Last used',
      kind: 'time',
      hidden: 'below-900',
      sortBy: ({ last_used_at }) => last_used_at,
      cell: ({ last_used_at }) => (last_used_at === null ? 'never' : <Time at={last_used_at} />),
    },
    {
      id: 'expires',
      title: 'Expires',
      kind: 'time',
      hidden: 'below-900',
      sortBy: ({ expires_at }) => expires_at,
      cell: ({ expires_at }) => (expires_at === null ? 'never' : <Time at={expires_at} />),
    },
    {
      id: 'actions',
      title: 'Actions',
      cell: (key) =>
        key.status === 'active' && (
          <span className="actions">
            <RotateKey apiKey={key} isOwn={key.key_id === own.key_id} />
            <Revoke apiKey={key} isOwn={key.key_id === own.key_id} />
          </span>
        ),
    },
  ];
  return <Table caption="API keys, oldest first" columns={columns} rows={keys} keyOf={({ key_id }) => key_id} />;
}

/** The scopes, and the namespaces that the key is limited to. */
function mayText({ namespace_ids, scopes }: ApiKey, all: number): string {
  const may = scopes.length === all && scopes.length > 5 ? 'everything' : scopes.join(', ');
  if (namespace_ids === null) return may;
  return `${may} in ${namespace_ids.length === 1 ? 'one namespace' : `${namespace_ids.length} namespaces`}`;
}

function Revoke({ apiKey, isOwn }: { apiKey: ApiKey; isOwn: boolean }) {
  const queries = useQueryClient();
  const { key_id, name, last_used_at } = apiKey;
  const revoke = async () => {
    await api.delete('/v1/keys/{key_id}', { path: { key_id } });
    await queries.invalidateQueries({ queryKey: ['keys'] });
    say(`${name} is revoked.`);
  };
  const command = (): SameAs => ({
    cli: slipway(['keys', 'revoke', key_id], { yes: true }),
    path: `/v1/keys/${key_id}`,
    method: 'DELETE',
  });
  return (
    <TypedConfirmation label="Revoke" of={name} title={`Revoke ${name}`} name={name} act={revoke} command={command}>
      <p>
        {last_used_at === null ? 'It was never used. ' : <LastUse at={last_used_at} />}
        Programs that use it get 401 within 10 seconds. {isOwn && 'It is the key of this session, which ends too.'}
      </p>
      <p>A revoked key cannot be restored. Create another one, and give it to what still needs access.</p>
    </TypedConfirmation>
  );
}

function LastUse({ at }: { at: string }) {
  return (
    <>
      It was last used <Time at={at} />.{' '}
    </>
  );
}
