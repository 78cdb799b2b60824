import { afterEach, describe, expect, test } from "vitest";
import { RawConnection, startInProcess, type InProcessRelay } from "../../test/relay/in-process.ts";
import { credentialsOf, makeFrame, makeGroup, makeLobby, makePerson } from "../../test/relay/people.ts";
import { encodeBatch } from "../../lib/wire/relay/batch.ts";
import type { Settings } from "../config/keys.ts";

const open: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function relayWith(change: Partial<Settings> = {}): Promise<InProcessRelay> {
  const relay = await startInProcess(change);
  open.push(() => relay.close());
  return relay;
}

function connect(relay: InProcessRelay, origin?: string): RawConnection {
  const connection = new RawConnection(relay.url, origin === undefined ? {} : { origin });
  open.push(() => connection.close());
  return connection;
}

const [ann, bob, eve, lobby] = [makePerson(), makePerson(), makePerson(), makePerson()];
const accepted = { ok: true, log: expect.stringMatching(/^[0-9a-f]{16}$/) as string };
const refused = (code: string) => ({ ok: false, code, sentence: expect.any(String) as string });

describe("login to a group", () => {
  test("a member with the coordinator's statement gets in, and later without it", async () => {
    const relay = await relayWith();
    const room = await makeGroup(ann, [ann, bob]);
    expect(await connect(relay).logIn(credentialsOf(bob, room))).toMatchObject(accepted);
    const { room: id, identity, sign } = credentialsOf(ann, room);
    expect(await connect(relay).logIn({ room: id, identity, sign })).toMatchObject(accepted);
  });

  test("nobody gets in who is not in the roster, or signs for someone else", async () => {
    const relay = await relayWith();
    const room = await makeGroup(ann, [ann, bob]);
    expect(await connect(relay).logIn(credentialsOf(eve, room))).toMatchObject(refused("not-a-member"));
    const asBob = { ...credentialsOf(bob, room), sign: eve.sign };
    expect(await connect(relay).logIn(asBob)).toMatchObject(refused("bad-signature"));
  });

  test("a room nobody opened here is unknown, and only its coordinator's signature opens it", async () => {
    const relay = await relayWith();
    const room = await makeGroup(ann, [ann, bob]);
    const { room: id, identity, sign } = credentialsOf(ann, room);
    expect(await connect(relay).logIn({ room: id, identity, sign })).toMatchObject(refused("unknown-room"));
    const forged = room.statement.slice();
    forged[forged.length - 1]! ^= 1;
    const withForged = { ...credentialsOf(ann, room), statement: forged };
    expect(await connect(relay).logIn(withForged)).toMatchObject(refused("bad-statement"));
    const other = await makeGroup(eve, [eve, ann], 1, room.subject);
    const withOther = { ...credentialsOf(ann, room), statement: other.statement };
    expect(await connect(relay).logIn(withOther)).toMatchObject(refused("bad-statement"));
  });

  test("a login made for another relay is worthless here", async () => {
    const relay = await relayWith();
    const room = await makeGroup(ann, [ann, bob]);
    const answer = await connect(relay).logIn(credentialsOf(ann, room), undefined, "https://other.example");
    expect(answer).toMatchObject(refused("bad-signature"));
  });

  test("a login for this relay's public name is accepted, whatever address was dialled", async () => {
    const relay = await relayWith({ public_url: "https://relay.example" });
    const room = await makeGroup(ann, [ann, bob]);
    const login = (origin?: string) => connect(relay).logIn(credentialsOf(ann, room), undefined, origin);
    expect(await login("https://relay.example")).toMatchObject(accepted);
    expect(await login()).toMatchObject(refused("bad-signature"));
  });

  test("a challenge is good for one login, on its own connection, for a short time", async () => {
    const relay = await relayWith();
    const room = await makeGroup(ann, [ann, bob]);
    const first = connect(relay);
    let copy = new Uint8Array(0);
    await first.logIn(credentialsOf(ann, room), (bytes) => {
      copy = bytes.slice();
      return bytes;
    });
    expect(await first.ask("login", copy)).toMatchObject(refused("already-logged-in"));
    const second = connect(relay);
    await second.challenge();
    expect(await second.ask("login", copy)).toMatchObject(refused("bad-signature"));
    expect(await second.closed).toBe("io server disconnect");
    const third = connect(relay);
    await third.challenge();
    relay.advance(60_000);
    expect(await third.logIn(credentialsOf(ann, room))).toMatchObject(refused("challenge-used"));
  });

  test("a connection that does not log in is closed, with the reason", async () => {
    const relay = await relayWith({ "limits.login_seconds": 1 });
    const connection = connect(relay);
    expect(await connection.refused).toMatchObject({ code: "login-timeout" });
    await connection.closed;
  });

  test("nothing but a login is answered before it", async () => {
    const connection = connect(await relayWith());
    await connection.challenge();
    for (const event of ["post", "sync", "ack", "statement"])
      expect(await connection.ask(event, 1)).toMatchObject(refused("not-logged-in"));
  });

  test("a second connection of the same identity ends the first, with the reason", async () => {
    const relay = await relayWith();
    const room = await makeGroup(ann, [ann, bob]);
    const first = connect(relay);
    await first.logIn(credentialsOf(ann, room));
    expect(await connect(relay).logIn(credentialsOf(ann, room))).toMatchObject(accepted);
    expect(await first.refused).toMatchObject({ code: "superseded" });
    expect(await first.closed).toBe("io server disconnect");
  });
});

