/** Works of a collection are moved by their buttons or by dragging, and saved at once. The order is the archive's: what is not saved goes back. */
export function orderList(list: HTMLElement): void {
  const status = document.querySelector<HTMLElement>("[data-order-status]");
  let busy = false;
  let dragged: HTMLElement | undefined;

  const items = (): HTMLElement[] => [...list.querySelectorAll<HTMLElement>("[data-work]")];
  const enable = (): void => {
    const all = items();
    all.forEach((item, n) => {
      for (const button of item.querySelectorAll<HTMLButtonElement>("button")) button.disabled = button.value === "len" || button.value === "dau" ? n === 0 : n === all.length - 1;
    });
  };

  const save = async (item: HTMLElement, to: string, focus?: HTMLButtonElement): Promise<void> => {
    busy = true;
    const body = new URLSearchParams({ thay: list.dataset["seen"] ?? "", "tac-pham": item.dataset["work"] ?? "", toi: to });
    const answer = await fetch(list.dataset["order"] ?? "", { method: "POST", body }).catch(() => undefined);
    const seen = answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html").querySelector<HTMLElement>("[data-order]")?.dataset["seen"] : undefined;
    busy = false;
    if (!seen) {
      if (status) status.textContent = list.dataset["failed"] ?? "";
      if (answer?.status === 409) location.reload();
      return;
    }
    place(item, to);
    list.dataset["seen"] = seen;
    for (const input of document.querySelectorAll<HTMLInputElement>("input[name=thay]")) input.value = seen;
    enable();
    const at = items().indexOf(item) + 1;
    const words = [item.querySelector("[data-title]")?.textContent ?? "", String(at), String(items().length)];
    if (status) status.textContent = (list.dataset["moved"] ?? "").replace(/#(\d)/g, (_, n: string) => words[Number(n) - 1] ?? "");
    if (focus) (focus.disabled ? item.querySelector<HTMLButtonElement>("button:not(:disabled)") : focus)?.focus();
  };

  const place = (item: HTMLElement, to: string): void => {
    if (to === "len") item.previousElementSibling?.before(item);
    else if (to === "xuong") item.nextElementSibling?.after(item);
    else if (to === "dau") list.prepend(item);
    else if (to === "cuoi") list.append(item);
    else list.querySelector(`[data-work="${CSS.escape(to)}"]`)?.before(item);
  };

  list.addEventListener("submit", (event) => {
    event.preventDefault();
    const button = event.submitter;
    const item = button?.closest<HTMLElement>("[data-work]");
    if (!busy && item && button instanceof HTMLButtonElement) void save(item, button.value, button);
  });

  for (const item of items()) item.draggable = true;
  list.addEventListener("dragstart", (event) => {
    dragged = (event.target as HTMLElement).closest<HTMLElement>("[data-work]") ?? undefined;
    event.dataTransfer?.setData("text/plain", dragged?.dataset["work"] ?? "");
  });
  list.addEventListener("dragover", (event) => {
    if (!dragged) return;
    event.preventDefault();
    const over = (event.target as HTMLElement).closest<HTMLElement>("[data-work]");
    for (const item of items()) item.classList.toggle("over", item === over && item !== dragged);
  });
  list.addEventListener("drop", (event) => {
    event.preventDefault();
    const before = (event.target as HTMLElement).closest<HTMLElement>("[data-work]");
    if (!busy && dragged && before !== dragged) void save(dragged, before?.dataset["work"] ?? "cuoi");
  });
  list.addEventListener("dragend", () => {
    dragged = undefined;
    for (const item of items()) item.classList.remove("over");
  });
}
