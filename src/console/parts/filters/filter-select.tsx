// A filter chip that shows its subject and the selection: "State: all".

interface Props<Value extends string> {
  label: string;
  /** The chip's text when nothing is selected. */
  all: string;
  values: readonly Value[];
  value: Value | undefined;
  /** Returns the text for a value that isn't shown literally. */
  textOf?: (value: Value) => string;
  choose: (value: Value | undefined) => void;
}

export function FilterSelect<Value extends string>(props: Props<Value>) {
  const { label, all, values, value, textOf = (known) => known, choose } = props;
  return (
    <label className="chip">
      {label}:
      <select
        aria-label={label}
        value={value ?? ''}
        onChange={({ target }) => choose(values.find((known) => known === target.value))}
      >
        <option value="">{all}</option>
        {values.map((known) => (
          <option key={known} value={known}>
            {textOf(known)}
          </option>
        ))}
      </select>
    </label>
  );
}
