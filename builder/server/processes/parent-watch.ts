// Tells when whoever started this process is gone, however that went.
import { fstatSync } from 'node:fs';

const pollMs = 1000;

/** By the IPC channel when there is one; else by standard input when that is a pipe, and by the parent's id. */
export function onParentExit(gone: () => void): void {
  if (process.connected) {
    process.once('disconnect', gone);
    return;
  }
  if (isPipe(0)) {
    process.stdin.once('end', gone).once('error', gone).resume();
  }
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) gone();
  }, pollMs).unref();
}

function isPipe(fd: number): boolean {
  try {
    const found = fstatSync(fd);
    return found.isFIFO() || found.isSocket();
  } catch {
    return false;
  }
}
