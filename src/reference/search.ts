// Searches operations by words. All words must occur in the operation's method, path, summary, name or group.
import type { ListedOperation, ReferenceIndex } from '../contract/reference.ts';

interface Searched {
  operation: ListedOperation;
  text: string;
}

/**
 * Returns a function that finds the operations with all words of a text. Those whose summary or name starts with the first word come
 * first.
 */
export function createSearch({ groups }: ReferenceIndex): (words: string) => ListedOperation[] {
  const searched: Searched[] = groups.flatMap(({ title, operations }) =>
    operations.map((operation) => {
      const { id, method, path, summary } = operation;
      return { operation, text: `${method} ${path} ${summary} ${id} ${title}`.toLowerCase() };
    }),
  );
  return (words) => {
    const terms = words.toLowerCase().split(/\s+/).filter(Boolean);
    const [first = ''] = terms;
    const found = searched.filter(({ text }) => terms.every((term) => text.includes(term)));
    const rank = ({ operation: { summary, id } }: Searched) =>
      [summary, id].some((name) => name.toLowerCase().startsWith(first)) ? 0 : 1;
    return found.sort((one, other) => rank(one) - rank(other)).map(({ operation }) => operation);
  };
}
