// A filter as a chip that says what it filters by and what is chosen: "State: all".

interface Props<Value extends string> {
  label: string;
  /** Text of the chip when nothing is chosen. */
  all: string;
  values: readonly Value[];
  value: Value | undefined;
  /** Text of a value that is not shown as it is. */
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
