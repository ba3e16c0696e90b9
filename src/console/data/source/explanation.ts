// Reads why a rule of the scan exists, what to write instead, and whether it can be waived. The texts are loaded when the first finding is
// shown.
import { queryOptions } from '@tanstack/react-query';

export const explanationQuery = (rule: string) =>
  queryOptions({
    queryKey: ['explanation', rule],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => {
      const [{ explanations }, { isWaivable, ruleIds }] = await Promise.all([
        import('../../../contract/findings/explanations.ts'),
        import('../../../contract/findings/rules.ts'),
      ]);
      const id = ruleIds.find((known) => known === rule);
      return id === undefined ? null : { ...explanations[id], canBeWaived: isWaivable(id) };
    },
  });
