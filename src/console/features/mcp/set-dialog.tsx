// The dialog that makes or edits a set of tools.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { toolLimits } from '../../../contract/features/mcp/limits.ts';
import { pluginOverviewsQuery } from '../../data/plugin-calls.ts';
import { Action } from '../../parts/actions/action.tsx';
import { JsonField } from '../../parts/actions/json-field.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { AreaField, CheckBox, type Choice, SelectField, TextField } from '../../parts/fields.tsx';
import { readText } from '../../parts/form.tsx';
import type { ToolSet } from './queries.ts';
import {
  contentIn,
  fixedParameters,
  pluginValue,
  putSet,
  readPlugin,
  setCommand,
  type ToolRow,
} from './set-requests.ts';

interface Props {
  namespace: string;
  /** The set to edit. If undefined, the form asks for a name. */
  set?: ToolSet;
  /** Names of other sets, which a new one would replace. */
  names?: readonly string[];
}

export function SetDialog(props: Props) {
  const button = props.set
    ? { label: 'Edit', of: props.set.name, title: `Edit the set ${props.set.name}`, className: 'small' }
    : { label: 'Make a set', title: 'Make a set of tools', className: 'primary' };
  return <DialogButton {...button}>{(close) => <SetForm close={close} {...props} />}</DialogButton>;
}

function SetForm({ namespace, set, names = [], close }: Props & { close: () => void }) {
  const [rows, setRows] = useState(() => set?.tools.map((tool, id): ToolRow => ({ id, tool })) ?? [emptyRow(0)]);
  const nameIn = (form: FormData) => set?.name ?? readText(form, 'name');
  const checkName = (input: HTMLInputElement) =>
    input.setCustomValidity(names.includes(input.value) ? 'There is a set with this name. Edit it instead.' : '');
  return (
    <Action
      submit="Save"
      request={(form) => putSet(namespace, nameIn(form), contentIn(form, rows))}
      cli={(form) => setCommand(namespace, nameIn(form), contentIn(form, rows))}
      changes={[['namespace', namespace, 'tool-sets']]}
      said={() => 'The set is saved. Agents see it when they list their tools again.'}
      close={close}
      isDisabled={rows.length === 0}
    >
      {!set && (
        <TextField
          name="name"
          label="Name"
          hint="Part of the URL."
          required
          pattern="[a-z][a-z0-9\-]{1,62}"
          placeholder="research"
          onInput={({ currentTarget }) => checkName(currentTarget)}
        />
      )}
      <TextField
        name="description"
        label="What is it for?"
        maxLength={toolLimits.descriptionChars}
        defaultValue={set?.description ?? ''}
      />
      <CheckBox name="approval" defaultChecked={set?.requires_approval}>
        Approved versions only
      </CheckBox>
      {rows.map((row) => (
        <ToolFields
          key={row.id}
          namespace={namespace}
          row={row}
          remove={() => setRows(rows.filter((one) => one !== row))}
        />
      ))}
      {rows.length < toolLimits.perSet && (
        <p>
          <button type="button" onClick={() => setRows([...rows, emptyRow((rows.at(-1)?.id ?? 0) + 1)])}>
            Add a tool
          </button>
        </p>
      )}
    </Action>
  );
}

const emptyRow = (id: number): ToolRow => ({ id, tool: undefined });

interface ToolProps {
  namespace: string;
  row: ToolRow;
  remove: () => void;
}

function ToolFields({ namespace, remove, row: { id, tool } }: ToolProps) {
  const was = tool ? pluginValue(tool) : '';
  return (
    <fieldset className="tool-fields">
      <legend>{tool?.name ?? 'Another tool'}</legend>
      <SelectField
        name={`plugin-${id}`}
        label="Plugin"
        required
        choices={usePluginChoices(namespace, was)}
        defaultValue={was}
      />
      <TextField
        name={`version-${id}`}
        label="Version"
        maxLength={64}
        placeholder="the live one"
        defaultValue={tool?.version ?? ''}
      />
      <TextField
        name={`name-${id}`}
        label="Tool name"
        pattern="[a-zA-Z][a-zA-Z0-9_\-]{0,63}"
        placeholder="the plugin's own"
        defaultValue={tool?.name}
      />
      <AreaField
        name={`description-${id}`}
        label="Description for models"
        maxLength={toolLimits.descriptionChars}
        placeholder="the plugin's own"
        defaultValue={tool?.description ?? ''}
      />
      <JsonField
        name={`parameters-${id}`}
        label="Fixed parameters"
        hint="A JSON object. Every call gets them, and the agent can't change them."
        rows={2}
        value={tool?.parameters?.text ?? ''}
        schema={fixedParameters}
        problem='Enter a JSON object, such as {"language": "en"}.'
      />
      <button type="button" className="small" onClick={remove}>
        Remove
      </button>
    </fieldset>
  );
}

/** Offers the live plugins, and the tool's current one. */
function usePluginChoices(namespace: string, was: string): Choice[] {
  const { data = [] } = useQuery(pluginOverviewsQuery(namespace));
  const live = data.filter(({ live_version }) => live_version !== null);
  const values = new Set([was, ...live.map(({ kind, name }) => pluginValue({ kind, plugin: name }))]);
  values.delete('');
  const choices = [...values].map((value): Choice => {
    const { kind, plugin } = readPlugin(value);
    return [value, kind === 'extractor' ? plugin : `${plugin} (${kind})`];
  });
  return [['', 'Choose a live plugin'], ...choices];
}
