// The API keys of the organization: who holds what, when it was last used, and the end of one that is no longer needed.
import { useQueryClient, useSuspenseInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useRouteContext, useSearch } from '@tanstack/react-router';
import { keyStates, keysQuery } from '../../data/account-queries.ts';
import { api, type Schemas } from '../../data/api.ts';
import { AsCommand, Copyable } from '../../parts/copyable.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { MoreRows } from '../../parts/more-rows.tsx';
import { Empty } from '../../parts/page-states.tsx';
import { Status, type Tone } from '../../parts/status.tsx';
import { Time } from '../../parts/time.tsx';
import { useTitle } from '../../parts/title.ts';
import { TypedConfirmation } from '../../parts/typed-confirmation.tsx';
import { NewKey } from './new-key.tsx';

type ApiKey = Schemas['ApiKey'];

export function KeysPage() {
  const { status } = useSearch({ from: '/signed-in/keys' });
  const query = useSuspenseInfiniteQuery(keysQuery(status));
  const navigate = useNavigate({ from: '/keys' });
  const keys = query.data.pages.flatMap((page) => page.results);
  useTitle('Keys');
  const filter = (chosen: string) => {
    const known = keyStates.find((state) => state === chosen);
    void navigate({ search: known ? { status: known } : {}, replace: true });
  };
  return (
    <>
      <h1>Keys</h1>
      <NewKey />
      <p>
        <label>
          Status{' '}
          <select value={status ?? ''} onChange={(event) => filter(event.target.value)}>
            <option value="">every status</option>
            {keyStates.map((state) => (
              <option key={state}>{state}</option>
            ))}
          </select>
        </label>
      </p>
      {keys.length === 0 ? (
        <Empty command="slipway keys create ci --scopes publish --expires 90d">No key has this status.</Empty>
      ) : (
        <KeyTable keys={keys} />
      )}
      <MoreRows query={query} />
      <AsCommand cli="slipway keys list" path="/v1/keys" query={{ status }} />
    </>
  );
}

function KeyTable({ keys }: { keys: ApiKey[] }) {
  return (
    <DataTable caption="API keys, oldest first" columns={['Key', 'Status', 'May', 'Last used', 'Expires', 'End it']}>
      {keys.map((key) => (
        <KeyRow key={key.key_id} apiKey={key} />
      ))}
    </DataTable>
  );
}

const toneOfKey: Record<ApiKey['status'], Tone> = { active: 'good', expired: 'quiet', revoked: 'quiet' };

function KeyRow({ apiKey }: { apiKey: ApiKey }) {
  const { key: own } = useRouteContext({ from: '/signed-in' });
  const { name, prefix, key_id, status, scopes, namespace_ids, last_used_at, expires_at } = apiKey;
  return (
    <tr>
      <th scope="row">
        {name}
        {key_id === own.key_id && <span className="quiet"> (this session)</span>}
        <br />
        <code>{prefix}…</code> <Copyable text={key_id} isShort />
      </th>
      <td>
        <Status tone={toneOfKey[status]}>{status}</Status>
      </td>
      <td data-label="May">
        {scopes.length === own.scopes.length && scopes.length > 5 ? 'everything' : scopes.join(', ')}
        {namespace_ids !== null && (
          <p className="quiet">
            in {namespace_ids.length === 1 ? 'one namespace' : `${namespace_ids.length} namespaces`}
          </p>
        )}
      </td>
      <td data-label="Last used">{last_used_at === null ? 'never' : <Time at={last_used_at} />}</td>
      <td data-label="Expires">{expires_at === null ? 'never' : <Time at={expires_at} />}</td>
      <td>{status === 'active' && <Revoke apiKey={apiKey} isOwn={key_id === own.key_id} />}</td>
    </tr>
  );
}

function Revoke({ apiKey, isOwn }: { apiKey: ApiKey; isOwn: boolean }) {
  const queries = useQueryClient();
  const { key_id, name, last_used_at } = apiKey;
  const revoke = async () => {
    await api.delete('/v1/keys/{key_id}', { path: { key_id } });
    await queries.invalidateQueries({ queryKey: ['keys'] });
  };
  return (
    <TypedConfirmation label={`Revoke ${name}`} title={`Revoke ${name}`} name={name} act={revoke}>
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
