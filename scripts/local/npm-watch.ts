// Detects that npm was killed. npm forwards signals to its scripts, but a SIGKILL of npm leaves them running.

const pollMs = 500;

/**
 * Calls `onExit` once when npm is no longer this process's parent. The npm script uses `exec`, so there is no shell in between.
 * Does nothing if npm did not start this process.
 */
export function onNpmExit(onExit: () => void): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const npm = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === npm) return;
    clearInterval(timer);
    onExit();
  }, pollMs).unref();
}
