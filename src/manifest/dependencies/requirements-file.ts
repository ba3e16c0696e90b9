// Reads requirements.txt lines in pip's format: comments, continuations and options.
import { lastLineStart, withoutComment } from '../../contract/plugin/requirement.ts';

export const requirementsFile = 'requirements.txt';

export interface RequirementLine {
  /** Number of its first physical line. */
  line: number;
  /** The requirement without its comment and trailing options. */
  text: string;
  /** The first trailing option, such as `--hash`. */
  option: string | undefined;
}

const trailingOption = /\s(--?[a-zA-Z][\w-]*)/;

export function requirementLines(text: string): RequirementLine[] {
  const lines: RequirementLine[] = [];
  let logical = '';
  let start = 1;
  for (const [index, physical] of text.split(/\r\n|\r|\n/).entries()) {
    if (logical === '') start = index + 1;
    const continues = physical.endsWith('\\') && !/^\s*#/.test(physical);
    logical += continues ? `${physical.slice(0, -1)} ` : physical;
    if (continues) continue;
    const requirement = splitOption(withoutComment(logical).trim());
    if (requirement.text !== '') lines.push({ line: start, ...requirement });
    logical = '';
  }
  return lines;
}

function splitOption(content: string): Pick<RequirementLine, 'text' | 'option'> {
  const start = lastLineStart(content);
  const found = content.startsWith('-') ? null : trailingOption.exec(content.slice(start));
  return { text: found ? content.slice(0, start + found.index).trim() : content, option: found?.[1] };
}

const sourceOption = /^(?:-[eif]|--(?:editable|index-url|pypi-url|extra-index-url|find-links|no-index|trusted-host))/;

/** Options that ask for what Slipway always does, or that change no package: it installs wheels only. */
const harmless = /^--(?:prefer-binary|use-feature(?:[\s=].*)?|only-binary[\s=]\s*:all:)$/;

/**
 * Returns the option of a line that has no requirement, or `harmless` for an option without effect here. Undefined for a requirement or a
 * source of packages.
 */
export function lineOption(line: string): string | undefined {
  if (!line.startsWith('-') || sourceOption.test(line) || line.includes('://')) return undefined;
  return harmless.test(line) ? 'harmless' : (/^(?:--[\w-]+|-\w)/.exec(line)?.[0] ?? line);
}

const otherFile = `Slipway reads only ${requirementsFile} itself: write what that file says into it`;
const fixes: readonly [name: RegExp, fix: string][] = [
  [/^(?:-[rc]|--requirement|--constraint)$/, otherFile],
  [/^--(?:hash|require-hashes)$/, 'remove it: Slipway locks each version with the hashes of its packages itself'],
  [/^--pre$/, 'name the pre-release in the requirement instead, such as `>=2.0rc1`'],
  [/^--(?:no|only)-binary$/, 'remove it: Slipway installs wheels only'],
];

/** Returns what to do instead of the option. */
export function optionFix(option: string): string {
  return (
    fixes.find(([name]) => name.test(option))?.[1] ?? 'remove it: Slipway installs wheels only, with their defaults'
  );
}
