// Generates a shell's completion script from the command tree: subcommands and options per command, and choices per option.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { cacheFolder } from '../cache-folder.ts';
import { connect } from '../connection/connect.ts';
import type { Environment } from '../connection/settings.ts';

export const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;
export type Shell = (typeof shells)[number];

/** Hidden command that prints plugin names. */
export const namesCommand = '__plugins';

const freshMs = 60_000;
const namesSchema = z.array(z.string());

/** Returns NAME and NAME@VERSION of every plugin. Returns nothing on any error, since a shell can't show one during completion. */
export async function pluginNames(environment: Environment, signal: AbortSignal): Promise<string[]> {
  try {
    const connection = connect({}, environment, signal);
    const { apiKey, baseUrl, namespace } = connection.settings;
    const cacheKey = [baseUrl.value, apiKey?.value, namespace?.value].join('\n');
    const file = join(cacheFolder(environment), 'names', `${createHash('sha256').update(cacheKey).digest('hex')}.json`);
    return readCache(file) ?? cacheNames(file, await fetchNames(connection));
  } catch {
    return [];
  }
}

async function fetchNames({ client, namespaceId }: ReturnType<typeof connect>): Promise<string[]> {
  const path = { namespace_id: await namespaceId() };
  const { plugins } = await client.get('/v1/namespaces/{namespace_id}/plugins', { path });
  return [...new Set(plugins.flatMap(({ name, version }) => [name, `${name}@${version}`]))];
}

