import { z } from "zod";

// The page's content policy forbids making code from text, which the parser would try for speed and be refused. This has
// to run before the first schema is made, so it is the first import of the page.
z.config({ jitless: true });
