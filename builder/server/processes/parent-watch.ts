// Detects that the parent process has exited, for any reason.
import { fstatSync } from 'node:fs';

const pollMs = 1000;

/** Watches the IPC channel if there is one. Otherwise watches standard input, if it is a pipe, and the parent's process ID. */
export function onParentExit(onExit: () => void): void {
  if (process.send) {
    // The parent may have exited while this process was starting.
    if (process.connected) process.once('disconnect', onExit);
    else onExit();
    return;
  }
  if (isPipe(0)) {
    process.stdin.once('end', onExit).once('error', onExit).resume();
  }
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) onExit();
  }, pollMs).unref();
}

function isPipe(fd: number): boolean {
  try {
    const stats = fstatSync(fd);
    return stats.isFIFO() || stats.isSocket();
  } catch {
    return false;
  }
}
