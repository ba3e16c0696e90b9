// Defines what features add where a version waits to be decided.
import type { ComponentType } from 'react';

export interface StagedLinkProps {
  /** Undefined for the list of all. */
  id?: string;
  /** Undefined for a version of the organization. */
  namespace?: string | undefined;
  className: string;
}

export interface StagedLink {
  name: string;
  Link: ComponentType<StagedLinkProps>;
}
