// Explains errors of node:fs: why a file or folder can't be used.
const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left',
  ENOTDIR: 'not a folder',
  ELOOP: 'a link that points to itself',
  ENAMETOOLONG: 'name too long',
  EIO: 'disk error',
};

/** Returns undefined for any other error. */
export function ioReason(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string' || !('syscall' in error))
    return undefined;
  return reasons[error.code] ?? error.code;
}
