// The version whose README is shown, which its links and pictures are relative to.
import { createContext, useContext } from 'react';

interface ShownReadme {
  namespace: string;
  name: string;
  version: string;
  pluginId: string;
  /** The README's own path in the archive. */
  path: string;
}

export const ReadmeOf = createContext<ShownReadme>({ namespace: '', name: '', version: '', pluginId: '', path: '' });

export function useReadmeOf(): ShownReadme {
  return useContext(ReadmeOf);
}
