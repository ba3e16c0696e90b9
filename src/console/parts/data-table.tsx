// A table with a caption for screen readers. Its rows are the children.
import type { ReactNode } from 'react';

interface Props {
  caption: ReactNode;
  columns: readonly string[];
  children: ReactNode;
}

export function DataTable({ caption, columns, children }: Props) {
  return (
    <table>
      <caption className="unseen">{caption}</caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column} scope="col">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}
