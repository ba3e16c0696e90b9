// Checks a shell script's commands without running them: `slipway` commands and npm scripts must exist and accept the options used.
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { slipwayFaults } from './slipway-commands.ts';

const npmScripts = new Set(
  Object.keys(
    z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(readFileSync('package.json', 'utf8')))
      .scripts,
  ),
);

export function shellFaults(code: string): string[] {
  return simpleCommands(code).flatMap(commandFaults);
}

export const assignment = /^\w+=/;

function commandFaults(all: readonly string[]): string[] {
  const words = all.slice(all.findIndex((word) => !assignment.test(word)));
  const [program = '', first = '', ...rest] = words;
  if (program === 'slipway') return slipwayFaults(words.slice(1));
  if (program === 'npm') return npmFaults(first, rest);
  if (program === 'node' && /^[\w./-]+\.[jt]s$/.test(first) && !existsSync(first)) return [`there is no ${first}`];
  return [];
}

function npmFaults(first: string, rest: readonly string[]): string[] {
  const name =
    first === 'run' ? rest.find((word) => !word.startsWith('-')) : ['start', 'test'].find((one) => one === first);
  if (name === undefined || npmScripts.has(name)) {
    const own = rest.slice(rest.indexOf('--') + 1);
    return name === 'slipway' && rest.includes('--') ? slipwayFaults(own) : [];
  }
  return [`there is no script ${name} in package.json`];
}

const hereDocument = /(<<-?\s*(['"]?)(\w+)\2.*\n)[\s\S]*?^\s*\3$/gm;

/**
 * Splits a script into commands, and each command into words. Removes quotes and here-documents; substitutions become separate
 * commands.
 */
export function simpleCommands(code: string): string[][] {
  return new ShellReader(code.replaceAll(hereDocument, '$1').replaceAll(/\\\n\s*/g, ' ')).read();
}

/** Matches the end of a command. A `#` starts a comment only where a word could start. */
const separators = /^(?:&&|\|\||[;|&\n()]|\b(?:do|then|done|fi)\b|[{}](?=\s|$))/;

class ShellReader {
  readonly #commands: string[][] = [];
  #words: string[] = [];
  #word: string | undefined;
  #rest: string;

  constructor(code: string) {
    this.#rest = code;
  }

  read(): string[][] {
    while (this.#rest !== '') this.#step();
    this.#endCommand();
    return this.#commands;
  }

  #step(): void {
    if (this.#takeSubstitution() || this.#takeQuoted()) return;
    const separator = separators.exec(this.#rest)?.[0];
    const isWord = separator !== undefined && /^[\w{}]/.test(separator);
    if (separator !== undefined && !(isWord && this.#word !== undefined)) {
      this.#take(separator.length);
      this.#endCommand();
    } else if (/^[ \t]/.test(this.#rest)) {
      this.#take(1);
      this.#endWord();
    } else if (this.#word === undefined && /^(?:#|\d?[<>]+ ?&?\S*)/.test(this.#rest)) {
      this.#take(/^(?:#[^\n]*|\d?[<>]+ ?&?[^\s;|)]*)/.exec(this.#rest)?.[0].length ?? 1);
    } else {
      this.#word = (this.#word ?? '') + this.#take(1);
    }
  }

  /** Parses `$(…)` as commands that precede this one, and leaves a placeholder. */
  #takeSubstitution(): boolean {
    const [whole, inner] = /^\$\(([^()]*)\)/.exec(this.#rest) ?? [];
    if (whole === undefined || inner === undefined) return false;
    this.#commands.push(...simpleCommands(inner));
    this.#take(whole.length);
    this.#word = `${this.#word ?? ''}…`;
    return true;
  }

  #takeQuoted(): boolean {
    const [whole] = /^(?:'[^']*'|"(?:\\.|[^"\\])*")/.exec(this.#rest) ?? [];
    if (whole === undefined) return false;
    this.#take(whole.length);
    const text = whole.slice(1, -1);
    for (const [, inner = ''] of whole.startsWith('"') ? text.matchAll(/\$\(([^()]*)\)/g) : [])
      this.#commands.push(...simpleCommands(inner));
    this.#word = (this.#word ?? '') + text;
    return true;
  }

  #take(length: number): string {
    const taken = this.#rest.slice(0, length);
    this.#rest = this.#rest.slice(length);
    return taken;
  }

  #endWord(): void {
    if (this.#word !== undefined) this.#words.push(this.#word);
    this.#word = undefined;
  }

  #endCommand(): void {
    this.#endWord();
    if (this.#words.length > 0) this.#commands.push(this.#words);
    this.#words = [];
  }
}
