// The filters of the plugins page. They are in the URL, so that a filtered page can be shared.
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type PluginFilter, pluginKinds } from '../../data/listed-plugins.ts';
import { pluginStates, scanVerdicts } from '../../data/plugin-rows.ts';
import { FilterSelect } from '../../parts/filters/filter-select.tsx';
import { SearchField } from '../../parts/filters/search-field.tsx';

export function PluginFilters() {
  const { kind, name, state, verdict } = useSearch({ from: '/signed-in/n/$namespace/plugins' });
  const navigate = useNavigate({ from: '/n/$namespace/plugins' });
  const change = (changed: PluginFilter) =>
    void navigate({ search: (before) => ({ ...before, ...changed, page: undefined }), replace: true });
  return (
    <search className="filters">
      <SearchField
        label="Filter by name"
        placeholder="Filter by name…"
        value={name}
        change={(name) => change({ name })}
      />
      <FilterSelect label="Kind" all="all" values={pluginKinds} value={kind} choose={(kind) => change({ kind })} />
      <FilterSelect label="State" all="all" values={pluginStates} value={state} choose={(state) => change({ state })} />
      <FilterSelect
        label="Findings"
        all="any"
        values={scanVerdicts}
        value={verdict}
        choose={(verdict) => change({ verdict })}
      />
    </search>
  );
}
