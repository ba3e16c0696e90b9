// Locates the user's own folder.
import { homedir } from 'node:os';

/**
 * A user whom the system does not know, as of `docker run --user 12345`, has none. Docker names `/` then, which only root writes to, and so does
 * this: nobody else can put files there.
 */
export function homeFolder({ HOME }: Record<string, string | undefined>, find: () => string = homedir): string {
  if (HOME) return HOME;
  try {
    return find();
  } catch {
    return '/';
  }
}
