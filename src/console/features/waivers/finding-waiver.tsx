// Shows whether a finding is waived and how to get a waiver: administrators grant it here, others get a command to send to an
// administrator.
import { useQuery } from '@tanstack/react-query';
import { Link, useRouteContext } from '@tanstack/react-router';
import { explanationQuery } from '../../data/explanation-query.ts';
import { Copyable } from '../../parts/copyable.tsx';
import { Status } from '../../parts/status.tsx';
import { Time } from '../../parts/time.tsx';
import { visible } from '../../parts/visible-text.ts';
import type { FindingPartProps } from '../../points.ts';
import { NewWaiver } from './new-waiver.tsx';

export default function FindingWaiver({ finding: { rule, severity, waiver }, plugin }: FindingPartProps) {
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