function readCache(file: string): string[] | undefined {
  const { mtimeMs = 0 } = statSync(file, { throwIfNoEntry: false }) ?? {};
  return Date.now() - mtimeMs < freshMs ? namesSchema.parse(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
}

function cacheNames(file: string, names: string[]): string[] {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, JSON.stringify(names), { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return names;
}

interface CompletionPoint {
  /** The command path, such as `webhooks list`; '' for slipway itself. */
  at: string;
  words: string[];
  /** True if the command takes a plugin name. */
  namesPlugins: boolean;
}

const names = `$(slipway ${namesCommand} 2>/dev/null)`;

interface Choices {
  at: string;
  option: string;
  words: string[];
}

export function completionScript(program: Command, shell: Shell): string {
  const commands = [...descendants(program, '')];
  const points = commands.map(
    ([at, command]): CompletionPoint => ({
      at,
      words: completionsOf(command),
      namesPlugins: command.registeredArguments[0]?.name() === 'plugin',
    }),
  );
  const choices = commands.flatMap(([at, command]) => choicesOf(at, command));
  return scripts[shell](points, choices);
}

function* descendants(command: Command, at: string): Generator<[string, Command]> {
  yield [at, command];
  for (const child of command.commands.filter((each) => each.name() !== namesCommand))
    for (const name of [child.name(), ...child.aliases()]) yield* descendants(child, `${at} ${name}`.trim());
}

function completionsOf(command: Command): string[] {
  const children = command.commands.filter((child) => child.name() !== namesCommand);
  const commands = children.flatMap((child) => [child.name(), ...child.aliases()]);
  const options = command.options.filter(({ hidden }) => !hidden).map(({ long }) => long ?? '');
  const values = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
  return [...commands, ...values, ...options, '--help'];
}

function choicesOf(at: string, { options }: Command): Choices[] {
  return options.flatMap(({ argChoices, long }) =>
    argChoices && long ? [{ at, option: long, words: argChoices }] : [],
  );
}

type Script = (places: CompletionPoint[], choices: Choices[]) => string;

const scripts: Record<Shell, Script> = { bash, zsh, fish, powershell };

/** Finds the command in the words typed so far, then offers its completions. bash and zsh differ only in how they offer words. */
function cases(
  places: CompletionPoint[],
  choices: Choices[],
  take: (words: string[], more?: string) => string,
): string {
  const known = places.filter(({ at }) => at !== '').map(({ at }) => `"${at}"`);
  const after = choices.map(({ at, option, words }) => `    "${at} ${option}") ${take(words)}; return ;;\n`);
  const within = places.map(
    ({ at, namesPlugins, words }) => `    "${at}") ${take(words, namesPlugins ? '$(_slipway_plugins)' : '')} ;;\n`,
  );
  return `  for word in "\${before[@]}"; do
    [[ $word == -* ]] && continue
    local next="\${at:+$at }$word"
    case "$next" in
      ${known.join('|')}) at=$next ;;
    esac
  done
  case "$at $last" in
${after.join('')}  esac
  case "$at" in
${within.join('')}  esac
`;
}

function bash(places: CompletionPoint[], choices: Choices[]): string {
  const take = (words: string[], more = '') =>
    `COMPREPLY=($(compgen -W "${words.join(' ')}${more && ` ${more}`}" -- "$current"))`;
  return `_slipway_plugins() { [[ $current == -* ]] || echo "${names}"; }
_slipway() {
  local current=\${COMP_WORDS[COMP_CWORD]} last=\${COMP_WORDS[COMP_CWORD-1]} at= word
  local before=("\${COMP_WORDS[@]:1:COMP_CWORD-1}")
${cases(places, choices, take)}}
complete -o default -F _slipway slipway
`;
}

function zsh(places: CompletionPoint[], choices: Choices[]): string {
  const take = (words: string[], more = '') => `compadd -- ${words.join(' ')}${more && ` ${more}`}`;
  return `#compdef slipway
_slipway_plugins() { [[ $words[CURRENT] == -* ]] || echo ${names}; }
_slipway() {
  local last=\${words[CURRENT-1]} at= word
  local -a before=("\${(@)words[2,CURRENT-1]}")
${cases(places, choices, take)}  _files
}
compdef _slipway slipway
`;
}

function fish(places: CompletionPoint[], choices: Choices[]): string {
  const known = places.filter(({ at }) => at !== '').map(({ at }) => `'${at}'`);
  const within = places.map(
    ({ at, namesPlugins, words }) =>
      `complete -c slipway -n "__slipway_at '${at}'" -a '${words.join(' ')}${namesPlugins ? ` ${names.slice(1)}` : ''}'\n`,
  );
  const after = choices.map(
    ({ at, option, words }) =>
      `complete -c slipway -n "__slipway_at '${at}'" -l ${option.slice(2)} -x -a '${words.join(' ')}'\n`,
  );
  return `function __slipway_at
  set -l known ${known.join(' ')}
  set -l at ''
  for word in (commandline -opc)[2..-1]
    set -l next (string trim "$at $word")
    contains -- $next $known; and set at $next
  end
  test "$at" = "$argv[1]"
end
${within.join('')}${after.join('')}`;
}

function powershell(places: CompletionPoint[], choices: Choices[]): string {
  const list = (words: string[]) => `@(${words.map((word) => `'${word}'`).join(', ')})`;
  const known = places.map(({ at, words }) => `    '${at}' = ${list(words)}\n`);
  const after = choices.map(({ at, option, words }) => `    '${at} ${option}' = ${list(words)}\n`);
  const withPlugins = places.filter(({ namesPlugins }) => namesPlugins).map(({ at }) => at);
  return `Register-ArgumentCompleter -Native -CommandName slipway -ScriptBlock {
  param($current, $ast, $position)
  $known = @{
${known.join('')}  }
  $choices = @{
${after.join('')}  }
  $words = @($ast.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
  if ($current -ne '') { $words = @($words | Select-Object -SkipLast 1) }
  $at = ''
  foreach ($word in $words) {
    $next = "$at $word".Trim()
    if ($known.ContainsKey($next)) { $at = $next }
  }
  $place = "$at $($words | Select-Object -Last 1)"
  $offered = if ($choices.ContainsKey($place)) { $choices[$place] } else { $known[$at] }
  if (${list(withPlugins)} -contains $at -and -not $current.StartsWith('-')) {
    $offered += @(slipway ${namesCommand} 2>$null)
  }
  $offered | Where-Object { $_ -like "$current*" } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
  }
}
`;
}
