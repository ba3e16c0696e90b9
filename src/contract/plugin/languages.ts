// Defines plugin languages. The language decides which files are sources and which rules apply to them.
import type { PluginKind } from '../states.ts';

export const languages = ['python', 'go'] as const;
export type Language = (typeof languages)[number];

/** Excludes agent plugins, which are artifacts without sources. */
export type SourceKind = Exclude<PluginKind, 'agent'>;

const languageByKind: Readonly<Record<SourceKind, Language>> = { extractor: 'python', pipeline: 'go', storage: 'go' };

export function sourceLanguage(kind: SourceKind): Language {
  return languageByKind[kind];
}

/** Returns whether a Go plugin's file is scanned as source: Go files and, at the root, go.mod and .gitmodules. */
export function isGoSource(path: string): boolean {
  return /\.go$|^(?:go\.mod|\.gitmodules)$/i.test(path);
}
