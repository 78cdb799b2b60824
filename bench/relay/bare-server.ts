import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server } from "socket.io";

// What Socket.IO alone does: passes a message on to the others in a room and acknowledges it, from memory.
const server = createServer();
const io = new Server(server, { transports: ["websocket"], serveClient: false, perMessageDeflate: false });
io.on("connection", (socket) => {
  void socket.join("room");
  socket.on("post", (bytes: Uint8Array, answer: (result: unknown) => void) => {
    socket.to("room").emit("push", bytes);
    answer({ ok: true });
  });
});
server.listen(0, "127.0.0.1", () => {
  console.log(`Open http://localhost:${(server.address() as AddressInfo).port}`);
});
