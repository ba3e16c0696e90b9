// Evaluates str.format, f-strings, their format specifiers, and `%` on text and bytes, for constant arguments (scan policy §5.3,
// §10.4). Covers the forms that obfuscated names use; everything else is unfoldable.
import { constantCharsMax } from '../../contract/limits/scans.ts';
import { asText, type Constant, isString, iterateConstant, type StringConstant, stringLike, text } from './constant.ts';
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

/** Pads to a width in code points, like Python. */
function pad(formatted: string, width: number, align: string, fill: string): string {
  const missing = Math.max(0, width - [...formatted].length);
  const before = align === '>' ? missing : align === '^' ? Math.floor(missing / 2) : 0;
  return fill.repeat(before) + formatted + fill.repeat(missing - before);
}

export interface Arguments {
  positional: readonly Constant[];
  keywords: ReadonlyMap<string, Constant>;
}

/** Applies `!s`, `!r` or `!a`. The representation of text is known only if nothing in it needs escaping. */
export function convertValue(value: Constant, conversion: string): Constant | undefined {
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
    const shown = value && convertValue(value, conversion);
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
    result = /^\d+$/.test(key) && result ? iterateConstant(result)?.[Number(key)] : undefined;
  }
  return result;
}

export function optionalText(value: string | undefined): Constant | undefined {
  return value === undefined ? undefined : text(value);
}

/** The last alternative is a `%` that begins no known field. */
const field = /%(?:\(([^()]*)\))?([-0 +#]*)(\d+|\*)?(?:\.(\d*|\*))?[hlL]?([a-zA-Z%])|%/g;

/** Supplies the values on the right of `%`. */
class Values {
  private readonly positional: Constant[];
  private readonly named: ReadonlyMap<string, Constant> | undefined;

  /** A tuple has positional values, a dictionary named ones; anything else is a single value. */
  constructor({ kind }: StringConstant, argument: Constant) {
    const isNamed = argument.kind === 'mapping' && argument.keys === kind;
    this.named = isNamed ? argument.entries : undefined;
    this.positional = argument.kind === 'sequence' ? [...argument.items] : isNamed ? [] : [argument];
  }

  take(name: string | undefined): Constant | undefined {
    return name === undefined ? this.positional.shift() : this.named?.get(name);
  }

  /** Reads a width or precision, taking it from the values for `*`. Returns undefined if it is unknown. */
  size(written: string | undefined): number | undefined {
    if (written !== '*') return Number(written ?? 0);
    const value = this.positional.shift();
    return value?.kind === 'integer' ? value.value : undefined;
  }

  get areUsed(): boolean {
    return this.positional.length === 0;
  }
}

/** Evaluates `format % argument`. Returns undefined if the result is unknown. */
export function percentFormat(format: StringConstant, argument: Constant): Constant | undefined {
  const values = new Values(format, argument);
  let failed = false;
  const result = format.value.replace(
    field,
    (_, name: string | undefined, flags = '', width?: string, precision?: string, conversion = ''): string => {
      const isPercent = conversion === '%';
      const least = values.size(width);
      const most = precision === undefined ? Number.POSITIVE_INFINITY : values.size(precision);
      const value = isPercent ? undefined : values.take(name);
      const shown = isPercent ? '%' : value && show(format, value, conversion);
      const isNumeric = value?.kind === 'integer' && !/[csbra]/.test(conversion);
      // The signs, zeros, prefixes and digits of numbers can't spell a name in the tables.
      const isUnknown = isNumeric && (/[0 +#]/.test(flags) || precision !== undefined);
      if (shown === undefined || isUnknown || least === undefined || most === undefined || most < 0) {
        failed = true;
        return '';
      }
      if (Math.abs(least) > constantCharsMax) failed = true;
      const cut = conversion === 'c' ? shown : [...shown].slice(0, most).join('');
      return failed ? '' : pad(cut, Math.abs(least), flags.includes('-') || least < 0 ? '<' : '>', ' ');
    },
  );
  return failed || !values.areUsed ? undefined : stringLike(format, result);
}

function show(format: StringConstant, value: Constant, conversion: string): string | undefined {
  if (/^[ra]$/.test(conversion)) return represent(value);
  if (conversion === 'c') return showCharacter(format, value);
  if (format.kind === 'bytes' ? /^[bs]$/.test(conversion) : conversion === 's') return showString(format, value);
  if (value.kind !== 'integer') return undefined;
  if (/^[diu]$/.test(conversion)) return String(value.value);
  if (conversion === 'o') return value.value.toString(8);
  if (conversion === 'X') return value.value.toString(16).toUpperCase();
  return conversion === 'x' ? value.value.toString(16) : undefined;
}

/** Shows a value for `%s`. Bytes accept only bytes. Text accepts anything; for bytes, `str` returns their representation. */
function showString(format: StringConstant, value: Constant): string | undefined {
  if (format.kind === 'bytes') return value.kind === 'bytes' ? value.value : undefined;
  return value.kind === 'bytes' ? represent(value) : asText(value);
}

function showCharacter({ kind }: StringConstant, value: Constant): string | undefined {
  if (value.kind === 'integer') return kind === 'bytes' && value.value > 0xff ? undefined : character(value.value);
  return isString(value) && value.kind === kind && [...value.value].length === 1 ? value.value : undefined;
}

function represent(value: Constant): string | undefined {
  const shown = convertValue(value.kind === 'bytes' ? { kind: 'text', value: value.value } : value, 'r');
  if (shown?.kind !== 'text') return undefined;
  return value.kind === 'bytes' ? `b${shown.value}` : shown.value;
}
