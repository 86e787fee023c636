// Before the first paint, so that a chosen theme does not flash. Not inline: the dashboard's CSP allows files only.
try {
  const theme = localStorage.getItem("gosight-theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // storage is switched off: the system's theme it is
}
