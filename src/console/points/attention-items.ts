// Defines what features add to what someone should look at in a namespace.
import type { QueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';

export interface AttentionItems {
  name: string;
  load(queries: QueryClient): void;
  /** Returns the rows of the list; a hook. */
  useItems(namespace: string): ReactNode[];
}
