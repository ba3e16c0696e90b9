// A tool's fields in the dialog of its set, under a summary that opens them, and the tool that they contain.
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, type MouseEvent, useEffect, useState } from 'react';
import { z } from 'zod/mini';
import { toolLimits } from '../../../contract/features/mcp/limits.ts';
import { servedKinds } from '../../../contract/plugin/go-kinds.ts';
import { pluginOverviewsQuery } from '../../data/plugin-calls.ts';
import { JsonField, jsonTextIn } from '../../parts/actions/json-field.tsx';
import { AreaField, type Choice, SelectField, TextField } from '../../parts/fields.tsx';
import { readText } from '../../parts/form.tsx';
import type { Tool } from './queries.ts';

/** A tool in the form. Its fields' names end in its number. */
export interface ToolRow {
  id: number;
  /** The tool as it was, if the set had it. */
  tool?: Tool;
}

interface Props {
  namespace: string;
  row: ToolRow;
  /** Compares the names of the set's tools, after one has changed or is gone. */
  checkNames: () => void;
  remove: () => void;
}

export function ToolFields({ namespace, row, checkNames, remove }: Props) {
  const { id, tool } = row;
  const [plugin, choose] = useState(tool ? pluginValue(tool) : '');
  const [typed, type] = useState(tool?.name ?? '');
  const choices = usePluginChoices(namespace, tool);
  useEffect(() => {
    checkNames();
    return checkNames;
  });
  const name = typed || ownName(plugin) || 'New tool';
  const open = ({ currentTarget }: FormEvent<HTMLDetailsElement>) => {
    currentTarget.open = true;
  };
  return (
    // The browser can point at a problem only in an open one.
    <details className="tool" aria-label={name} open={!tool} onInvalidCapture={open}>
      <summary>
        <span>
          {name} <span className="quiet">{plugin && choices.find(([value]) => value === plugin)?.[1]}</span>
        </span>
      </summary>
      <div className="tool-fields">
        <SelectField
          name={`plugin-${id}`}
          label="Plugin"
          required
          // The dialog's first tool leaves the focus to the set's name.
          autoFocus={!tool && id > 0}
          choices={choices}
          value={plugin}
          onChange={({ target }) => choose(target.value)}
        />
        <TextField
          name={`name-${id}`}
          label="Tool name"
          required={ownName(plugin) === ''}
          pattern="[a-zA-Z][a-zA-Z0-9_\-]{0,63}"
          title="1 to 64 letters, digits, hyphens or underscores, beginning with a letter"
          placeholder={ownName(plugin)}
          value={typed}
          onChange={({ target }) => type(target.value)}
        />
        <MoreFields row={row} isExtractor={readPlugin(plugin).kind === 'extractor'} />
        <button type="button" className="small" onClick={(event) => leave(event, remove)}>
          Remove
        </button>
      </div>
    </details>
  );
}

/** Fields that a tool can leave empty. Only extractors can be pinned to a version, and have parameters. */
function MoreFields({ row: { id, tool }, isExtractor }: { row: ToolRow; isExtractor: boolean }) {
  return (
    <>
      {isExtractor && (
        <TextField
          name={`version-${id}`}
          label="Version"
          pattern="v?\d{1,9}([.]\d{1,9}){0,2}"
          title="A version number, such as 1.3.0"
          placeholder="the live one"
          defaultValue={tool?.version ?? ''}
        />
      )}
      <AreaField
        name={`description-${id}`}
        label="Description for models"
        dir="auto"
        maxLength={toolLimits.descriptionChars}
        placeholder="the plugin's own"
        defaultValue={tool?.description ?? ''}
      />
      {isExtractor && (
        <JsonField
          name={`parameters-${id}`}
          label="Fixed parameters"
          hint="A JSON object. Every call gets them, and the agent can't change them."
          rows={2}
          value={tool?.parameters?.text ?? ''}
          schema={fixedParameters}
          problem='Enter a JSON object, such as {"language": "en"}.'
        />
      )}
    </>
  );
}

/** Removes the tool, and moves the focus to its neighbor. */
function leave({ currentTarget }: MouseEvent<HTMLElement>, remove: () => void) {
  const row = currentTarget.closest('.tool');
  const neighbor = row?.nextElementSibling ?? row?.previousElementSibling;
  neighbor?.querySelector<HTMLElement>('summary, button')?.focus();
  remove();
}

/** Offers the live plugins, and the tool's own. */
function usePluginChoices(namespace: string, tool: Tool | undefined): Choice[] {
  const { data } = useQuery(pluginOverviewsQuery(namespace));
  const live = (data ?? [])
    .filter(({ live_version }) => live_version !== null)
    .map(({ kind, name }) => pluginValue({ kind, plugin: name }));
  const own = tool ? [pluginValue(tool)] : [];
  const choices = [...new Set([...own, ...live])].map((value): Choice => {
    const { kind, plugin } = readPlugin(value);
    const text = kind === 'extractor' ? plugin : `${plugin} (${kind})`;
    return [value, data && !live.includes(value) ? `${text}, not live` : text];
  });
  return [['', 'Choose a live plugin'], ...choices];
}

const fixedParameters = z.record(z.string(), z.unknown());

/** Returns the tool in a row's fields. Undefined until its plugin is chosen. */
export function toolIn(form: FormData, { id, tool }: ToolRow): Tool | undefined {
  const { kind, plugin } = readPlugin(readText(form, `plugin-${id}`));
  if (kind === undefined) return undefined;
  const isSame = tool?.plugin === plugin && tool.kind === kind;
  return {
    name: readText(form, `name-${id}`) || ownName(pluginValue({ kind, plugin })),
    plugin,
    kind,
    version: readText(form, `version-${id}`) || null,
    title: isSame ? tool.title : null,
    description: readText(form, `description-${id}`) || null,
    parameters: jsonTextIn(form, `parameters-${id}`, fixedParameters) ?? null,
  };
}

/** Writes a plugin as a choice's value: `extractor echo`. */
function pluginValue({ kind, plugin }: Pick<Tool, 'kind' | 'plugin'>): string {
  return `${kind} ${plugin}`;
}

/** Reads a choice's value. Without a choice, the kind is undefined. */
function readPlugin(value: string): { kind: Tool['kind'] | undefined; plugin: string } {
  const [first, plugin = ''] = value.split(' ');
  return { kind: servedKinds.find((kind) => kind === first), plugin };
}

/** Returns the name of a choice's plugin in the characters and the length of a tool's. Empty if it doesn't begin with a letter. */
function ownName(value: string): string {
  const { plugin } = readPlugin(value);
  return /^[a-zA-Z]/.test(plugin) ? plugin.replaceAll(/[^\w-]/g, '_').slice(0, 64) : '';
}
