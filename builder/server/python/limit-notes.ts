// Texts that the Python host adds to an error of the plugin that comes from a limit (slipway_host/failure.py).
import { raisedBy } from '../../../src/contract/limits/limit-texts.ts';
import type { ProcessLimits } from '../sandbox/process-limits.ts';

export function limitNotes({ fileBytes, memoryBytes, openFiles, processes, temp }: ProcessLimits) {
  return {
    memory: `The process may use ${inMiB(memoryBytes)} of memory. ${raisedBy.memory}`,
    temp: `The temporary folder holds up to ${inMiB(temp.bytes)} or ${temp.files} files. ${raisedBy.temp}`,
    file: `A file may have up to ${inMiB(fileBytes)}. ${raisedBy.file}`,
    open_files: `The process may have ${openFiles} files and connections open. ${raisedBy.openFiles}`,
    threads: `The plugin may run ${processes} threads and processes. ${raisedBy.threads}`,
    answer: raisedBy.answer,
  };
}

function inMiB(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MiB`;
}
