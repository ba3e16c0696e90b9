// The secrets that a version asks for, and whether the namespace has them.
import { useInfiniteQuery } from '@tanstack/react-query';
import { useRouteContext } from '@tanstack/react-router';
import type { ComponentProps } from 'react';
import { Needs, There } from '../../pages/plugin/settings/plugin-needs.tsx';
import type { NeededPart } from '../../points.ts';
import { secretsQuery } from './queries.ts';
import { SecretState, SetSecret } from './set-secret.tsx';

export default function NeededSecrets({ namespace, manifest }: ComponentProps<NeededPart['Part']>) {
  const { key } = useRouteContext({ from: '/signed-in' });
  const { data } = useInfiniteQuery(secretsQuery(namespace));
  const known = data?.pages.flatMap(({ results }) => results) ?? [];
  const maySet = key.scopes.includes('namespaces:admin');
  const needs = (manifest?.permissions?.secrets ?? []).map((name) => {
    const secret = known.find((one) => one.name === name);
    return {
      name,
      state: secret ? <SecretState namespace={namespace} secret={secret} /> : <There isThere={false} />,
      action: maySet && <SetSecret namespace={namespace} name={name} isSet={secret !== undefined} />,
    };
  });
  return (
    <section aria-labelledby="secrets">
      <h2 id="secrets">Secrets</h2>
      <Needs caption="Required secrets" needs={data && needs} none="It needs no secrets." />
    </section>
  );
}
