// Says how many there are.

/** `3 versions`; `50 or more versions` if there are more pages. */
export function counted(count: number, what: string, hasMore = false): string {
  return `${count}${hasMore ? ' or more' : ''} ${what}${count === 1 ? '' : 's'}`;
}
