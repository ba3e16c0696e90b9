// Colors a file's text after it is shown, if its language is known and it is not too large.
import { useQuery } from '@tanstack/react-query';
import type { Piece } from '../../parts/highlighter.ts';

const languages: Record<string, string> = {
  py: 'python',
  go: 'go',
  json: 'json',
  toml: 'toml',
  yaml: 'yaml',
  yml: 'yaml',
};
const fileCharsMax = 200_000;
const lineCharsMax = 2000;

function languageOf(path: string, text: string): string | undefined {
  const isSmall = text.length <= fileCharsMax && text.split('\n').every((line) => line.length <= lineCharsMax);
  return isSmall ? languages[path.split('.').at(-1) ?? ''] : undefined;
}

/** The pieces of each line; undefined while they are not there, and for what is not colored. */
export function useHighlighted(path: string, text: string): Piece[][] | undefined {
  const language = languageOf(path, text);
  const { data } = useQuery({
    queryKey: ['highlighted', path, text],
    enabled: language !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    queryFn: async () => {
      const { highlight } = await import('../../parts/highlighter.ts');
      return highlight(text, language ?? '');
    },
  });
  return data;
}
