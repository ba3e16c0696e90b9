// Opens pages of the reference without loading it again, so that a key that was entered is not lost.

const ownPage = /^\/docs(?:\/(?:groups|operations)\/[^/]+)?\/?$/;

/** Calls `show` when the address has become that of another page. */
export function followLinks(show: () => void): void {
  addEventListener('popstate', show);
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    const isPlain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
    if (!link || !isPlain || event.defaultPrevented || link.origin !== location.origin) return;
    if (!ownPage.test(link.pathname) || (link.hash !== '' && link.pathname === location.pathname)) return;
    event.preventDefault();
    if (link.href !== location.href) history.pushState(null, '', link.href);
    closeMenu();
    show();
  });
  const button = document.querySelector('.menu-button');
  button?.addEventListener('click', () => setMenu(button.getAttribute('aria-expanded') !== 'true'));
  addEventListener('keydown', (event) => {
    if (event.key === 'Escape') closeMenu();
  });
}

function closeMenu(): void {
  setMenu(false);
}

/** The list of operations, where there is no room for it beside the page. */
function setMenu(isOpen: boolean): void {
  document.querySelector('.menu-button')?.setAttribute('aria-expanded', String(isOpen));
  document.querySelector('.frame')?.classList.toggle('with-menu', isOpen);
}
