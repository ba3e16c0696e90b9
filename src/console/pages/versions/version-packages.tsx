// The packages that a version is locked to.
import { useSuspenseQuery } from '@tanstack/react-query';
import { environmentQuery } from '../../data/queries.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { visible } from '../../parts/visible-text.ts';

export function VersionPackages({ namespace, id }: { namespace: string; id: string }) {
  const { dependencies, lock } = useSuspenseQuery(environmentQuery(namespace, id)).data;
  if (dependencies.length === 0) return null;
  if (lock === null) return <p className="quiet">The first realtime deployment locks the packages.</p>;
  return (
    <details>
      <summary>Installed packages</summary>
      <DataTable caption="Installed packages" columns={['Package', 'Version']}>
        {lock.packages.map(({ name, version, marker }) => (
          <tr key={`${name} ${version} ${marker}`}>
            <td>{visible(name)}</td>
            <td>{visible(marker === null ? version : `${version} (${marker})`)}</td>
          </tr>
        ))}
      </DataTable>
    </details>
  );
}
