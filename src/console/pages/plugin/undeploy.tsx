// Undeploys every version of a plugin, after the user types its name.
import { quotasQuery } from '../../data/account-queries.ts';
import { apiRequest } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { ActionDialog } from '../../parts/actions/action.tsx';

export function Undeploy({ namespace, name, versions }: { namespace: string; name: string; versions: string[] }) {
  const request = () => {
    const options = { path: { namespace_id: namespace, slug: name }, body: { keep: 0 } };
    const some = apiRequest('post', '/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/undeploy', options);
    // The server undeploys a few versions per request.
    const send = async () => {
      for (let remaining = 1; remaining > 0; ) ({ remaining } = await some.send());
    };
    return { ...some, send };
  };
  return (
    <ActionDialog
      label="Undeploy"
      of={name}
      title={`Undeploy every version of ${name}`}
      typed={name}
      request={request}
      cli={() => slipway(['undeploy', name], { keep: '0', namespace, yes: true })}
      changes={[['namespace', namespace], quotasQuery.queryKey]}
      said={() => `${name} is undeployed.`}
      link={() => ({ to: { to: '/n/$namespace/plugins/$name', params: { namespace, name } }, text: `Open ${name}` })}
    >
      <p>
        {versions.join(', ')} {versions.length === 1 ? 'stops' : 'stop'}. Calls to {name} are rejected from then on, and
        its runs are cancelled.
      </p>
      <p>
        No version is deleted. To undo it, deploy a version again: <code>slipway deploy {name}</code>. This takes as
        long as its build, unless that is cached.
      </p>
    </ActionDialog>
  );
}
