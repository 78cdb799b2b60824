import { z } from "zod";

// Zod tries `new Function` when a schema is made. The site's policy forbids it: harmless, but the browser reports each
// try. Whoever makes schemas that a page loads takes `z` from here, so that this runs first.
z.config({ jitless: true });

export { z };