describe("roster versions", () => {
  test("a newer one counts: who is new gets in, who is gone is put out, an older one changes nothing", async () => {
    const relay = await relayWith();
    const first = await makeGroup(ann, [ann, bob]);
    const second = await makeGroup(ann, [ann, eve], 2, first.subject);
    const bobs = connect(relay);
    await bobs.logIn(credentialsOf(bob, first));
    const anns = connect(relay);
    await anns.logIn(credentialsOf(ann, first));
    expect(await anns.ask("statement", second.statement)).toEqual({ ok: true });
    expect(await bobs.refused).toMatchObject({ code: "not-a-member" });
    expect(await anns.ask("statement", first.statement)).toMatchObject(refused("stale-statement"));
    expect(await connect(relay).logIn(credentialsOf(eve, second))).toMatchObject(accepted);
    expect(await connect(relay).logIn(credentialsOf(bob, first))).toMatchObject(refused("not-a-member"));
    expect(await connect(relay).logIn(credentialsOf(ann, first))).toMatchObject(accepted);
  });

  test("another one with the same version is a conflict", async () => {
    const relay = await relayWith();
    const first = await makeGroup(ann, [ann, bob]);
    const other = await makeGroup(ann, [ann, eve], 1, first.subject);
    const connection = connect(relay);
    await connection.logIn(credentialsOf(ann, first));
    expect(await connection.ask("statement", other.statement)).toMatchObject(refused("statement-conflict"));
    expect(await connection.ask("statement", first.statement)).toEqual({ ok: true });
  });
});

describe("login to a lobby", () => {
  test("whoever proves the secret gets in under an identity of their own; who does not stays out", async () => {
    const relay = await relayWith();
    const room = await makeLobby(ann, lobby.identity);
    expect(await connect(relay).logIn(credentialsOf(ann, room, lobby))).toMatchObject(accepted);
    expect(await connect(relay).logIn(credentialsOf(eve, room, lobby))).toMatchObject(accepted);
    expect(await connect(relay).logIn(credentialsOf(bob, room))).toMatchObject(refused("bad-signature"));
    expect(await connect(relay).logIn(credentialsOf(bob, room, eve))).toMatchObject(refused("bad-signature"));
  });

  test("the lobby key alone is nobody: it cannot speak as someone else", async () => {
    const relay = await relayWith();
    const room = await makeLobby(ann, lobby.identity);
    const asBob = { ...credentialsOf(bob, room, lobby), sign: lobby.sign };
    expect(await connect(relay).logIn(asBob)).toMatchObject(refused("bad-signature"));
  });

  test("a lobby carries lobby messages only, and a message waits for a coordinator who is away", async () => {
    const relay = await relayWith();
    const room = await makeLobby(ann, lobby.identity);
    const connection = connect(relay);
    await connection.logIn(credentialsOf(bob, room, lobby));
    const common = { subject: room.subject, from: bob.identity, to: ann.identity };
    const posted = await connection.ask(
      "post",
      encodeBatch([makeFrame(common), makeFrame({ ...common, kind: 0x01 })]),
      0,
    );
    expect(posted).toMatchObject({
      ok: true,
      results: [{ seq: 1, duplicate: false }, { code: "wrong-kind" }],
    });
  });

  test("a lobby has room for a limited number of people", async () => {
    const relay = await relayWith({ "limits.members_per_room": 2 });
    const room = await makeLobby(ann, lobby.identity);
    await connect(relay).logIn(credentialsOf(bob, room, lobby));
    expect(await connect(relay).logIn(credentialsOf(eve, room, lobby))).toMatchObject(
      refused("too-many-members"),
    );
    expect(await connect(relay).logIn(credentialsOf(ann, room, lobby))).toMatchObject(accepted);
  });
});

describe("sites", () => {
  test("only pages of allowed origins get a connection", async () => {
    const relay = await relayWith({ "site.allowed_origins": ["https://site.example"] });
    const room = await makeGroup(ann, [ann, bob]);
    const foreign = connect(relay, "https://evil.example");
    expect(await foreign.closed).toMatch(/./);
    expect(foreign.socket.connected).toBe(false);
    const allowed = connect(relay, "https://site.example");
    expect(await allowed.logIn(credentialsOf(ann, room))).toMatchObject(accepted);
    expect(await connect(relay, relay.url).logIn(credentialsOf(bob, room))).toMatchObject(accepted);
  });
});
