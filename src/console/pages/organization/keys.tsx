// The organization's API keys: who holds each, when it was last used, and actions to rotate and revoke it.
import { useInfiniteQuery } from '@tanstack/react-query';
import { useRouteContext, useSearch } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import { scopes as allScopes } from '../../../contract/scopes.ts';
import { keyStates, keysQuery } from '../../data/account-queries.ts';
import { apiRequest, type Schemas } from '../../data/api.ts';
import { withoutData } from '../../data/paged-query.ts';
import { slipway } from '../../data/shell.ts';
import { ActionDialog, type ActionDialogProps } from '../../parts/actions/action.tsx';
import { overlaps, RotateSecret } from '../../parts/actions/rotate-secret.tsx';
import { statusColumn, timeColumn } from '../../parts/columns.tsx';
import { ResourcePage } from '../../parts/resource-page.tsx';
import type { Column } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { visible } from '../../parts/visible-text.ts';
import { NewKey } from './new-key.tsx';

type ApiKey = Schemas['ApiKey'];

export function KeysPage() {
  const { status } = useSearch({ from: '/signed-in/keys' });
  const { key: own } = useRouteContext({ from: '/signed-in' });
  return (
    <ResourcePage
      title="API keys"
      actions={<NewKey />}
      query={useInfiniteQuery({ ...keysQuery(status), ...withoutData })}
      filter={{ values: keyStates }}
      empty={{
        text: 'No key has this status.',
        command: 'slipway keys create ci --scopes publish --expires 90d',
      }}
      caption="API keys, oldest first"
      columns={columnsFor(own)}
      keyOf={({ key_id }) => key_id}
      command={{ cli: 'slipway keys list', path: '/v1/keys', query: { status } }}
    />
  );
}

/** Returns the columns of the organization's keys, or of a person's own, which are revoked in another way. */
export function columnsFor(own: ApiKey, RevokeOwn?: ComponentType<KeyActionProps>): Column<ApiKey>[] {
  const Revoke = RevokeOwn ?? RevokeKey;
  return [
    {
      id: 'key',
      title: 'Key',
      sortBy: ({ name }) => name,
      cell: ({ name, key_id, person, prefix }) => (
        <>
          {visible(name)} {person && !RevokeOwn && <span className="kind">{visible(person.name)}</span>}{' '}
          {key_id === own.key_id && <span className="kind">this session</span>} <code>{prefix}…</code>
        </>
      ),
    },
    statusColumn({ active: 'good', expired: 'quiet', revoked: 'quiet' }),
    {
      id: 'may',
      title: 'May',
      kind: 'varies',
      hidden: 'below-600',
      cell: (key) => (
        <>
          {mayText(key)}
          {key.path !== null && ', only at '}
          {key.path !== null && <code>{visible(key.path)}</code>}
        </>
      ),
    },
    timeColumn('used', 'Last used', ({ last_used_at }) => last_used_at, 'below-900'),
    timeColumn('expires', 'Expires', ({ expires_at }) => expires_at, 'below-900'),
    {
      id: 'actions',
      title: 'Actions',
      cell: (key) =>
        key.status === 'active' && (
          <span className="actions">
            {key.person === null && <Rotate apiKey={key} isOwn={key.key_id === own.key_id} />}
            <Revoke apiKey={key} isOwn={key.key_id === own.key_id} />
          </span>
        ),
    },
  ];
}

/** Returns the key's scopes and the namespaces it is limited to. */
function mayText({ namespace_ids, scopes }: ApiKey): string {
  const may = scopes.length === allScopes.length ? 'everything' : scopes.join(', ');
  if (namespace_ids === null) return may;
  return `${may} in ${namespace_ids.length === 1 ? 'one namespace' : `${namespace_ids.length} namespaces`}`;
}

export interface KeyActionProps {
  apiKey: ApiKey;
  isOwn: boolean;
}

function Rotate({ apiKey: { key_id, name }, isOwn }: KeyActionProps) {
  const path = { key_id };
  return (
    <RotateSecret
      label="Rotate"
      of={name}
      title={`Rotate the secret of ${name}`}
      className="small"
      words={['keys', 'rotate', key_id]}
      question="The old secret stays valid for"
      // Without an overlap, this session would end before its new secret is stored.
      choices={isOwn ? overlaps.slice(1) : overlaps}
      request={(body) => apiRequest('post', '/v1/keys/{key_id}/rotate', { path, body })}
      secretIn={({ api_key }) => api_key}
      changes={[['keys']]}
    >
      <p>
        The new secret works immediately. Programs with the old one get 401 once it expires.
        {isOwn && ' This session ends then, too: sign in with the new secret.'}
      </p>
    </RotateSecret>
  );
}

function RevokeKey({ apiKey, isOwn }: KeyActionProps) {
  const path = { key_id: apiKey.key_id };
  return (
    <RevokeDialog
      apiKey={apiKey}
      isOwn={isOwn}
      request={() => apiRequest('delete', '/v1/keys/{key_id}', { path })}
      cli={() => slipway(['keys', 'revoke', apiKey.key_id], { yes: true })}
    />
  );
}

type RevokeDialogProps<Answer> = KeyActionProps & Pick<ActionDialogProps<Answer>, 'request' | 'cli'>;

/** Asks before a key is revoked. */
export function RevokeDialog<Answer>({ apiKey, isOwn, ...action }: RevokeDialogProps<Answer>) {
  const { last_used_at, name } = apiKey;
  return (
    <ActionDialog
      label="Revoke"
      of={name}
      title={`Revoke ${name}`}
      typed={name}
      changes={[['keys']]}
      said={() => `${name} is revoked.`}
      {...action}
    >
      <p>
        {last_used_at === null ? 'It was never used. ' : <LastUse at={last_used_at} />}
        Programs that use it get 401 within 10 seconds. {isOwn && 'This session uses the key, so it ends too.'}
      </p>
      <p>A revoked key cannot be restored. Create another one for anything that still needs access.</p>
    </ActionDialog>
  );
}

function LastUse({ at }: { at: string }) {
  return (
    <>
      It was last used <Time at={at} />.{' '}
    </>
  );
}
