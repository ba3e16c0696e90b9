// Shows whether a finding is waived and how to get a waiver: administrators grant it here, others get a command to send to an
// administrator.
import { queryOptions, useQuery } from '@tanstack/react-query';
import { Link, useRouteContext } from '@tanstack/react-router';
import type { Schemas } from '../../data/api.ts';
import { loadCode } from '../../parts/connection/load-code.ts';
import { Copyable } from '../../parts/copyable.tsx';
import { Status } from '../../parts/status.tsx';
import { Time } from '../../parts/time.tsx';
import { visible } from '../../parts/visible-text.ts';
import { NewWaiver } from '../access/new-waiver.tsx';

/** Reads why a rule exists, what to write instead, and whether it can be waived. Loads the explanation texts on demand. */
export const explanationQuery = (rule: string) =>
  queryOptions({
    queryKey: ['explanation', rule],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => {
      const [{ explanations }, { isWaivable, ruleIds }] = await loadCode(() =>
        Promise.all([
          import('../../../contract/findings/explanations.ts'),
          import('../../../contract/findings/rules.ts'),
        ]),
      );
      const id = ruleIds.find((known) => known === rule);
      return id === undefined ? null : { ...explanations[id], canBeWaived: isWaivable(id) };
    },
  });

interface Props {
  finding: Schemas['Finding'];
  plugin: string | undefined;
}

export function FindingWaiver({ finding: { rule, severity, waiver }, plugin }: Props) {
  const { key } = useRouteContext({ from: '/signed-in' });
  const { data } = useQuery(explanationQuery(rule));
  const isAdministrator = key.scopes.includes('policy:admin');
  if (waiver)
    return (
      <p>
        <Status tone="warning">Waived</Status> {visible(waiver.reason)}{' '}
        <span className="quiet">
          · expires <Time at={waiver.expires_at} />
        </span>{' '}
        {isAdministrator && <Link to="/waivers">All waivers</Link>}
      </p>
    );
  if (severity !== 'error' || plugin === undefined || !data) return null;
  if (!data.canBeWaived) return <p className="quiet">This rule cannot be waived.</p>;
  if (isAdministrator)
    return (
      <p>
        <NewWaiver label="Waive" className="small" plugin={plugin} rule={rule} />
      </p>
    );
  return (
    <details>
      <summary>Request a waiver</summary>
      <p>
        An organization administrator lets {plugin} pass despite {rule} with{' '}
        <Copyable text={`slipway waivers grant ${plugin} ${rule} --reason 'Reviewed: …' --expires 30d`} />
      </p>
    </details>
  );
}
