// The version whose README is shown, which its links and pictures are relative to.
import { createContext, useContext } from 'react';
import type { ServedKind } from '../../../contract/plugin/go-kinds.ts';

export interface ReadmeVersion {
  namespace: string;
  name: string;
  kind: ServedKind;
  /** A version number, or the ref of a Go plugin. */
  version: string;
  pluginId: string;
}

interface ShownReadme extends ReadmeVersion {
  /** The README's own path in the archive. */
  path: string;
}

export const ReadmeOf = createContext<ShownReadme>({
  namespace: '',
  name: '',
  kind: 'extractor',
  version: '',
  pluginId: '',
  path: '',
});

export function useReadmeOf(): ShownReadme {
  return useContext(ReadmeOf);
}
