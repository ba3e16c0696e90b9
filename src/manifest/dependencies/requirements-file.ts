// Reads requirements.txt lines in pip's format: comments, continuations and options.

export const requirementsFile = 'requirements.txt';

export interface RequirementLine {
  /** Number of its first physical line. */
  line: number;
  /** The requirement without its comment and trailing options, such as `--hash`. */
  text: string;
}

export function requirementLines(text: string): RequirementLine[] {
  const lines: RequirementLine[] = [];
  let logical = '';
  let start = 1;
  for (const [index, physical] of text.split(/\r\n|\r|\n/).entries()) {
    if (logical === '') start = index + 1;
    const continues = physical.endsWith('\\') && !/^\s*#/.test(physical);
    logical += continues ? `${physical.slice(0, -1)} ` : physical;
    if (continues) continue;
    const content = logical.replace(/(?:^|\s)#.*$/, '').trim();
    const requirement = content.startsWith('-') ? content : content.replace(/\s--?[a-z].*$/, '').trim();
    if (requirement !== '') lines.push({ line: start, text: requirement });
    logical = '';
  }
  return lines;
}

const fileOption = /^(?:-[rc]|--(?:requirement|constraint))(?=[\s=]|[^-\s]|$)/;
const sourceOption = /^(?:-[eif]|--(?:editable|index-url|pypi-url|extra-index-url|find-links|no-index|trusted-host))/;

/**
 * Returns the option that names another file, or `harmless` for an option without effect here. Undefined for a requirement or an
 * unsupported option.
 */
export function ignoredOption(line: string): string | undefined {
  if (!line.startsWith('-') || sourceOption.test(line) || line.includes('://')) return undefined;
  return fileOption.exec(line)?.[0] ?? 'harmless';
}
