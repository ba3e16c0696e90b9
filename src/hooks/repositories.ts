// Compares URLs of repositories: the one that a push names with the one of the hook.

/** Whether both URLs name the same repository. Hosts of repositories ignore the case of paths, and `.git` at their end. */
export function isSameRepository(one: string, other: string): boolean {
  const place = placeOf(one);
  return place !== undefined && place === placeOf(other);
}

function placeOf(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, host, pathname } = new URL(text);
  if (protocol !== 'https:' && protocol !== 'http:') return undefined;
  const path = pathname.replace(/\/+$/, '').replace(/\.git$/i, '');
  return `${protocol}//${host}${path}`.toLowerCase();
}

/** Returns the owner and the name of a repository, as the APIs of providers name it. */
export function ownerAndName(repository: string): { owner: string; name: string } | undefined {
  const segments = new URL(repository).pathname.split('/').filter((segment) => segment !== '');
  const [owner, full] = segments.slice(-2);
  const name = full?.replace(/\.git$/i, '');
  // "...git" without its end would lead to another path.
  return owner === undefined || name === undefined || /^\.{0,2}$/.test(name) ? undefined : { owner, name };
}
