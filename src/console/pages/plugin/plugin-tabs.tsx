// The tabs of a plugin, with the source of its live version. Settings are the last tab.
import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../data/api.ts';
import { Tabs } from '../../parts/tabs.tsx';

interface Props {
  namespace: string;
  plugin: Schemas['PluginVersions'];
}

export function PluginTabs({ namespace, plugin: { name, results, serving_version } }: Props) {
  const version = serving_version ?? results[0]?.version;
  return (
    <Tabs parent="/signed-in/n/$namespace/plugins/$name" params={{ namespace, name }} label={`Pages of ${name}`}>
      {version !== undefined && (
        <Link
          to="/n/$namespace/plugins/$name/versions/$version/source"
          params={{ namespace, name, version }}
          search={{}}
        >
          Source
        </Link>
      )}
    </Tabs>
  );
}
