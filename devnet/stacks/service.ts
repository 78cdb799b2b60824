import { join } from "node:path";
import type { BurnListener } from "../burn.ts";
import { StacksChain } from "./chain.ts";
import { extendedApi } from "./extended.ts";
import { text, type Handler } from "./http.ts";
import { Journal } from "./journal.ts";
import { nodeRpc } from "./rpc.ts";

/** How a Stacks devnet is started. */
export interface StacksChainOptions {
  /** Folder of its journal; made where missing. */
  readonly dataDir: string;
  /** Whether transactions are mined as they come (the default), or only with each Bitcoin block. */
  readonly instant?: boolean;
}

/** A running Stacks devnet. Sockets are the caller's: `handle` answers requests, null where a path is not served. */
export interface StacksDevnet {
  /** Where the Bitcoin chain beside it reports, for example through `follow`. */
  readonly burn: BurnListener;
  readonly chain: StacksChain;
  readonly handle: Handler;
  /** Forgets everything, on disk too; the Bitcoin chain has to tell its blocks anew. */
  readonly reset: () => Promise<void>;
  /** Finishes what was asked for and closes the journal. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts the Stacks chain where its journal left it.
 * @throws Error in one sentence where the simulator is not installed or the journal is damaged
 */
export async function startStacksChain(options: StacksChainOptions): Promise<StacksDevnet> {
  const journal = new Journal(join(options.dataDir, "stacks.jsonl"));
  const { instant = true } = options;
  const chainOptions = { instant, onEntry: journal.append.bind(journal) };
  try {
    const chain = await StacksChain.start(chainOptions, journal.read());
    const handlers = [nodeRpc(chain), extendedApi(chain)];
    return {
      burn: chain,
      chain,
      async handle(request) {
        try {
          for (const handler of handlers) {
            const answer = await handler(request);
            if (answer !== null) return answer;
          }
          return null;
        } catch (error) {
          console.error("the simulator broke while answering", request.method, request.path, error);
          await chain.repair();
          return text("the simulator could not answer this and was started again", 500);
        }
      },
      async reset() {
        await chain.reset(() => journal.reset());
      },
      async stop() {
        await chain.stop();
        journal.close();
      },
    };
  } catch (error) {
    journal.close();
    throw error;
  }
}
