/** Opens what is said where it stands beside the film and moves nothing; on a phone it stays a line to be pressed. */
export function openBeside(stage: Element | null): void {
  if (!matchMedia("(min-width: 64rem)").matches) return;
  const first = stage?.querySelector<HTMLDetailsElement>(".stage-words details.cues");
  if (first) first.open = true;
}
