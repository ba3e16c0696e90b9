// Query for the explanation of a rule.
import { queryOptions } from '@tanstack/react-query';
import { loadCode } from '../connection/load-code.ts';

/** Reads why a rule exists, what to write instead, and whether it can be waived. Loads the explanation texts on demand. */
export const explanationQuery = (rule: string) =>
  queryOptions({
    queryKey: ['explanation', rule],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => {
      const [{ explanations }, { isWaivable, ruleIds }] = await loadCode(() =>
        Promise.all([import('../../contract/findings/explanations.ts'), import('../../contract/findings/rules.ts')]),
      );
      const id = ruleIds.find((known) => known === rule);
      return id === undefined ? null : { ...explanations[id], canBeWaived: isWaivable(id) };
    },
  });
