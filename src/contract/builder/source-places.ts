// Decides which repositories a credential is for: those of a host, below a path of whole segments. Both sides apply it, so that the
// builder sends a credential nowhere else, whatever a server redirects to.

/** `git.example.com`, or `git.example.com/acme`. Only a host on this machine has a port. */
export interface SourcePlace {
  host: string;
  /** Without a slash at its ends. Empty: the whole host. */
  path: string;
}

/**
 * Segments that every server reads as they are. A percent sign, an empty segment or dots could mean another repository to a server than
 * they do here, so no credential is sent with them.
 */
const plainPath = /^(?:\/(?!\.{1,2}(?:\/|$))[\w.~+@-]+)+$/;

/** Returns the place of a repository, or undefined if no credential can be for it. */
export function repositoryPlace(repository: string): SourcePlace | undefined {
  if (!URL.canParse(repository)) return undefined;
  const { host, pathname } = new URL(repository);
  const path = pathname.replace(/\/$/, '');
  return plainPath.test(path) ? { host, path: withoutSuffix(path.slice(1)) } : undefined;
}

/** Returns whether a credential for the place is for the repository, too. */
export function coversRepository(place: SourcePlace, repository: string): boolean {
  const target = repositoryPlace(repository);
  if (target?.host !== place.host) return false;
  return place.path === '' || target.path === place.path || target.path.startsWith(`${place.path}/`);
}

/** Returns the path of a place as it is stored, or undefined if it is not plain. */
export function normalizePlacePath(path: string): string | undefined {
  const trimmed = path.replace(/\/$/, '');
  if (trimmed === '') return '';
  return plainPath.test(trimmed) ? withoutSuffix(trimmed.slice(1)) : undefined;
}

export function formatPlace({ host, path }: SourcePlace): string {
  return path === '' ? host : `${host}/${path}`;
}

/** Servers take a repository with and without its suffix for the same. */
function withoutSuffix(path: string): string {
  return path.replace(/(?<=[^/])\.git$/, '');
}
