// Shows the permissions a version asks for beyond those of every plugin, those its plugin is granted, and the command that grants the rest.
import { grantCommand, listPermissions } from '../../../contract/plugin/permission-text.ts';
import type { Schemas } from '../../data/api.ts';
import { Copyable } from '../../parts/copyable.tsx';
import { Fact } from '../../parts/fact.tsx';
import { visible } from '../../parts/visible-text.ts';

type Permissions = Schemas['PluginPermissions'];

export function VersionPermissions({ plugin }: { plugin: Schemas['PluginDocument'] }) {
  const { requested, granted, missing } = plugin.permissions;
  const granting = { kind: 'extractor', name: plugin.name, isShared: plugin.namespace_id === null };
  return (
    <section aria-labelledby="permissions">
      <h2 id="permissions">Permissions</h2>
      <div className="panel">
        {requested || granted ? (
          <dl className="facts">
            <Fact name="Asked for">{permissionsText(requested)}</Fact>
            <Fact name="Granted to all versions">{permissionsText(granted)}</Fact>
            {missing && <Fact name="Missing">{permissionsText(missing)}</Fact>}
          </dl>
        ) : (
          <p>It asks for nothing: no network, no secrets, and the limits of every plugin.</p>
        )}
        {missing && (
          <p>
            An administrator of the organization grants what is missing with{' '}
            <Copyable text={grantCommand(granting, missing)} />
          </p>
        )}
      </div>
    </section>
  );
}

function permissionsText(permissions: Permissions[keyof Permissions]): string {
  return visible(listPermissions(permissions ?? {}).join(', ')) || 'none';
}
