// Defines what features add to a scan finding.
import type { ComponentType } from 'react';
import type { Schemas } from '../data/api.ts';

export interface FindingPartProps {
  finding: Schemas['Finding'];
  /** The plugin that the finding is in, if it may be changed for it. */
  plugin: string | undefined;
}

export interface FindingPart {
  name: string;
  Part: ComponentType<FindingPartProps>;
}
