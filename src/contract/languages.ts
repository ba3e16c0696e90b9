// What plugins are written in: it says which of their files are sources, and which rules those are held to.
import type { PluginKind } from './states.ts';

export const languages = ['python', 'go'] as const;
export type Language = (typeof languages)[number];

/** An agent plugin is an artifact: nothing of it is source. */
export type SourceKind = Exclude<PluginKind, 'agent'>;

const languageByKind: Readonly<Record<SourceKind, Language>> = { extractor: 'python', pipeline: 'go', storage: 'go' };

export function languageOf(kind: SourceKind): Language {
  return languageByKind[kind];
}

/** Which files of a Go plugin are read as source: Go itself; at its root the module, and what Git keeps elsewhere. */
export function isGoSource(path: string): boolean {
  return /\.go$|^(?:go\.mod|\.gitmodules)$/i.test(path);
}
