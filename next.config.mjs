// The site is a static export: the relay serves it, so there is one process and no server-side rendering to trust.
/** @type {import("next").NextConfig} */
export default {
  output: "export",
  trailingSlash: false,
  reactStrictMode: true,
  productionBrowserSourceMaps: false,
  poweredByHeader: false,
  images: { unoptimized: true },
  devIndicators: false,
};
