import { describe, expect, it } from "vitest";
import type { Answer, Draft } from "../src/editor/api";
import { setDesk } from "../src/editor/commands";
import { readDoc, type Doc } from "../src/editor/model";
import { Saver, type Saves, type Shelf } from "../src/editor/saving";

const FIRST: Doc = readDoc({ layout: { desk_cm: null, surfaces: [], zones: [], relations: [], policies: [], around: [] }, still: null, corners_px: [] });

/** A server that counts revisions as the real one does, and can be cut off. */
class Server implements Saves {
  revision = 0;
  connected = true;
  document: Doc = FIRST;
  asked = 0;

  async save(revision: number, _base: number | null, document: Doc): Promise<Answer<Draft> | null> {
    this.asked += 1;
    await Promise.resolve();
    if (!this.connected) return null;
    if (revision !== this.revision) {
      return { trouble: { code: "layout.draft_conflict", message: "", next_step: "", facts: { saved_by: "B", saved_at: "10:32" } } };
    }
    this.revision += 1;
    this.document = document;
    return { value: this.draft() };
  }

  draft(): Draft {
    const updated_at = this.revision === 0 ? null : "2026-11-22T10:32:00Z";
    return { revision: this.revision, base_version: null, approved_version: null, document: this.document, author: null, updated_at, time_zone: "UTC" };
  }
}

class Drawer implements Shelf {
  readonly values = new Map<string, string>();
  getItem = (key: string): string | null => this.values.get(key) ?? null;
  setItem = (key: string, value: string): void => void this.values.set(key, value);
  removeItem = (key: string): void => void this.values.delete(key);
}

function page(server: Server, shelf: Drawer): { saver: Saver; draw: (width: number) => void; doc: () => Doc; states: string[] } {
  let doc = server.document;
  const states: string[] = [];
  const saver: Saver = new Saver(server, shelf, "k", server.draft(), () => doc, () => states.push(saver.state.kind));
  const draw = (width: number): void => {
    doc = setDesk(doc, [width, 70]);
    saver.keep();
  };
  return { saver, draw, doc: () => doc, states };
}

describe("saving", () => {
  it("sends what is drawn and lets go of the copy on the device", async () => {
    const [server, shelf] = [new Server(), new Drawer()];
    const { saver, draw, states } = page(server, shelf);
    draw(160);
    expect(shelf.values.size).toBe(1);
    expect(await saver.flush()).toBe(true);
    expect([server.revision, saver.revision, shelf.values.size, saver.dirty]).toEqual([1, 1, 0, false]);
    expect(states).toEqual(["saving", "saved"]);
    expect(await saver.flush()).toBe(true);
    expect(server.asked).toBe(1);
  });

  it("keeps nothing of what was undone before it was sent", async () => {
    const [server, shelf] = [new Server(), new Drawer()];
    const { saver, draw } = page(server, shelf);
    draw(160);
    await saver.flush();
    draw(170);
    expect(shelf.values.size).toBe(1);
    draw(160);
    expect([saver.dirty, shelf.values.size]).toEqual([false, 0]);
    // While something else is under way the copy stays: the server will have that.
    draw(180);
    const sending = saver.flush();
    draw(160);
    expect(shelf.values.size).toBe(1);
    expect(await sending).toBe(true);
    expect([server.document.layout.desk_cm, shelf.values.size]).toEqual([[160, 70], 0]);
  });

  it("sends again what was drawn while it was sending", async () => {
    const server = new Server();
    const { saver, draw } = page(server, new Drawer());
    draw(160);
    const sending = saver.flush();
    draw(170);
    expect(await sending).toBe(true);
    expect(server.document.layout.desk_cm).toEqual([170, 70]);
    expect(server.revision).toBe(2);
  });

  it("keeps the draft on the device while there is no connection, and a later visit finds it", async () => {
    const [server, shelf] = [new Server(), new Drawer()];
    const before = page(server, shelf);
    server.connected = false;
    before.draw(160);
    expect(await before.saver.flush()).toBe(false);
    expect(before.saver.state.kind).toBe("offline");
    const kept = page(server, shelf).saver.kept();
    expect([kept?.revision, kept?.doc.layout.desk_cm]).toEqual([0, [160, 70]]);
    server.connected = true;
    expect(await before.saver.flush()).toBe(true);
    expect(shelf.values.size).toBe(0);
  });

  it("overwrites nobody, and goes on from theirs once it was looked at", async () => {
    const server = new Server();
    const [mine, theirs] = [page(server, new Drawer()), page(server, new Drawer())];
    theirs.draw(150);
    await theirs.saver.flush();
    mine.draw(160);
    expect(await mine.saver.flush()).toBe(false);
    expect([mine.saver.state.kind, mine.saver.trouble?.facts.saved_by]).toEqual(["conflict", "B"]);
    expect(await mine.saver.flush()).toBe(false);
    expect(server.document.layout.desk_cm).toEqual([150, 70]);
    mine.saver.rebase(server.draft());
    expect(await mine.saver.flush()).toBe(true);
    expect([server.revision, server.document.layout.desk_cm]).toEqual([2, [160, 70]]);
  });

  it("knows its own draft again when only the answer was lost", async () => {
    const [server, shelf] = [new Server(), new Drawer()];
    const { saver, draw, doc } = page(server, shelf);
    draw(160);
    server.revision = 1;
    server.document = doc();
    expect(await saver.flush()).toBe(false);
    draw(170);
    expect([saver.state.kind, saver.isOwn(server.document)]).toEqual(["conflict", true]);
    expect(saver.isOwn(setDesk(doc(), [99, 70]))).toBe(false);
    saver.rebase(server.draft());
    expect(await saver.flush()).toBe(true);
    expect([server.revision, server.document.layout.desk_cm]).toEqual([2, [170, 70]]);
  });

  it("keeps what is drawn while it is sending with the revision that comes of it", async () => {
    const [server, shelf] = [new Server(), new Drawer()];
    const { saver, draw } = page(server, shelf);
    draw(160);
    const sending = saver.flush();
    draw(170);
    await Promise.resolve();
    server.connected = true;
    await sending;
    draw(180);
    server.connected = false;
    await saver.flush();
    const later = page(server, shelf);
    const kept = later.saver.kept();
    expect(kept?.revision).toBe(server.revision);
    later.saver.resume(kept!);
    expect(later.saver.revision).toBe(2);
  });

  it("takes what is no draft on the device for nothing", () => {
    const [server, shelf] = [new Server(), new Drawer()];
    shelf.setItem("k", "{");
    expect(page(server, shelf).saver.kept()).toBeNull();
  });
});
