// The site is a static export: the relay serves it, so there is one process and no server-side rendering to trust.
const sources = process.env.NEXT_PUBLIC_BUILD_HASH ?? "development";

/** @type {import("next").NextConfig} */
export default {
  output: "export",
  trailingSlash: false,
  reactStrictMode: true,
  productionBrowserSourceMaps: false,
  poweredByHeader: false,
  images: { unoptimized: true },
  devIndicators: false,
  // `npm run check` compiles every layer with its own rules; a second, laxer pass would only make the first start slower.
  typescript: { ignoreBuildErrors: true },
  // Named after the sources, so that the same sources give the same site on every machine.
  generateBuildId: () => sources,
  env: { NEXT_PUBLIC_BUILD_HASH: sources },
};
