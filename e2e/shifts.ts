import type { BrowserContext, Page } from "playwright/test";

/** One jump of the layout as the browser reports it. */
interface Shift {
  readonly page: Page;
  /** The document it happened in: path and place, without what else the address holds. */
  readonly where: string;
  /** How much of the window moved, times how far: 0 to 1. */
  readonly value: number;
  readonly what: string;
}

/** Every layout shift in the tabs of a browser that no key or click of the last half second asked for. */
export class Shifts {
  readonly #seen: Shift[] = [];

  /** Watches the documents that a context loads from now on. */
  static async watch(context: BrowserContext): Promise<Shifts> {
    const shifts = new Shifts();
    await context.exposeBinding("__shifted", ({ page }, shift: Omit<Shift, "page">) => {
      shifts.#seen.push({ page, ...shift });
    });
    await context.addInitScript(() => {
      const report = (globalThis as unknown as { __shifted: (shift: object) => void }).__shifted;
      const name = (node: Node | null): string => {
        if (!(node instanceof Element)) return node?.nodeName ?? "gone";
        const marks = [...node.classList].slice(0, 3).map((mark) => `.${mark}`);
        return `${node.localName}${marks.join("")} "${node.textContent.slice(0, 24)}"`;
      };
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as LayoutShift[]) {
          if (entry.hadRecentInput) continue;
          const moved = entry.sources.map(
            ({ node, previousRect: from, currentRect: to }) =>
              `${name(node)} ${from.x},${from.y} ${from.width}x${from.height} -> ${to.x},${to.y} ${to.width}x${to.height}`,
          );
          const where = `${location.pathname}${location.hash.startsWith("#/") ? location.hash : ""}`;
          report({ where, value: entry.value, what: moved.join("; ") });
        }
      }).observe({ type: "layout-shift", buffered: true });
    });
    return shifts;
  }

  /** Forgets what has moved so far. */
  forget(): void {
    this.#seen.length = 0;
  }

  /** The sum over everything that one page showed since it was watched or forgotten, and what moved, largest first. */
  of(page: Page): { readonly sum: number; readonly causes: readonly string[] } {
    const own = this.#seen.filter((shift) => shift.page === page).toSorted((a, b) => b.value - a.value);
    return {
      sum: own.reduce((sum, { value }) => sum + value, 0),
      causes: own.map(({ value, where, what }) => `${value.toFixed(4)} at ${where}: ${what}`),
    };
  }
}

/** The browser's own entry; TypeScript's library does not know it. */
interface LayoutShift extends PerformanceEntry {
  readonly value: number;
  readonly hadRecentInput: boolean;
  readonly sources: readonly {
    readonly node: Node | null;
    readonly previousRect: DOMRectReadOnly;
    readonly currentRect: DOMRectReadOnly;
  }[];
}
