// Applies the colors that the reader chose before the page is drawn, so that it doesn't flash in those of the system. The page waits
// for this file, unlike for its modules.
const theme = localStorage.getItem('slipway-theme');
if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
