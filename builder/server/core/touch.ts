import { utimes } from 'node:fs/promises';

/** Marks a file or folder as just used. Returns whether it exists. */
export function touch(path: string): Promise<boolean> {
  const now = new Date();
  return utimes(path, now, now).then(
    () => true,
    () => false,
  );
}
