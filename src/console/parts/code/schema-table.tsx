// A JSON Schema as a table of fields.
import { useMemo } from 'react';
import { type SchemaRow, schemaRows } from '../../data/schemas/schema-rows.ts';
import { ByPlace } from '../by-place.tsx';
import { visible } from '../visible-text.ts';
import './schema-table.css';

interface Props {
  name: string;
  schema: unknown;
  /** Where the manifest declares it. Without it, a missing schema isn't mentioned. */
  declaredAs?: string;
}

export default function SchemaTable({ name, schema, declaredAs }: Props) {
  const rows = useMemo(() => schemaRows(schema), [schema]);
  if (rows.length === 0 && declaredAs === undefined) return null;
  return (
    <section aria-label={name}>
      <h2>{name}</h2>
      {rows.length === 0 ? (
        <p className="quiet">
          The author has not described it. <code>{declaredAs}</code> in manifest.py would be shown here.
        </p>
      ) : (
        <table className="schema">
          <caption className="unseen">{name}</caption>
          <thead>
            <tr>
              <th scope="col">Field</th>
              <th scope="col">Type</th>
              <th scope="col">Description</th>
            </tr>
          </thead>
          <tbody>
            <ByPlace items={rows}>{(row) => <Row row={row} />}</ByPlace>
          </tbody>
        </table>
      )}
    </section>
  );
}

function Row({ row: { depth, description, kind, name, preset, required, type } }: { row: SchemaRow }) {
  return (
    <tr>
      <th scope="row" className={`depth-${depth}`}>
        {kind === 'field' ? <code>{visible(name)}</code> : <i>{name}</i>}{' '}
        {required && <span className="kind">required</span>}
      </th>
      <td>
        {visible(type)}
        {preset !== undefined && (
          <p className="quiet">
            default <code>{visible(preset)}</code>
          </p>
        )}
      </td>
      <td>{description !== undefined && visible(description)}</td>
    </tr>
  );
}
