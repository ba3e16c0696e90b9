// A JSON Schema as a table of fields.
import { useMemo } from 'react';
import { type SchemaRow, schemaRows } from '../../data/schemas/schema-rows.ts';
import { ByPlace } from '../plugins/by-place.tsx';
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
  const isDescribed = rows.some(({ description }) => description !== undefined);
  if (rows.length === 0 && declaredAs === undefined) return null;
  return (
    <section aria-label={name}>
      <h2>{name}</h2>
      {rows.length === 0 ? (
        <p className="quiet">
          Not described: manifest.py has no <code>{declaredAs}</code>.
        </p>
      ) : (
        <table className="schema">
          <caption className="unseen">{name}</caption>
          <thead>
            <tr>
              <th scope="col">Field</th>
              <th scope="col">Type</th>
              {isDescribed && <th scope="col">Description</th>}
            </tr>
          </thead>
          <tbody>
            <ByPlace items={rows}>{(row) => <Row row={row} isDescribed={isDescribed} />}</ByPlace>
          </tbody>
        </table>
      )}
    </section>
  );
}

function Row({ row, isDescribed }: { row: SchemaRow; isDescribed: boolean }) {
  const { depth, description, kind, name, preset, required, type } = row;
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
      {isDescribed && <td>{visible(description ?? '')}</td>}
    </tr>
  );
}
