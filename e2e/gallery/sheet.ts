import type { Page } from "playwright";
import type { Section } from "./documented.ts";

/** One state at one width, whole, as PNG. Lengths in CSS pixels. */
export interface Shot {
  readonly width: number;
  readonly height: number;
  readonly png: Buffer;
}

interface Placed {
  readonly url: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Where the picture ends: a longer one is cut, so that a long list on a phone does not make the sheet a tower. */
  readonly cut: number;
}

/** A third of the size of the same picture as PNG, for the repository. */
async function draw(canvas: Page, placed: readonly Placed[], quality: number): Promise<Buffer> {
  const url = await canvas.evaluate(
    async ({ placed, quality }) => {
      const surface = document.createElement("canvas");
      surface.width = Math.max(...placed.map(({ x, width }) => x + width));
      surface.height = Math.max(...placed.map(({ y, cut }) => y + cut));
      const brush = surface.getContext("2d");
      if (brush === null) throw new Error("no canvas");
      brush.imageSmoothingQuality = "high";
      for (const { url, x, y, width, height, cut } of placed) {
        const image = new Image();
        image.src = url;
        await image.decode();
        brush.save();
        brush.beginPath();
        brush.rect(x, y, width, cut);
        brush.clip();
        brush.drawImage(image, x, y, width, height);
        brush.restore();
        brush.strokeStyle = "#8fa0a8";
        brush.strokeRect(x + 0.5, y + 0.5, width - 1, cut - 1);
      }
      return surface.toDataURL("image/webp", quality);
    },
    { placed, quality },
  );
  return Buffer.from(url.slice(url.indexOf(",") + 1), "base64");
}

const source = ({ png }: Shot): string => `data:image/png;base64,${png.toString("base64")}`;

/** A picture in its own size, cut where it is long. */
export const toWebp = (canvas: Page, shot: Shot): Promise<Buffer> => {
  const { width, height } = shot;
  return draw(
    canvas,
    [{ url: source(shot), x: 0, y: 0, width, height, cut: Math.min(height, tallest) }],
    0.8,
  );
};

const scale = 0.55;
const gap = 20;
const tallest = 1000;

/** All widths of a state side by side, smaller than they are. */
export function sheetOf(canvas: Page, shots: readonly Shot[]): Promise<Buffer> {
  let x = 0;
  const placed = shots.map((shot): Placed => {
    const width = Math.round(shot.width * scale);
    const height = Math.round(shot.height * scale);
    const one = { url: source(shot), x, y: 0, width, height, cut: Math.min(height, tallest) };
    x += width + gap;
    return one;
  });
  return draw(canvas, placed, 0.68);
}

/** What docs/screens says about its own pictures. */
export function readmeOf(sections: readonly Section[]): string {
  const part = ({ title, screens }: Section): string =>
    [
      `## ${title}`,
      ...screens.map(
        ({ state, what }) =>
          `${what}\n\n![${state}, light](${state}-light.webp)\n\n<details><summary>The same in the dark</summary>\n\n![${state}, dark](${state}-dark.webp)\n\n</details>`,
      ),
    ].join("\n\n");
  return `# Screens

Each picture shows one screen at 1440, 768 and 320 px, at 55 % of its size; what is longer is cut. The product's own components draw them from sample values
(\`e2e/gallery/samples\`), with a clock that stands still: two runs of the same code give the same pictures.

\`npm run screens\` takes all of them anew and writes this page. Which screens are here is said in \`e2e/gallery/documented.ts\`; every other state, also those not
shown here, is at hand with \`npx tsx e2e/gallery/shots.ts <folder>\`. The tests in \`e2e/gallery\` check every state in both themes at these widths: no violation
of WCAG 2.2 AA that axe finds, nothing wider than the screen.

${sections.map(part).join("\n\n")}
`;
}
