// What the files of a Go plugin are by their names and first bytes (scan policy §8a): sources, what the Go toolchain would take
// for native code, and what is not all here. Python's own dangers (pickles, site hooks, requirements) mean nothing to it.
import type { Finding } from '../contract/finding.ts';
import { archiveKind, executableKind } from './magic.ts';
import { compiled, extensionIn, nested } from './name-rules.ts';
import { findingAt, type Note } from './note.ts';

/** All that `go build` hands to an assembler, a C, C++, Objective-C or Fortran compiler, SWIG or the linker; and C's headers. */
const native = [
  ...['.s', '.sx', '.syso', '.so', '.a'],
  ...['.c', '.cc', '.cpp', '.cxx', '.m', '.f', '.for', '.f90', '.swig', '.swigcxx'],
  ...['.h', '.hh', '.hpp', '.hxx'],
];

/** What Git keeps outside the repository leaves a pointer of this form in it. */
const largeFilePointer = /^version https?:\/\/(?:git-lfs|hawser)\.github\.com\/spec\/v\d/;

export function goNameFindings(files: readonly string[]): Finding[] {
  const findings = files.flatMap((path) => nameNotes(path).map((note) => findingAt(path, note)));
  // The package is what lies at the root, with what lies in actions/ moved there.
  if (!files.some((path) => /^(?:actions\/)?[^/]+\.go$/.test(path) && !path.endsWith('_test.go'))) {
    findings.push(findingAt('plugin.go', { ruleId: 'SLP709', why: 'or any other Go file at the root' }));
  }
  return findings;
}

function nameNotes(path: string): Note[] {
  if (extensionIn(path, native)) return [{ ruleId: 'SLP902' }];
  if (extensionIn(path, compiled)) return [{ ruleId: 'SLP707' }];
  return extensionIn(path, nested) ? [unopened] : [];
}

/** Nothing of Go looks into an archive: it is data, which may be embedded. */
const unopened: Note = { ruleId: 'SLP708', severity: 'warning' };

export function goHeadNotes(path: string, head: Uint8Array): Note[] {
  const executable = executableKind(head);
  if (executable !== undefined) return [{ ruleId: 'SLP707', why: executable }];
  const archive = archiveKind(head);
  if (archive !== undefined && !extensionIn(path, nested)) return [{ ...unopened, why: archive }];
  const isPointer = largeFilePointer.test(new TextDecoder('latin1').decode(head.subarray(0, 64)));
  return isPointer ? [{ ruleId: 'SLP903', why: 'kept outside the repository by Git LFS' }] : [];
}
