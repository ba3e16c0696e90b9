// Defines how features link to the pages of what events are about.
import type { ComponentType } from 'react';

export interface EventSubject {
  /** Start of the subjects' IDs. */
  prefix: string;
  Link: ComponentType<{ id: string }>;
}
