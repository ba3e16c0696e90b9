// The filters of lines of logs. They are in the URL.
import type { LogFilter } from '../../data/namespace-logs.ts';

type Name = keyof LogFilter;

const filters: Record<Name, { label: string; placeholder: string }> = {
  plugin: { label: 'Plugin', placeholder: 'text_profile' },
  request: { label: 'Request', placeholder: 'req_…' },
  text: { label: 'Text', placeholder: 'timeout' },
};

interface Props {
  names: readonly Name[];
  filter: LogFilter;
  change: (changed: LogFilter) => void;
}

export function LogFilters({ names, filter, change }: Props) {
  return (
    <search className="filters">
      {names.map((name) => (
        <label key={name} className="chip">
          {filters[name].label}:
          <input
            type="search"
            aria-label={filters[name].label}
            placeholder={filters[name].placeholder}
            value={filter[name] ?? ''}
            onChange={({ target }) => change({ [name]: target.value || undefined })}
          />
        </label>
      ))}
    </search>
  );
}
