// The deployments page's filters. They are in the URL, so a filtered page can be shared.
import { useNavigate, useSearch } from '@tanstack/react-router';
import { actorName } from '../../../contract/events/authors.ts';
import type { Schemas } from '../../data/api.ts';
import { type Trigger, triggerNames, triggers } from '../../data/deployments/deployment-trigger.ts';
import { deploymentStates } from '../../data/queries.ts';
import { FilterSelect } from '../../parts/filters/filter-select.tsx';
import { SearchField } from '../../parts/filters/search-field.tsx';
import { capitalized } from '../../parts/status.tsx';
import { visible } from '../../parts/visible-text.ts';

interface Filter {
  name?: string | undefined;
  status?: (typeof deploymentStates)[number] | undefined;
  trigger?: Trigger | undefined;
  who?: string | undefined;
}

/** Offers the actors of the loaded deployments. */
export function DeploymentFilters({ loaded }: { loaded: readonly Pick<Schemas['DeploymentEntry'], 'created_by'>[] }) {
  const { name, status, trigger, who } = useSearch({ from: '/signed-in/n/$namespace/deployments' });
  const navigate = useNavigate({ from: '/n/$namespace/deployments' });
  const actors = new Map(loaded.map(({ created_by }) => [created_by.id, visible(actorName(created_by))]));
  const change = (changed: Filter) =>
    void navigate({ search: (before) => ({ ...before, ...changed, page: undefined }), replace: true });
  return (
    <search className="filters">
      <SearchField
        label="Filter by plugin"
        placeholder="Filter by plugin…"
        value={name}
        change={(name) => change({ name })}
      />
      <FilterSelect
        label="State"
        all="all"
        values={deploymentStates}
        value={status}
        textOf={capitalized}
        choose={(status) => change({ status })}
      />
      <FilterSelect
        label="Trigger"
        all="all"
        values={triggers}
        value={trigger}
        textOf={(one) => triggerNames[one]}
        choose={(trigger) => change({ trigger })}
      />
      <FilterSelect
        label="Who"
        all="anyone"
        values={[...new Set([...actors.keys(), ...(who === undefined ? [] : [who])])]}
        value={who}
        textOf={(id) => actors.get(id) ?? id}
        choose={(who) => change({ who })}
      />
    </search>
  );
}
