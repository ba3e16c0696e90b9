// Actions on the signed-in person's own keys: create one, and revoke one.
import { useRouteContext } from '@tanstack/react-router';
import { apiRequest } from '../../data/api.ts';
import { type KeyActionProps, RevokeDialog } from '../../pages/organization/keys.tsx';
import { KeyFields, keyIn, lifetimes, scopesIn } from '../../pages/organization/new-key.tsx';
import { ActionDialog } from '../../parts/actions/action.tsx';
import { NewSecret } from '../../parts/actions/rotate-secret.tsx';
import { personalKeysQuery } from './queries.ts';

/** Creates a key that acts as the signed-in person. */
export function NewPersonalKey() {
  const { scopes } = useRouteContext({ from: '/signed-in' }).key;
  return (
    <ActionDialog
      label="Create a key"
      title="Create a personal key"
      className="primary"
      submit="Create the key"
      request={(form) => apiRequest('post', '/v1/person/keys', { body: keyIn(form, scopesIn(form, scopes)) })}
      changes={[personalKeysQuery.queryKey]}
      shows={({ api_key }) => <NewSecret secret={api_key} />}
    >
      <KeyFields scopes={scopes} choices={lifetimes} />
    </ActionDialog>
  );
}

export function RevokePersonalKey({ apiKey, isOwn }: KeyActionProps) {
  const path = { key_id: apiKey.key_id };
  return (
    <RevokeDialog
      apiKey={apiKey}
      isOwn={isOwn}
      request={() => apiRequest('delete', '/v1/person/keys/{key_id}', { path })}
    />
  );
}
