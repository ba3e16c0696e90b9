// What was asked for and could not be checked, and why, in words: it is never taken for clean.

export interface Unchecked {
  /** As the user would name it: the given path, and what is below it. */
  path: string;
  why: string;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOTDIR: 'not a folder',
  ELOOP: 'a link that leads back to itself',
  ENAMETOOLONG: 'the name is too long',
  EIO: 'the disk failed',
};

/** Of an error of node:fs; any other error is thrown on. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string' || !('syscall' in error)) {
    throw error;
  }
  return reasons[error.code] ?? error.code;
}
