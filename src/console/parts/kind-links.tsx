// Leads from the list of one kind of plugin to those of the others.
import { Link } from '@tanstack/react-router';

export function KindLinks({ namespace }: { namespace: string }) {
  return (
    <nav aria-label="Kinds of plugins" className="links">
      <Link to="/n/$namespace/plugins" params={{ namespace }} search={{}}>
        Extractors
      </Link>
      <Link to="/n/$namespace/go/$kind" params={{ namespace, kind: 'pipeline' }}>
        Pipeline
      </Link>
      <Link to="/n/$namespace/go/$kind" params={{ namespace, kind: 'storage' }}>
        Storage
      </Link>
      <Link to="/n/$namespace/agents" params={{ namespace }} search={{}}>
        Agents
      </Link>
    </nav>
  );
}
