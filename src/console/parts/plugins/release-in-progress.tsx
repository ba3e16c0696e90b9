// Says next to a plugin's state that a release shares its calls, and leads to the release.
import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../data/api.ts';
import { Status } from '../status.tsx';
import { visible } from '../visible-text.ts';

interface Props {
  namespace: string;
  release: NonNullable<Schemas['PluginOverview']['release']>;
}

export function ReleaseInProgress({ namespace, release: { percent, release_id: release, version } }: Props) {
  return (
    <Link to="/n/$namespace/releases/$release" params={{ namespace, release }}>
      <Status tone="busy">{`Release in progress: ${percent}% to ${visible(version ?? 'a deleted version')}`}</Status>
    </Link>
  );
}
