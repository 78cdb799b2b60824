/** Progress on the screen, and a report for `npm test` where it asks for one. */
export const reporter: ["list" | "json"][] =
  process.env["PLAYWRIGHT_JSON_OUTPUT_NAME"] === undefined ? [["list"]] : [["list"], ["json"]];
