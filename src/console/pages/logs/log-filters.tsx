// Filters for log lines. They are in the URL.
import { logLevels } from '../../../contract/builder/logs/level.ts';
import { isGrouped, type LogFilter } from '../../data/logs/namespace-logs.ts';
import { trafficPeriods } from '../../data/plugin-history.ts';
import { FilterSelect } from '../../parts/filters/filter-select.tsx';
import { SearchField } from '../../parts/filters/search-field.tsx';

type TextName = 'plugin' | 'request' | 'text';

const texts: Record<TextName, { label: string; placeholder: string }> = {
  plugin: { label: 'Plugin', placeholder: 'text_profile' },
  request: { label: 'Request', placeholder: 'req_…' },
  text: { label: 'Text', placeholder: 'timeout' },
};
const periods = trafficPeriods.map(String);

interface Props {
  names: readonly TextName[];
  filter: LogFilter;
  change: (changed: LogFilter) => void;
}

export function LogFilters({ names, filter, change }: Props) {
  return (
    <search className="filters">
      {names.map((name) => (
        <SearchField
          key={name}
          {...texts[name]}
          isChip
          value={filter[name]}
          change={(text) => change({ [name]: text })}
        />
      ))}
      <FilterSelect
        label="Level"
        all="all"
        values={logLevels}
        value={filter.level}
        textOf={(level) => (level === 'error' ? level : `${level} and above`)}
        choose={(level) => change({ level })}
      />
      <FilterSelect
        label="Printed"
        all="at any time"
        values={periods}
        value={filter.hours?.toString()}
        textOf={(hours) => (hours === '168' ? 'in the last 7 days' : `in the last ${hours} h`)}
        choose={(chosen) => change({ hours: trafficPeriods.find((hours) => String(hours) === chosen) })}
      />
      <label className="chip">
        <input
          type="checkbox"
          checked={isGrouped(filter)}
          onChange={({ target }) => change({ repeats: target.checked ? 'grouped' : 'apart' })}
        />
        Group repeats
      </label>
      <label className="chip">
        <input
          type="checkbox"
          checked={filter.follow !== false}
          onChange={({ target }) => change({ follow: target.checked ? undefined : false })}
        />
        Follow
      </label>
    </search>
  );
}
