// Selects the plugin's owner. Keys bound to namespaces can't publish for the organization.
import { useRouteContext } from '@tanstack/react-router';
import { SelectField } from '../../parts/fields.tsx';

export function OwnerField() {
  const { key } = useRouteContext({ from: '/signed-in' });
  if (key.namespace_ids !== null) return null;
  return (
    <SelectField
      name="owner"
      label="For"
      choices={[
        ['namespace', 'this namespace'],
        ['organization', 'the whole organization'],
      ]}
    />
  );
}
