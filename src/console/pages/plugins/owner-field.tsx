// Chooses whose plugin it becomes. Keys that are bound to namespaces cannot publish for the organization.
import { useRouteContext } from '@tanstack/react-router';
import { Field } from '../../parts/form.tsx';

export function OwnerField() {
  const { key } = useRouteContext({ from: '/signed-in' });
  if (key.namespace_ids !== null) return null;
  return (
    <Field label="For">
      {(ids) => (
        <select name="owner" {...ids}>
          <option value="namespace">this namespace</option>
          <option value="organization">the whole organization</option>
        </select>
      )}
    </Field>
  );
}
