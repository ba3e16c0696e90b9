// Leads from a staged version to the page where it is approved or rejected.
import { Link, useRouteContext } from '@tanstack/react-router';
import type { StagedLinkProps } from '../../points.ts';

export function ApprovalLink({ id, namespace, className }: StagedLinkProps) {
  const { key } = useRouteContext({ from: '/signed-in' });
  return (
    <Link
      to="/approvals"
      className={className}
      search={{ ...(id !== undefined && { plugin: id }), ...(namespace !== undefined && { of: namespace }) }}
    >
      {key.scopes.includes('versions:approve') ? 'Approve…' : 'See what changed'}
    </Link>
  );
}
