// Runs before the first paint, so that a reader who chose a ground never sees the other one flash.
try {
  const chosen = localStorage.getItem("theme");
  if (chosen === "dark" || chosen === "light") document.documentElement.dataset["theme"] = chosen;
} catch {
  // Storage is forbidden: the page follows the system.
}
