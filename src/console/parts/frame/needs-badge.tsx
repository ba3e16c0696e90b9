// The number of things that need the user, in the sidebar.
import { useQuery } from '@tanstack/react-query';
import { useNamespace } from '../../data/namespace.ts';
import { needsQuery } from '../../data/needs.ts';

export default function NeedsBadge() {
  const namespace = useNamespace();
  const { data } = useQuery({ ...needsQuery(namespace ?? ''), enabled: namespace !== undefined });
  if (!data || data.count === 0) return null;
  return (
    <span className="place-count" title={`${data.count} ${data.count === 1 ? 'needs' : 'need'} you`}>
      {data.count}
    </span>
  );
}
