// Reconciles a namespace's vector features with its deployed plugins.
import { apiRequest, type Schemas } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { ActionDialog } from '../../parts/actions/action.tsx';
import { visible } from '../../parts/visible-text.ts';

interface Props {
  namespace: Schemas['Namespace'];
}

export default function Reconfigure({ namespace: { namespace_id, namespace_name } }: Props) {
  const options = { path: { namespace_id }, body: { confirm: true } };
  return (
    <ActionDialog
      label="Reconfigure"
      title={`Reconfigure the vectors of ${visible(namespace_name)}`}
      className="small"
      request={() => apiRequest('post', '/v1/namespaces/{namespace_id}/plugins/reconfigure', options)}
      cli={() => slipway(['namespaces', 'reconfigure'], { namespace: namespace_id, yes: true })}
      changes={[]}
      said={({ message }) => message}
    >
      <p>
        Adds the vector features that deployed plugins declare, and removes empty ones that no plugin declares. Stored
        vectors are never deleted.
      </p>
    </ActionDialog>
  );
}
