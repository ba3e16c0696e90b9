// Lists the permissions that the live version asks for, and whether it has them.
import { useQuery } from '@tanstack/react-query';
import { Link, useRouteContext } from '@tanstack/react-router';
import { Suspense } from 'react';
import { listPermissions } from '../../../contract/plugin/permission-text.ts';
import { formatPluginId } from '../../../core/plugin-id.ts';
import { environmentQuery, versionQuery } from '../../data/queries.ts';
import { Status } from '../../parts/status.tsx';
import { visible } from '../../parts/visible-text.ts';
import { added } from '../../points.ts';

interface Props {
  namespace: string;
  name: string;
  version: string;
}

export default function PluginPermissions({ namespace, name, version }: Props) {
  const id = formatPluginId(name, version);
  const { key } = useRouteContext({ from: '/signed-in' });
  const { data } = useQuery(versionQuery(namespace, id));
  const { data: environment } = useQuery(environmentQuery(namespace, id));
  const actions = added('permissionActions').filter(({ scope }) => key.scopes.includes(scope));
  const { requested, missing } = data?.plugin.permissions ?? {};
  const lacking = new Set(listPermissions(missing ?? {}));
  const packages = environment?.lock?.packages ?? [];
  return (
    <section aria-labelledby="asks">
      <div className="head">
        <h2 id="asks" className="inline">
          Asked for and granted
        </h2>
        {actions.length > 0 && (
          <div className="actions">
            {actions.map(({ Action, name: action }) => (
              <Suspense key={action}>
                <Action plugin={name} className="small" />
              </Suspense>
            ))}
          </div>
        )}
      </div>
      <div className="panel">
        <table>
          <caption className="unseen">Permissions of {version}</caption>
          <tbody>
            {listPermissions(requested ?? {}).map((permission) => (
              <tr key={permission}>
                <th scope="row">{visible(permission)}</th>
                <td className="figure">
                  {lacking.has(permission) ? <Status tone="bad">Missing</Status> : <Status tone="good">Granted</Status>}
                </td>
              </tr>
            ))}
            <tr>
              <th scope="row">Packages</th>
              <td className="figure">
                <Link to="/n/$namespace/plugins/$name/versions/$version" params={{ namespace, name, version }}>
                  {packages.length === 0 ? 'none' : packages.length}
                </Link>
              </td>
            </tr>
          </tbody>
        </table>
      </div>
    </section>
  );
}
