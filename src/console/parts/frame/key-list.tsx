// The list of keys that work on every page.
import { type Place, usePlaces } from './places.ts';

const otherKeys: [keys: string, what: string][] = [
  ['/', 'search'],
  ['Ctrl K, ⌘ K', 'go to a plugin, a version or a page'],
  ['j, k', 'next or previous row'],
  ['n, p', 'next or previous finding or change'],
  ['?', 'these keys'],
  ['Esc', 'close'],
];

function keysOf({ keys = '' }: Place): string {
  return [...keys].map((key) => `g ${key}`).join(', ');
}

export default function KeyList({ close }: { close: () => void }) {
  const places = usePlaces().filter(({ keys }) => keys !== undefined);
  const listed = [...otherKeys, ...places.map((place): [string, string] => [keysOf(place), place.title])];
  return (
    <>
      <dl className="keys">
        {listed.map(([name, what]) => (
          <div key={name}>
            <dt>
              <kbd>{name}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <button type="button" onClick={close}>
        Close
      </button>
    </>
  );
}
