// Reads why a rule of the scan exists and what to write instead. The texts are loaded when the first finding is shown.
import { queryOptions } from '@tanstack/react-query';

export const explanationQuery = (rule: string) =>
  queryOptions({
    queryKey: ['explanation', rule],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => {
      const { explanations } = await import('../../contract/findings/explanations.ts');
      return Object.entries(explanations).find(([id]) => id === rule)?.[1] ?? null;
    },
  });
