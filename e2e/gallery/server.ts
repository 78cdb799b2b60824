import { createViteServer } from "vitest/node";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Serves the gallery on a free port. It is a test tool: none of it is in the product's build. */
export async function serveGallery(): Promise<{
  url: (state: string) => string;
  close: () => Promise<void>;
}> {
  const server = await createViteServer({
    root,
    configFile: false,
    logLevel: "error",
    cacheDir: `${root}node_modules/.vite-gallery`,
    server: { host: "127.0.0.1", port: 0, hmr: false, watch: null },
    optimizeDeps: {
      entries: ["e2e/gallery/main.tsx"],
      include: [
        "react",
        "react-dom/client",
        "react/jsx-dev-runtime",
        "lucide-react",
        "radix-ui/tabs",
        "radix-ui/toggle-group",
        "qrcode.react",
        "clsx",
      ],
    },
  });
  await server.listen();
  const address = server.httpServer?.address();
  if (address === null || address === undefined || typeof address === "string") throw new Error("no port");
  const base = `http://127.0.0.1:${address.port}/e2e/gallery/index.html`;
  return { url: (state) => `${base}?state=${state}`, close: () => server.close() };
}
