// Evaluates `%` on constant text and bytes (scan policy §5.3, §10.4).
import { constantCharsMax } from '../../contract/limits/scans.ts';
import { asText, type Constant, isString, stringLike } from './constant.ts';
import { converted, pad } from './formatting.ts';
import { character } from './literals.ts';

type StringConstant = Extract<Constant, { value: string }>;

/** The last alternative is a `%` that starts no field that is known here. */
const field = /%(?:\(([^()]*)\))?([-0 +#]*)(\d+|\*)?(?:\.(\d*|\*))?[hlL]?([a-zA-Z%])|%/g;

/** Hands out the values on the right of `%`. */
class Values {
  private readonly positional: Constant[];
  private readonly named: ReadonlyMap<string, Constant> | undefined;

  /** A tuple has positional values, a dictionary has named ones; anything else is a single value. */
  constructor({ kind }: StringConstant, argument: Constant) {
    const isNamed = argument.kind === 'mapping' && argument.keys === kind;
    this.named = isNamed ? argument.entries : undefined;
    this.positional = argument.kind === 'sequence' ? [...argument.items] : isNamed ? [] : [argument];
  }

  take(name: string | undefined): Constant | undefined {
    return name === undefined ? this.positional.shift() : this.named?.get(name);
  }

  /** Reads a width or precision, which `*` takes from the values. Returns undefined if it is unknown. */
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
      // Signs, zeros, prefixes and the digits of numbers spell nothing that the tables name.
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

/** Bytes take bytes only. Text takes anything; `str` of bytes is their representation. */
function showString(format: StringConstant, value: Constant): string | undefined {
  if (format.kind === 'bytes') return value.kind === 'bytes' ? value.value : undefined;
  return value.kind === 'bytes' ? represent(value) : asText(value);
}

function showCharacter({ kind }: StringConstant, value: Constant): string | undefined {
  if (value.kind === 'integer') return kind === 'bytes' && value.value > 0xff ? undefined : character(value.value);
  return isString(value) && value.kind === kind && [...value.value].length === 1 ? value.value : undefined;
}

function represent(value: Constant): string | undefined {
  const shown = converted(value.kind === 'bytes' ? { kind: 'text', value: value.value } : value, 'r');
  if (shown?.kind !== 'text') return undefined;
  return value.kind === 'bytes' ? `b${shown.value}` : shown.value;
}
