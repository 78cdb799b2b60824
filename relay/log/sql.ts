import type Database from "libsql";

/** Tables of the log. A message keeps its row, emptied, after it was read: a late repeat of it must still be known. */
const schema = `
CREATE TABLE IF NOT EXISTS room (
  room BLOB PRIMARY KEY, coordinator BLOB NOT NULL, statement BLOB NOT NULL, used_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS room_by_coordinator ON room (coordinator);
CREATE TABLE IF NOT EXISTS inbox (
  id INTEGER PRIMARY KEY, room BLOB NOT NULL, recipient BLOB NOT NULL, log TEXT NOT NULL,
  head INTEGER NOT NULL DEFAULT 0, floor INTEGER NOT NULL DEFAULT 0, bytes INTEGER NOT NULL DEFAULT 0,
  cleared INTEGER NOT NULL DEFAULT 0,
  UNIQUE (room, recipient)
);
CREATE TABLE IF NOT EXISTS message (
  inbox INTEGER NOT NULL, seq INTEGER NOT NULL, sender BLOB NOT NULL, msg_id BLOB NOT NULL,
  digest BLOB NOT NULL, at INTEGER NOT NULL, bytes BLOB,
  UNIQUE (inbox, seq), UNIQUE (inbox, sender, msg_id)
);
`;

/**
 * Run when the file is opened. A checkpoint holds up whoever's commit it falls on: small ones, often, take half as long
 * at worst as rare ones of 4000 pages.
 */
export const opening = `
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA wal_autocheckpoint = 1000;
${schema}
`;

/**
 * Every statement the log runs, prepared once. A blob that is the only argument is passed in a list: alone, libsql takes it
 * for named parameters and ends the process.
 */
export function statements(db: Database.Database) {
  return {
    findInbox: db.prepare("SELECT id, log, head, floor, bytes FROM inbox WHERE room = ? AND recipient = ?"),
    createInbox: db.prepare("INSERT INTO inbox (room, recipient, log) VALUES (?, ?, ?)"),
    updateInbox: db.prepare("UPDATE inbox SET head = ?, floor = ?, bytes = ?, log = ? WHERE id = ?"),
    inboxById: db.prepare("SELECT room, recipient FROM inbox WHERE id = ?"),
    findMessage: db.prepare("SELECT seq, digest FROM message WHERE inbox = ? AND sender = ? AND msg_id = ?"),
    insertMessage: db.prepare(
      `INSERT INTO message (inbox, seq, sender, msg_id, digest, at, bytes) VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (inbox, sender, msg_id) DO NOTHING`,
    ),
    readMessages: db.prepare(
      "SELECT bytes FROM message WHERE inbox = ? AND seq >= ? AND bytes IS NOT NULL ORDER BY seq LIMIT ?",
    ),
    sumMessages: db.prepare(
      "SELECT sum(length(bytes)) AS bytes FROM message WHERE inbox = ? AND seq > ? AND seq <= ?",
    ),
    inboxesToClear: db.prepare("SELECT id, floor, cleared FROM inbox WHERE cleared < floor"),
    setCleared: db.prepare("UPDATE inbox SET cleared = ? WHERE id = ?"),
    emptyMessages: db.prepare("UPDATE message SET bytes = NULL WHERE inbox = ? AND seq > ? AND seq <= ?"),
    deleteMessages: db.prepare("DELETE FROM message WHERE inbox = ? AND seq <= ?"),
    inboxesWithOld: db.prepare(
      `SELECT inbox.id AS id FROM inbox JOIN message ON message.inbox = inbox.id AND message.seq =
        (SELECT min(seq) FROM message WHERE inbox = inbox.id) WHERE message.at < ?`,
    ),
    firstYoung: db.prepare("SELECT min(seq) AS seq FROM message WHERE inbox = ? AND at >= ?"),
    newest: db.prepare("SELECT at FROM message ORDER BY rowid DESC LIMIT 1"),
    waiting: db.prepare("SELECT sum(head - floor) AS rows, sum(bytes) AS bytes FROM inbox"),
    oldest: db.prepare(
      `SELECT min(message.at) AS oldest FROM inbox JOIN message ON message.inbox = inbox.id
        AND message.seq = inbox.floor + 1 WHERE inbox.head > inbox.floor`,
    ),
    touchRoom: db.prepare("UPDATE room SET used_at = ? WHERE room = ?"),
    saveRoom: db.prepare(
      `INSERT INTO room (room, coordinator, statement, used_at) VALUES (?, ?, ?, ?)
        ON CONFLICT (room) DO UPDATE SET statement = excluded.statement, used_at = excluded.used_at`,
    ),
    findRoom: db.prepare("SELECT room, coordinator, statement FROM room WHERE room = ?"),
    countRooms: db.prepare("SELECT count(*) AS n FROM room"),
    countRoomsOf: db.prepare("SELECT count(*) AS n FROM room WHERE coordinator = ?"),
    members: db.prepare("SELECT recipient FROM inbox WHERE room = ? ORDER BY id"),
    unusedRooms: db.prepare("SELECT room FROM room WHERE used_at < ?"),
    deleteRoomMessages: db.prepare(
      "DELETE FROM message WHERE inbox IN (SELECT id FROM inbox WHERE room = ?)",
    ),
    deleteRoomInboxes: db.prepare("DELETE FROM inbox WHERE room = ?"),
    deleteRoom: db.prepare("DELETE FROM room WHERE room = ? AND used_at < ?"),
  };
}

export type Statements = ReturnType<typeof statements>;
