// Evaluates str.format, f-strings and their format specifiers for constant arguments (scan policy §5.3). Covers what obfuscated names
// are built with; everything else is unfoldable.
import { constantCharsMax } from '../../contract/limits/scans.ts';
import { asText, type Constant, itemsOf, text } from './constant.ts';
import { character } from './literals.ts';

function convert(value: Constant, conversion: string, precision: number | undefined): string | undefined {
  if (value.kind !== 'text' && value.kind !== 'integer') return undefined;
  if (conversion === 's') return [...(asText(value) ?? '')].slice(0, precision).join('');
  if (value.kind === 'text') return undefined;
  if (conversion === 'c') return character(value.value);
  return conversion === 'd' ? String(value.value) : conversion === 'x' ? value.value.toString(16) : undefined;
}

const specifier = /^(?:(.)?([<>^]))?([1-9]\d*)?(?:\.(\d+))?([sdcx])?$/su;

/** Formats one value with a specifier: fill, alignment, width, precision, type. */
export function formatValue(value: Constant, specification: string): string | undefined {
  const match = specifier.exec(specification);
  if (!match) return undefined;
  const [, fill = ' ', align = value.kind === 'integer' ? '>' : '<', width = '0', precision, type] = match;
  if (value.kind === 'integer' ? precision !== undefined || type === 's' : type !== undefined && type !== 's')
    return undefined;
  const formatted = convert(value, type ?? 's', precision === undefined ? undefined : Number(precision));
  return formatted === undefined || Number(width) > constantCharsMax
    ? undefined
    : pad(formatted, Number(width), align, fill);
}

/** Pads to a width in code points, as Python counts it. */
export function pad(formatted: string, width: number, align: string, fill: string): string {
  const missing = Math.max(0, width - [...formatted].length);
  const before = align === '>' ? missing : align === '^' ? Math.floor(missing / 2) : 0;
  return fill.repeat(before) + formatted + fill.repeat(missing - before);
}

export interface Arguments {
  positional: readonly Constant[];
  keywords: ReadonlyMap<string, Constant>;
}

/** Applies `!s`, `!r` or `!a`. The representation of text is known if nothing in it has to be escaped. */
export function converted(value: Constant, conversion: string): Constant | undefined {
  if (conversion === '') return value;
  if (value.kind !== 'text') return optionalText(asText(value));
  if (conversion === 's') return value;
  return /^[\x20-\x7e]*$/.test(value.value) && !/['\\]/.test(value.value) ? text(`'${value.value}'`) : undefined;
}

const braceField = /\{\{|\}\}|\{([^{}]*)\}|[{}]/g;
const fieldParts = /^(\w*)((?:\[-?\w+\])*)(?:!([sra]))?(?::(.*))?$/s;

/** Evaluates `format.format(…)`: numbered, automatic and named fields, with subscripts and specifiers. */
export function braceFormat(format: string, args: Arguments): string | undefined {
  let failed = false;
  let automatic = 0;
  const result = format.replace(braceField, (whole: string, field?: string): string => {
    if (whole === '{{' || whole === '}}') return whole.charAt(0);
    const [, name, subscripts = '', conversion = '', specification = ''] = fieldParts.exec(field ?? '!') ?? [];
    if (field === undefined || name === undefined) {
      failed = true;
      return '';
    }
    const value = applySubscripts(argument(args, name === '' ? String(automatic++) : name), subscripts);
    const shown = value && converted(value, conversion);
    const formatted = shown && formatValue(shown, specification);
    failed ||= formatted === undefined;
    return formatted ?? '';
  });
  return failed ? undefined : result;
}

function argument({ positional, keywords }: Arguments, name: string): Constant | undefined {
  return /^\d+$/.test(name) ? positional[Number(name)] : keywords.get(name);
}

function applySubscripts(value: Constant | undefined, subscripts: string): Constant | undefined {
  let result = value;
  for (const [, key = ''] of subscripts.matchAll(/\[(-?\w+)\]/g)) {
    result = /^\d+$/.test(key) && result ? itemsOf(result)?.[Number(key)] : undefined;
  }
  return result;
}

export function optionalText(value: string | undefined): Constant | undefined {
  return value === undefined ? undefined : text(value);
}
