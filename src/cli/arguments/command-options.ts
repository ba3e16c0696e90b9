// Describes a command's arguments and options as data, and derives their types from it.
import { Argument, type Command, Option } from 'commander';

/** A description, or also a choice of values. */
type ArgumentDefinition = string | { description: string; choices: readonly string[] };

/** A description, or also what Commander's `Option` offers. */
type OptionDefinition = string | OptionSettings;

interface OptionSettings {
  description?: string;
  choices?: readonly string[];
  /** Receives what it returned before if the option is repeated. */
  parse?(text: string, before?: unknown): unknown;
  default?: unknown;
  /** The default as the help shows it. */
  defaultText?: string;
  required?: true;
  hidden?: true;
  conflicts?: string | string[];
  implies?: Record<string, unknown>;
}

/** Keyed by `<name>`, `[name]` or `[name...]`. */
export type ArgumentDefinitions = Record<string, ArgumentDefinition>;

/** Keyed by flags, such as `-d, --data <json>` or `--no-wait`. */
export type OptionDefinitions = Record<string, OptionDefinition>;

type Camel<Name> = Name extends `${infer Word}-${infer Rest}` ? `${Word}${Capitalize<Camel<Rest>>}` : Name;

type OptionName<Flags> = Flags extends `-${string}, ${infer Long}`
  ? OptionName<Long>
  : Flags extends `${infer Flag} ${string}`
    ? OptionName<Flag>
    : Flags extends `--no-${infer Name}`
      ? Camel<Name>
      : Flags extends `--${infer Name}`
        ? Camel<Name>
        : never;

type FlagValue<Flags> = Flags extends `${string}...${string}`
  ? string[]
  : Flags extends `${string}<${string}`
    ? string
    : Flags extends `${string}[${string}`
      ? string | true
      : Flags extends `--no-${string}`
        ? boolean
        : true;

type OptionValue<Flags, Definition> = Definition extends { parse(text: string, before?: never): infer Value }
  ? Value
  : Definition extends { choices: readonly (infer Choice)[] }
    ? Choice
    : FlagValue<Flags>;

/** The flags of options that always have a value. `--no-x` has none by default if there is also `--x`. */
type SetFlags<Options> = {
  [Flags in keyof Options]: Flags extends `--no-${infer Name}`
    ? `--${Name}` extends keyof Options
      ? never
      : Flags
    : Options[Flags] extends { required: true } | { default: unknown }
      ? Flags
      : never;
}[keyof Options];

/** The flags of options that set another option's value. */
type PositiveFlags<Options> = {
  [Flags in keyof Options]: Flags extends `--${infer Name}`
    ? `--no-${Name}` extends keyof Options
      ? Flags
      : never
    : never;
}[keyof Options];

export type OptionValues<Options> = {
  [Flags in SetFlags<Options> as OptionName<Flags>]: OptionValue<Flags, Options[Flags]>;
} & {
  [Flags in Exclude<keyof Options, SetFlags<Options> | PositiveFlags<Options>> as OptionName<Flags>]?: OptionValue<
    Flags,
    Options[Flags]
  >;
};

type ArgumentName<Key> = Key extends `${'<' | '['}${infer Name}...${string}`
  ? Name
  : Key extends `<${infer Name}>` | `[${infer Name}]`
    ? Name
    : never;

type ArgumentValue<Key, Definition> =
  | (Key extends `${string}...${string}`
      ? string[]
      : Definition extends { choices: readonly (infer Choice)[] }
        ? Choice
        : string)
  | (Key extends `[${string}...]` | `<${string}` ? never : undefined);

export type ArgumentValues<Arguments> = {
  [Key in keyof Arguments as ArgumentName<Key>]: ArgumentValue<Key, Arguments[Key]>;
};

export function addArguments(command: Command, definitions: ArgumentDefinitions): void {
  for (const [name, definition] of Object.entries(definitions)) {
    if (typeof definition === 'string') command.argument(name, definition);
    else command.addArgument(new Argument(name, definition.description).choices(definition.choices));
  }
}

/** Returns the arguments of a command that is about to run. */
export function argumentsOf<Arguments>(command: Command): ArgumentValues<Arguments> {
  const named = command.registeredArguments.map((argument, at) => ({ [argument.name()]: command.processedArgs[at] }));
  return Object.assign({}, ...named);
}

export function addOptions(command: Command, definitions: OptionDefinitions): void {
  for (const [flags, definition] of Object.entries(definitions)) {
    if (typeof definition === 'string') command.option(flags, definition);
    else command.addOption(optionOf(flags, definition));
  }
}

function optionOf(flags: string, { description, parse, choices, ...settings }: OptionSettings): Option {
  const option = new Option(flags, settings.required ? `${description} (required)` : description);
  if (choices) option.choices(choices);
  if (parse) option.argParser(parse);
  if ('default' in settings) option.default(settings.default, settings.defaultText);
  if (settings.conflicts) option.conflicts(settings.conflicts);
  if (settings.implies) option.implies(settings.implies);
  if (settings.required) option.makeOptionMandatory();
  return settings.hidden ? option.hideHelp() : option;
}
