// npm hands signals on, but nobody hears of a SIGKILL of npm: then nobody is left who asked for what it started.

const pollMs = 500;

/**
 * Calls `gone` once when npm, which started this process, is no longer its parent: the script says `exec`, so that no shell
 * stands between them. Without npm there is nothing to watch.
 */
export function onNpmGone(gone: () => void): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const npm = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === npm) return;
    clearInterval(timer);
    gone();
  }, pollMs).unref();
}
