// Describes files that could not be checked. They never count as clean.

export interface Unchecked {
  /** Path as the user would write it: the PATH joined with the path below it. */
  path: string;
  why: string;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOTDIR: 'not a folder',
  ELOOP: 'a link that points to itself',
  ENAMETOOLONG: 'name too long',
  EIO: 'disk error',
};

/** Describes an error of node:fs. Rethrows any other error. */
export function describeIoError(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string' || !('syscall' in error)) {
    throw error;
  }
  return reasons[error.code] ?? error.code;
}
