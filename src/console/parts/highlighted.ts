// Colors source code once its grammar has been loaded. Until then, and in other languages, it is plain text.
import { useQuery } from '@tanstack/react-query';
import { loadCode } from '../connection/load-code.ts';
import type { Piece } from './highlighter.ts';

const languages = new Map([
  ['py', 'python'],
  ['python', 'python'],
  ['go', 'go'],
  ['json', 'json'],
  ['toml', 'toml'],
  ['yaml', 'yaml'],
  ['yml', 'yaml'],
]);

/** Returns the language with this name or file ending. */
export function sourceLanguage(name: string): string | undefined {
  return languages.get(name);
}

/** Returns each line's highlighted pieces. Undefined while loading, and without a language. */
export function useHighlighted(text: string, language: string | undefined): Piece[][] | undefined {
  const { data } = useQuery({
    queryKey: ['highlighted', language, text],
    enabled: language !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    queryFn: async () => {
      const { highlight } = await loadCode(() => import('./highlighter.ts'));
      return highlight(text, language ?? '');
    },
  });
  return data;
}
