// Formats the trail from a name in a finding to its origin.
import type { Finding, TrailStep } from './finding.ts';

/**
 * Returns "`run` comes from helpers.py:3, which imports it from os", or undefined if the source uses the original name. `show` formats
 * a file's path.
 */
export function trailMessage(
  { file, name, trail }: Pick<Finding, 'file' | 'name' | 'trail'>,
  show: (file: string) => string = (path) => path,
): string | undefined {
  const [first, second] = trail ?? [];
  const last = trail?.at(-1);
  if (!trail || !first || !last) return undefined;
  // An import in the same file adds nothing beyond the next step.
  const isRepeated = second !== undefined && first.file === file && first.module !== undefined && second.file !== file;
  const places = (isRepeated ? trail.slice(1) : trail).map((step) => `${show(step.file)}:${step.line}`);
  return `\`${first.name}\` comes from ${places.join(', which takes it from ')}, ${ending(last, name)}`;
}

function ending({ member, module }: TrailStep, name: string): string {
  if (module === undefined) return `where it refers to ${name}`;
  return member === undefined ? `which imports ${module}` : `which imports it from ${module}`;
}
