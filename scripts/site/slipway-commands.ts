// Checks a document's use of `slipway`: the commands must exist and accept the options and arguments used.
import { type Command, Option } from 'commander';
import { createProgram } from '../../src/cli/program.ts';
import { createOutput } from '../../src/cli/terminal/output.ts';

const stream = { write: () => true };
const program = createProgram({
  output: createOutput(stream, stream, {}, true),
  finish: () => {},
  environment: {},
});

const help = new Option('-h, --help');

/** Placeholder for words that a document omits. */
const leftOut = '…';

/** Returns one line per fault. `words` are the words after `slipway`. */
export function slipwayFaults(words: readonly string[]): string[] {
  const text = `slipway ${words.join(' ')}`;
  const rest = [...words];
  let command = program;
  const options = new Map(optionsOf(program));
  const operands: string[] = [];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const child = operands.length === 0 ? childOf(command, word) : undefined;
    if (child) {
      command = child;
      for (const [flag, option] of optionsOf(child)) options.set(flag, option);
    } else if (word.startsWith('-') && word !== '-' && word !== '--') {
      const fault = optionFault(options, word, rest);
      if (fault) return [`${text}: ${fault}`];
    } else if (word !== '--') {
      operands.push(word);
    }
  }
  return operandFaults(command, operands).map((fault) => `${text}: ${fault}`);
}

const optionsOf = (command: Command): [string, Option][] =>
  [...command.options, help].flatMap((option) =>
    [option.long, option.short].flatMap((flag): [string, Option][] => (flag ? [[flag, option]] : [])),
  );

function childOf(command: Command, word: string): Command | undefined {
  return command.commands.find((child) => child.name() === word || child.aliases().includes(word));
}

/** Takes an option's value from the words after it. */
function optionFault(options: ReadonlyMap<string, Option>, word: string, rest: string[]): string | undefined {
  const [flag = '', given] = word.split('=', 2);
  const option = options.get(flag);
  if (!option) return `there is no option ${flag}`;
  const takesNext = given === undefined && (option.required || (option.optional && rest[0]?.startsWith('-') === false));
  const value = takesNext ? rest.shift() : given;
  if (option.required && value === undefined) return `${flag} needs a value`;
  const isKnown = value === undefined || value.includes(leftOut) || /[$A-Z]/.test(value);
  if (option.argChoices && !isKnown && !option.argChoices.includes(value)) return `${flag} can't be ${value}`;
  return undefined;
}

function operandFaults(command: Command, operands: readonly string[]): string[] {
  if (operands.includes(leftOut)) return [];
  const [first] = operands;
  if (command.commands.length > 0 && first !== undefined) return [`there is no command ${first}`];
  const wanted = command.registeredArguments;
  const missing = wanted.filter(({ required }) => required)[operands.length];
  if (missing) return [`the argument ${missing.name()} is missing`];
  const isFull = operands.length > wanted.length && !wanted.some(({ variadic }) => variadic);
  return isFull ? [`${operands.slice(wanted.length).join(' ')} is one argument too many`] : [];
}
