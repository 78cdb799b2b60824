import { spawn } from "node:child_process";
import { createServer, request, type IncomingMessage } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { resolve } from "node:path";
import { loadSettings } from "../relay/config/load.ts";
import { start } from "../relay/start.ts";
import { reportFailure } from "../relay/user-error.ts";
import { root, tool } from "./run/command.ts";

// `npm run dev`: pages with hot reload, and a relay, under one origin. Requests for the relay go to it, all others to Next.

const forRelay = /^\/(socket\.io|api|healthz|readyz|metrics)(\/|\?|$)/;

function freePort(): Promise<number> {
  return new Promise((done) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => done(port));
    });
  });
}

try {
  const settings = loadSettings(resolve("hoarfrost.toml"), process.env);
  const publicUrl = settings.public_url === "" ? `http://localhost:${settings.port}` : settings.public_url;
  const relaySettings = { ...settings, host: "127.0.0.1", port: 0, public_url: publicUrl };
  const relay = await start({ settings: relaySettings, root, build: null });
  const nextPort = await freePort();
  const next = spawn(
    process.execPath,
    [tool("next/dist/bin/next"), "dev", "--hostname", "127.0.0.1", "--port", String(nextPort)],
    { cwd: root, stdio: "inherit", env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1" } },
  );
  const portFor = (incoming: IncomingMessage) => (forRelay.test(incoming.url ?? "") ? relay.port : nextPort);

  const server = createServer((incoming, response) => {
    const { method, url, headers } = incoming;
    const onward = request(
      { host: "127.0.0.1", port: portFor(incoming), method, path: url, headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on("error", () =>
      response.writeHead(502).end("The page server is still starting: reload in a moment.\n"),
    );
    incoming.pipe(onward);
  });
  server.on("upgrade", (incoming: IncomingMessage, socket, head) => {
    const onward = connect(portFor(incoming), "127.0.0.1", () => {
      const lines = incoming.rawHeaders.flatMap((name, index, all) =>
        index % 2 === 0 ? [`${name}: ${all[index + 1] ?? ""}`] : [],
      );
      onward.write(
        `${incoming.method ?? "GET"} ${incoming.url ?? "/"} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`,
      );
      onward.write(head);
      socket.pipe(onward).pipe(socket);
    });
    onward.on("error", () => socket.destroy());
    socket.on("error", () => onward.destroy());
  });
  server.on("error", (error) => {
    next.kill();
    process.exit(reportFailure(error, console.error));
  });
  server.listen(settings.port, settings.host, () => console.log(`Open ${publicUrl}`));
  const stop = () => {
    next.kill();
    void relay.stop().then(() => process.exit(0));
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
} catch (error) {
  process.exitCode = reportFailure(error, console.error);
}
