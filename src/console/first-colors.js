// Applies the user's chosen colors before the page is drawn, so it doesn't flash in the system colors. The page waits for this script,
// but not for modules.
const theme = localStorage.getItem('slipway-theme');
if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
