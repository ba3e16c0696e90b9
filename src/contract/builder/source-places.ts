// Decides which repositories a credential covers: those on a host, below a path of whole segments. The Worker and the builder both
// apply this, so the builder sends a credential nowhere else, wherever a server redirects.

/** `git.example.com`, or `git.example.com/acme`. Only a host on this machine has a port. */
export interface SourcePlace {
  host: string;
  /** Without leading or trailing slash. Empty for the whole host. */
  path: string;
}

/**
 * Segments that every server reads literally. With a percent sign, an empty segment or dots, a server might see a different repository
 * than this check does, so no credential is sent.
 */
const plainPath = /^(?:\/(?!\.{1,2}(?:\/|$))[\w.~+@-]+)+$/;

/** Returns a repository's place, or undefined if no credential can cover it. */
export function repositoryPlace(repository: string): SourcePlace | undefined {
  if (!URL.canParse(repository)) return undefined;
  const { host, pathname } = new URL(repository);
  const path = pathname.replace(/\/$/, '');
  return plainPath.test(path) ? { host, path: withoutSuffix(path.slice(1)) } : undefined;
}

/** Returns whether the place's credential also covers the repository. */
export function coversRepository(place: SourcePlace, repository: string): boolean {
  const target = repositoryPlace(repository);
  if (target?.host !== place.host) return false;
  return place.path === '' || target.path === place.path || target.path.startsWith(`${place.path}/`);
}

/** Returns a place's path in stored form, or undefined if it isn't plain. */
export function normalizePlacePath(path: string): string | undefined {
  const trimmed = path.replace(/\/$/, '');
  if (trimmed === '') return '';
  return plainPath.test(trimmed) ? withoutSuffix(trimmed.slice(1)) : undefined;
}

export function formatPlace({ host, path }: SourcePlace): string {
  return path === '' ? host : `${host}/${path}`;
}

/** Servers treat a repository the same with and without its suffix. */
function withoutSuffix(path: string): string {
  return path.replace(/(?<=[^/])\.git$/, '');
}
