// The models that a version asks for, and whether the namespace has them.
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ComponentProps } from 'react';
import { Needs, There } from '../../pages/plugin/settings/plugin-needs.tsx';
import type { NeededPart } from '../../points.ts';
import { modelsQuery } from './queries.ts';

export default function NeededModels({ namespace, manifest }: ComponentProps<NeededPart['Part']>) {
  const { data } = useInfiniteQuery(modelsQuery(namespace));
  const known = new Set(data?.pages.flatMap(({ results }) => results.map(({ name }) => name)));
  const needs = (manifest?.models ?? []).map((name) => ({
    name,
    state: <There isThere={known.has(name)} />,
    action: (
      <Link to="/n/$namespace/models" className="button small" params={{ namespace }} search={{}}>
        Models
      </Link>
    ),
  }));
  return (
    <section aria-labelledby="models">
      <h2 id="models">Models</h2>
      <Needs caption="Required models" needs={data && needs} none="It needs no models." />
    </section>
  );
}
