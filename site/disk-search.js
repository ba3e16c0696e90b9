// Searches the pages that are opened from the disk, with the index that VitePress built. Pages from a server use VitePress's own search.
const { root, below } = document.currentScript.dataset;
/** IDs of VitePress are paths of pages from here, with their headings. */
const base = below === '' ? '/' : `/${below}/`;
const shown = 10;

if (location.protocol === 'file:') {
  const place = document.querySelector('#local-search');
  place.innerHTML = `<input type="search" placeholder="Search" aria-label="Search" style="width: 16rem; padding: 0.25rem 0.75rem;
    border: 1px solid var(--vp-c-divider); border-radius: 8px; background: var(--vp-c-bg-alt)"><ol style="position: absolute; z-index: 99;
    max-width: 30rem; padding: 0.5rem 1rem; border-radius: 8px; background: var(--vp-c-bg-elv); box-shadow: var(--vp-shadow-3)" hidden></ol>`;
  const [input, list] = place.children;
  input.addEventListener('focus', load, { once: true });
  input.addEventListener('input', search);

  function load() {
    const script = document.createElement('script');
    script.src = `${root}disk-index.js`;
    script.addEventListener('load', search);
    document.head.append(script);
  }

  function search() {
    const found = globalThis.slipwaySearch?.search(input.value).slice(0, shown) ?? [];
    list.hidden = found.length === 0;
    list.replaceChildren(...found.map(entry));
  }

  function entry({ id, title, titles }) {
    const link = document.createElement('a');
    const [page, heading] = id.slice(base.length).split('#');
    const file = page === '' || page.endsWith('/') ? `${page}index.html` : page;
    link.href = `${root}${file}#${heading ?? ''}`;
    link.textContent = [...titles, title].filter(Boolean).join(' › ');
    const item = document.createElement('li');
    item.append(link);
    return item;
  }
}
