/** The tab's title and icon say how many decisions wait for a person, also while another tab is in front. */

const product = "Hoarfrost";
let page = "";
let waiting = 0;

/** "(2) Review a request · Hoarfrost"; the number leads, because a narrow tab shows only the beginning. */
export function titleText(pageTitle: string, decisions: number): string {
  const head = decisions > 0 ? `(${decisions}) ` : "";
  return pageTitle === "" ? `${head}${product}` : `${head}${pageTitle} · ${product}`;
}

function draw(): void {
  const text = titleText(page, waiting);
  if (document.title !== text) document.title = text;
}

/** Names the screen in the tab title. */
export function setPageTitle(title: string): void {
  page = title;
  draw();
}

/** Puts the number of waiting decisions into the title and a mark onto the icon. */
export function setWaiting(decisions: number): void {
  waiting = decisions;
  draw();
  const link = document.querySelector<HTMLLinkElement>('link[rel~="icon"]');
  if (link === null) return;
  link.dataset["plain"] ??= link.href;
  const wanted = decisions > 0 ? new URL("/icon-waiting.svg", location.href).href : link.dataset["plain"];
  if (link.href !== wanted) link.href = wanted;
}
