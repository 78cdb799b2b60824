import type { CDPSession, Page } from "playwright/test";
import type { Person } from "./people.ts";

/** A device that keeps a person's passkeys, as the browser's own tools pretend it to their tab. */
export class Authenticator {
  readonly #devtools: CDPSession;
  readonly #id: string;

  private constructor(devtools: CDPSession, id: string) {
    this.#devtools = devtools;
    this.#id = id;
  }

  /**
   * A device with no passkey on it yet: whoever uses it is taken for its owner.
   * @param derivesKeys whether its passkeys can unlock data, which not every device's can
   */
  static async of({ context, page }: Person, derivesKeys = true): Promise<Authenticator> {
    const devtools = await context.newCDPSession(page);
    await devtools.send("WebAuthn.enable");
    const { authenticatorId } = await devtools.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        protocol: "ctap2",
        ctap2Version: "ctap2_1",
        transport: "internal",
        hasResidentKey: true,
        hasUserVerification: true,
        hasPrf: derivesKeys,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    return new Authenticator(devtools, authenticatorId);
  }

  /** Takes the device away. */
  async remove(): Promise<void> {
    await this.#devtools.send("WebAuthn.removeVirtualAuthenticator", { authenticatorId: this.#id });
    await this.#devtools.detach();
  }
}

/** Closes the next prompt for a passkey unanswered. What the browser then says it says of every other failure too. */
export function closeNextPrompt(page: Page): Promise<void> {
  return page.evaluate(() => {
    const { credentials } = navigator;
    const closed = () => {
      Reflect.deleteProperty(credentials, "get");
      return Promise.reject(new DOMException("The operation was not allowed.", "NotAllowedError"));
    };
    Object.defineProperty(credentials, "get", { configurable: true, value: closed });
  });
}
