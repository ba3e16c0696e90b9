// The dialog that makes or edits a set of tools.
import { useRef, useState } from 'react';
import { toolLimits } from '../../../contract/features/mcp/limits.ts';
import { Action } from '../../parts/actions/action.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { AreaField, CheckBox, TextField } from '../../parts/fields.tsx';
import { readText } from '../../parts/form.tsx';
import type { ToolSet } from './queries.ts';
import { putSet, type SetContent, setCommand } from './set-requests.ts';
import { ToolFields, type ToolRow, toolIn } from './tool-fields.tsx';

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

function outcomeOf({ pending }: Pick<ToolSet, 'pending'>): string {
  return pending
    ? 'The set is proposed. Agents get it once another person approves it.'
    : 'The set is saved. Agents see it when they list their tools again.';
}

function SetForm({ namespace, set, names = [], close }: Props & { close: () => void }) {
  const [rows, setRows] = useState<ToolRow[]>(() => set?.tools.map((tool, id) => ({ id, tool })) ?? [{ id: 0 }]);
  const list = useRef<HTMLDivElement>(null);
  const nameIn = (form: FormData) => set?.name ?? readText(form, 'name');
  const checkName = (input: HTMLInputElement) =>
    input.setCustomValidity(names.includes(input.value) ? 'There is a set with this name. Edit it instead.' : '');
  return (
    <Action
      submit="Save"
      request={(form) => putSet(namespace, nameIn(form), contentIn(form, rows))}
      cli={(form) => setCommand(namespace, nameIn(form), contentIn(form, rows))}
      changes={[['namespace', namespace, 'tool-sets']]}
      said={outcomeOf}
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
          title="2 to 63 lower-case letters, digits or hyphens, beginning with a letter"
          placeholder="research"
          onInput={({ currentTarget }) => checkName(currentTarget)}
        />
      )}
      <AreaField
        name="description"
        label="What is it for?"
        dir="auto"
        maxLength={toolLimits.descriptionChars}
        defaultValue={set?.description ?? ''}
      />
      <CheckBox name="approval" defaultChecked={set?.requires_approval}>
        Approved versions only
      </CheckBox>
      <div ref={list}>
        {rows.map((row) => (
          <ToolFields
            key={row.id}
            namespace={namespace}
            row={row}
            checkNames={() => refuseSameNames(list.current)}
            remove={() => setRows(rows.filter((one) => one !== row))}
          />
        ))}
        {rows.length < toolLimits.perSet && (
          <p>
            <button type="button" onClick={() => setRows([...rows, { id: (rows.at(-1)?.id ?? 0) + 1 }])}>
              Add a tool
            </button>
          </p>
        )}
      </div>
    </Action>
  );
}

/** Returns the set's content in the form. */
function contentIn(form: FormData, rows: readonly ToolRow[]): SetContent {
  return {
    description: readText(form, 'description') || null,
    requires_approval: form.has('approval'),
    tools: rows.flatMap((row) => toolIn(form, row) ?? []),
  };
}

/** Marks each name that an earlier tool has. Without a typed name, a tool has the one in the placeholder. */
function refuseSameNames(list: HTMLElement | null) {
  const earlier = new Set<string>();
  for (const input of list?.querySelectorAll<HTMLInputElement>('input[name^="name-"]') ?? []) {
    const name = input.value.trim() || input.placeholder;
    input.setCustomValidity(earlier.has(name) ? 'Another tool of the set has this name.' : '');
    if (name) earlier.add(name);
  }
}
