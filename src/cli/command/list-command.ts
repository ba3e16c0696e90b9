// Defines commands that list one page of rows, and JSON in the shape of the API's lists.
import type {
  ArgumentDefinitions,
  ArgumentValues,
  OptionDefinitions,
  OptionValues,
} from '../arguments/command-options.ts';
import { type PageOptions, pageQuery, pageResult } from '../arguments/paging.ts';
import type { Connection } from '../connection/connect.ts';
import { table } from '../terminal/table.ts';
import {
  adminCommand,
  type CommandDefinition,
  type None,
  type ServerCommand,
  type SharedOptions,
  serverCommand,
} from './command.ts';
import type { AddCommand, CommandContext } from './context.ts';

interface ListCommand<Arguments, Options, Item> extends CommandDefinition<Arguments, Options> {
  /** `page` belongs into the request's query. */
  fetch(
    connection: Connection & CommandContext,
    page: PageOptions,
    args: ArgumentValues<Arguments>,
    options: OptionValues<Options> & SharedOptions,
  ): Promise<{ results: Item[]; pagination: { next_cursor: string | null } }>;
  /** Text of a list without items, instead of the head. */
  empty?: string;
  head: readonly string[];
  row(item: Item): string[];
}

export function listCommand<
  Item extends object,
  const Arguments extends ArgumentDefinitions = None,
  const Options extends OptionDefinitions = None,
>(definition: ListCommand<Arguments, Options, Item>): AddCommand {
  return serverCommand(listing(definition));
}

/** Defines a list for operators. */
export function adminListCommand<
  Item extends object,
  const Arguments extends ArgumentDefinitions = None,
  const Options extends OptionDefinitions = None,
>(definition: ListCommand<Arguments, Options, Item>): AddCommand {
  return adminCommand(listing(definition));
}

function listing<Arguments, Options, Item extends object>({
  fetch,
  empty,
  head,
  row,
  ...definition
}: ListCommand<Arguments, Options, Item>): ServerCommand<Arguments, Options> {
  return {
    ...definition,
    isPaged: true,
    async run(connection, args, given) {
      const { results, pagination } = await fetch(connection, pageQuery(given), args, given);
      const text = results.length === 0 && empty !== undefined ? `${empty}\n` : table([[...head], ...results.map(row)]);
      return pageResult(results, pagination.next_cursor, text);
    },
  };
}
