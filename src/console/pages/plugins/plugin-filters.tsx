// The search and the filters of the plugins page. They are in the URL, so that a filtered page can be shared.
import { useNavigate, useSearch } from '@tanstack/react-router';
import { pluginStates, scanVerdicts } from '../../data/plugin-rows.ts';

export function PluginFilters() {
  const { name, state, verdict } = useSearch({ from: '/signed-in/n/$namespace/plugins' });
  const navigate = useNavigate({ from: '/n/$namespace/plugins' });
  const change = (changed: { name?: string | undefined; state?: typeof state; verdict?: typeof verdict }) =>
    void navigate({ search: { name, state, verdict, ...changed }, replace: true });
  return (
    <search className="filters">
      <label htmlFor="search">
        Search by name
        <input
          id="search"
          type="search"
          value={name ?? ''}
          onChange={({ target }) => change({ name: target.value === '' ? undefined : target.value })}
        />
      </label>
      <label>
        State
        <select
          value={state ?? ''}
          onChange={({ target }) => change({ state: pluginStates.find((known) => known === target.value) })}
        >
          <option value="">every state</option>
          {pluginStates.map((known) => (
            <option key={known}>{known}</option>
          ))}
        </select>
      </label>
      <label>
        Scan
        <select
          value={verdict ?? ''}
          onChange={({ target }) => change({ verdict: scanVerdicts.find((known) => known === target.value) })}
        >
          <option value="">every verdict</option>
          {scanVerdicts.map((known) => (
            <option key={known}>{known}</option>
          ))}
        </select>
      </label>
    </search>
  );
}
