/** Shows the buttons that change between paper and lacquer ground, and keeps the choice on this device. */
export function themeSwitches(): void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;
  const dark = () => (root.dataset["theme"] ?? (system.matches ? "dark" : "light")) === "dark";
  const buttons = [...document.querySelectorAll<HTMLButtonElement>("[data-theme-switch]")];
  const label = () => {
    for (const button of buttons) {
      button.textContent = (dark() ? button.dataset["light"] : button.dataset["dark"]) ?? "";
      button.hidden = false;
    }
  };
  for (const button of buttons) {
    button.addEventListener("click", () => {
      const next = dark() ? "light" : "dark";
      root.dataset["theme"] = next;
      try {
        localStorage.setItem("theme", next);
      } catch {
        // Storage is forbidden: the choice holds for this page.
      }
      label();
      document.dispatchEvent(new Event("groundchange"));
    });
  }
  system.addEventListener("change", () => {
    label();
    document.dispatchEvent(new Event("groundchange"));
  });
  label();
}
