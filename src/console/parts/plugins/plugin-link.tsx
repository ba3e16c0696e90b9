// Links to the page of a plugin of any kind.
import { Link } from '@tanstack/react-router';
import type { PluginKind } from '../../data/listed-plugins.ts';
import { added } from '../../points.ts';

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
  const own = added('kinds').find((one) => one.kind === kind);
  if (own) return <own.Link namespace={namespace} name={name} />;
  return (
    <Link to="/n/$namespace/go/$kind/$name" params={{ namespace, kind, name }}>
      {name}
    </Link>
  );
}
