// Says whether what is live has the value of a secret.
import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../data/api.ts';
import type { WaitingPlugin } from '../../data/waiting-plugins.ts';
import { Status } from '../../parts/status.tsx';

interface Props {
  namespace: string;
  secret: Schemas['Secret'];
  /** Plugins that ask for it, and whose deployment failed. */
  waiting?: readonly WaitingPlugin[] | undefined;
}

export function SecretState({ namespace, secret, waiting = [] }: Props) {
  const { live_with_previous_value: previous, live_with_value: live, restarting } = secret;
  if (restarting) return <Status tone="busy">Restarting what uses it</Status>;
  if (previous > 0)
    return (
      <>
        <Status tone="bad">{`${previous} of ${live + previous} could not restart with it`}</Status>{' '}
        <Link to="/n/$namespace/deployments" params={{ namespace }} search={{ status: 'failed' }}>
          Why
        </Link>
      </>
    );
  const [first] = waiting;
  if (live === 0 && first)
    return (
      <>
        <Status tone="warning">
          {waiting.length === 1
            ? `${first.name} failed, and asks for it`
            : `${waiting.length} failed plugins ask for it`}
        </Status>{' '}
        <Link
          to="/n/$namespace/deployments/$deployment"
          className="button small"
          params={{ namespace, deployment: first.deployment }}
        >
          Deploy {first.name} again
        </Link>
      </>
    );
  if (live === 0) return <Status tone="quiet">Not used</Status>;
  return <Status tone="good">In use</Status>;
}
