/** First 16 hex characters of the hash of the sources this page was built from; `development` where it was not built. */
export const buildHash: string = process.env.NEXT_PUBLIC_BUILD_HASH ?? "development";
