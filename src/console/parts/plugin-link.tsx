// Links to the page of a plugin of any kind.
import { Link } from '@tanstack/react-router';
import type { PluginKind } from '../data/listed-plugins.ts';
import { visible } from './visible-text.ts';

interface Props {
  namespace: string;
  plugin: { kind: PluginKind; name: string };
}

export function PluginLink({ namespace, plugin: { kind, name } }: Props) {
  if (kind === 'extractor')
    return (
      <Link to="/n/$namespace/plugins/$name" params={{ namespace, name }}>
        {name}
      </Link>
    );
  if (kind === 'agent')
    return (
      <Link to="/n/$namespace/agents/$name" params={{ namespace, name }}>
        {visible(name)}
      </Link>
    );
  return (
    <Link to="/n/$namespace/go/$kind/$name" params={{ namespace, kind, name }}>
      {name}
    </Link>
  );
}
