// Links to an agent plugin's page.
import { Link } from '@tanstack/react-router';
import { visible } from '../../parts/visible-text.ts';

export function AgentLink({ namespace, name }: { namespace: string; name: string }) {
  return (
    <Link to="/n/$namespace/agents/$name" params={{ namespace, name }}>
      {visible(name)}
    </Link>
  );
}
