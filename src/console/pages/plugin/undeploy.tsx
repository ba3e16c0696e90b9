// Undeploys every version of a plugin, after its name was typed.
import { useQueryClient } from '@tanstack/react-query';
import { quotasQuery } from '../../data/account-queries.ts';
import { api } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { say } from '../../parts/toasts/toasts.tsx';
import { TypedConfirmation } from '../../parts/typed-confirmation.tsx';

export function Undeploy({ namespace, name, versions }: { namespace: string; name: string; versions: string[] }) {
  const queries = useQueryClient();
  const undeploy = async () => {
    const request = { path: { namespace_id: namespace, slug: name }, body: { keep: 0 } };
    // The server undeploys some at a time.
    for (let remaining = 1; remaining > 0; )
      ({ remaining } = await api.post('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/undeploy', request));
    await queries.invalidateQueries({ queryKey: ['namespace', namespace] });
    await queries.invalidateQueries({ queryKey: quotasQuery.queryKey });
    say(`${name} is undeployed.`, {
      to: { to: '/n/$namespace/plugins/$name', params: { namespace, name } },
      text: `Open ${name}`,
    });
  };
  return (
    <TypedConfirmation
      label="Undeploy"
      of={name}
      title={`Undeploy every version of ${name}`}
      name={name}
      act={undeploy}
      command={() => ({
        cli: slipway(['undeploy', name], { keep: '0', namespace, yes: true }),
        path: `/v1/namespaces/${namespace}/plugins/by-name/${name}/undeploy`,
        method: 'POST',
        body: { keep: 0 },
      })}
    >
      <p>
        {versions.join(', ')} {versions.length === 1 ? 'stops' : 'stop'}. Calls to {name} are refused from then on, and
        its runs are cancelled.
      </p>
      <p>
        No version is deleted. To undo it, deploy a version again: <code>slipway deploy {name}</code>. It takes as long
        as its build, unless that is cached.
      </p>
    </TypedConfirmation>
  );
}
