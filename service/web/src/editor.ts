/** The layout editor: puts the parts together. Each part knows the store alone. */
import { find } from "./dom";
import { api } from "./editor/api";
import { setCorners, setDesk, ownEdge } from "./editor/commands";
import { ConflictDialog } from "./editor/conflict";
import { DeskTypeChoice, sizedByType } from "./editor/desk_type";
import { countFold, openFolds } from "./editor/folds";
import { showHours } from "./editor/hours";
import { DeskPointer } from "./editor/desk_pointer";
import { DeskView, worldOf } from "./editor/desk_view";
import { deskKeys, historyKeys, pictureKeys } from "./editor/keys";
import { EDGE, outlineOf, readDoc, type Doc } from "./editor/model";
import { LensTool } from "./editor/lens_tool";
import { Pane } from "./editor/pane";
import { deskShare, liesBeyond, pictureWorld } from "./editor/partial";
import { newPolicy, problemList, showPolicies, showRelations, showThings } from "./editor/panels";
import { PictureView } from "./editor/picture_view";
import { PresetDialog } from "./editor/preset_dialog";
import { showActions, showProperties } from "./editor/properties";
import { ProposalPanel } from "./editor/proposal";
import { Saver } from "./editor/saving";
import { start } from "./editor/start";
import { StickerReader } from "./editor/stickers";
import { StillChooser } from "./editor/stills";
import { StillImage } from "./editor/still_image";
import { Store } from "./editor/store";
import { Submission } from "./editor/submission";
import { Toolbar } from "./editor/toolbar";
import { Trial } from "./editor/trial";
import { text } from "./texts";

const SAVE_AFTER_MS = 1200;
/** From this share of the desk on, a picture shows all of it. */
const WHOLE_SHARE = 0.995;
const RETRY_MS = 8000;
/** Corners at the very rim of the picture have to be held too; the desk has its surroundings drawn around it. */
const PICTURE_MARGIN_PX = 24;
const DESK_MARGIN_PX = 6;

const root = find(document, "[data-editor]", HTMLElement);
const part = (name: string): HTMLElement => find(root, `[data-part="${name}"]`, HTMLElement);

/** The still of the document, loaded once a picture; the desk laid flat, computed once a corner. */
class Pictures {
  #loaded = "";
  #flatKey = "";

  constructor(private readonly store: Store, private readonly picture: PictureView, private readonly desk: DeskView, private readonly draw: () => void) {}

  async follow(doc: Doc): Promise<void> {
    const wanted = doc.still?.sha256 ?? "";
    if (wanted === this.#loaded) return;
    this.#loaded = wanted;
    this.picture.still = null;
    if (doc.still !== null) {
      const still = await StillImage.load(doc.still).catch(() => null);
      if (this.#loaded === wanted) this.picture.still = still;
    }
    this.#flatKey = "";
    root.dataset["still"] = this.picture.still === null ? "none" : "shown";
    this.draw();
  }

  lay(): void {
    // Laid flat again when the corner is let go: on a phone it takes longer than a finger's move.
    if (this.picture.holding) return;
    const { doc } = this.store;
    const area = worldOf(this.store);
    const key = JSON.stringify([doc.corners_px, doc.still?.bend, doc.layout.desk_cm, area, this.picture.still === null ? "" : this.#loaded]);
    if (key === this.#flatKey) return;
    this.#flatKey = key;
    this.desk.flat = this.picture.still?.flat(doc, area) ?? null;
  }
}

async function begin(): Promise<void> {
  const answer = await api.read();
  if (answer === null || "trouble" in answer) {
    find(root, "[data-save-state]", HTMLElement).textContent = text("load_failed");
    return;
  }
  const read = readDoc(answer.value.document);
  const first = { ...answer.value, document: answer.value.revision === 0 ? sizedByType(read) : read };
  const store = new Store(first.document);
  const deskBox = part("desk");
  const pictureBox = part("picture");
  const [snap, beyond] = ["snap", "beyond"].map((name) => find(pictureBox, `[data-${name}]`, HTMLInputElement)) as [HTMLInputElement, HTMLInputElement];

  // Panes ask for their views while they are made; both are there before anything is drawn.
  let ready = false;
  const picture: PictureView = new PictureView(store, () => picturePane, find(pictureBox, "[data-loupe]", HTMLCanvasElement), () => snap.checked, () => beyond.checked);
  const picturePane: Pane = new Pane(pictureBox, PICTURE_MARGIN_PX, picture, () => ready && picture.draw());
  const pointer: DeskPointer = new DeskPointer(store, () => desk, () => deskPane);
  const deskPane: Pane = new Pane(deskBox, DESK_MARGIN_PX, pointer, () => ready && desk.draw());
  const desk: DeskView = new DeskView(store, deskPane);

  const saver = new Saver(api, window.localStorage, `deskcheck.draft.${start.user}.${start.window}`, first, () => store.own, () => show());
  const conflict = new ConflictDialog(store, saver);
  const toolbar = new Toolbar(root, store, pointer);
  const submission = new Submission(root, store, saver);
  const deskType = new DeskTypeChoice(pictureBox, store);
  new PresetDialog(root, store);
  const proposal = new ProposalPanel(root, store, first.time_zone);
  new Trial(root, submission, first.time_zone);
  const stickers = new StickerReader(pictureBox, store);
  const stills = new StillChooser(pictureBox, store, stickers);
  new LensTool(pictureBox, store);
  const pictures = new Pictures(store, picture, desk, () => show());
  const [width, depth] = ["width", "depth"].map((name) => find(pictureBox, `[data-desk-${name}]`, HTMLInputElement)) as [
    HTMLInputElement,
    HTMLInputElement,
  ];

  function sizes(): void {
    const typed = [width.valueAsNumber, depth.valueAsNumber].map((side) => (Number.isFinite(side) ? side : 0));
    store.change(setDesk(store.doc, width.value === "" && depth.value === "" ? null : [typed[0]!, typed[1]!]), "desk");
  }

  beyond.addEventListener("change", () => show());

  function cornerChips(): void {
    for (const chip of pictureBox.querySelectorAll<HTMLButtonElement>("[data-corner]")) {
      const index = Number(chip.dataset["corner"]);
      const at = store.doc.corners_px[index];
      chip.disabled = at === undefined;
      chip.setAttribute("aria-pressed", String(store.corner === index));
      chip.classList.toggle("is-next", index === store.doc.corners_px.length);
      find(chip, "[data-corner-at]", HTMLElement).textContent = at === undefined ? "" : `${Math.round(at[0])}, ${Math.round(at[1])}`;
    }
    const { corners_px: corners, still, layout } = store.doc;
    const next = corners.length;
    const share = still === null ? null : deskShare(corners, layout.desk_cm, still.image_wh, still.bend);
    const done = share !== null && share < WHOLE_SHARE ? text("corners_part", { share: Math.round(100 * share) }) : text("corners_done");
    find(pictureBox, "[data-corner-status]", HTMLElement).textContent =
      still === null ? text("corner_no_still") : next < 4 ? text(`corner_next_${next}`) : done;
  }

  function show(): void {
    const { doc } = store;
    void pictures.follow(doc);
    if (doc.still !== null) {
      beyond.checked ||= liesBeyond(doc.corners_px, doc.still.image_wh);
      picturePane.setWorld(pictureWorld(doc.still.image_wh, beyond.checked));
    }
    if (!pointer.busy) {
      deskPane.setWorld(worldOf(store));
      pictures.lay();
    }
    picture.draw();
    desk.draw();
    const problems = store.problems();
    for (const [input, side] of [[width, doc.layout.desk_cm?.[0]], [depth, doc.layout.desk_cm?.[1]]] as const) {
      if (document.activeElement !== input) input.value = side === undefined || side === 0 ? "" : String(side);
    }
    // What is not done yet is no mistake: the hints say it.
    const made = problems.filter((one) => one.code !== "corners_too_few" && one.code !== "desk_unknown");
    find(pictureBox, "[data-problems-desk]", HTMLElement).replaceChildren(...[problemList(made, "desk")].filter((one) => one !== null));
    find(pictureBox, "[data-problems-corners]", HTMLElement).replaceChildren(
      ...[problemList(made, "corners")].filter((one) => one !== null),
    );
    cornerChips();
    deskType.show();
    stills.show();
    proposal.show();
    stickers.show();
    showThings(store, find(root, "[data-things]", HTMLElement));
    showRelations(store, find(root, "[data-relations]", HTMLElement));
    showPolicies(store, find(root, "[data-policies]", HTMLElement));
    showProperties(store, find(root, "[data-properties]", HTMLElement));
    showActions(store, find(root, "[data-chosen-tools]", HTMLElement));
    showHours(store, find(root, "[data-hours]", HTMLElement), find(root, "[data-hours-line]", HTMLElement), first.time_zone);
    countFold(part("relations") as HTMLDetailsElement, doc.layout.relations.length);
    countFold(part("policies") as HTMLDetailsElement, doc.layout.policies.length);
    toolbar.show();
    submission.show(first.base_version, first.approved_version);
    root.classList.toggle("is-looking", store.looking);
    if (saver.state.kind === "conflict" && !conflict.isOpen) void conflict.open(saver.base, store.own);
  }

  let timer = 0;
  store.listen(() => {
    saver.keep();
    window.clearTimeout(timer);
    if (saver.dirty && !store.looking) timer = window.setTimeout(() => void saver.flush(), SAVE_AFTER_MS);
    show();
  });
  window.addEventListener("online", () => void saver.flush());
  window.setInterval(() => saver.state.kind === "offline" && void saver.flush(), RETRY_MS);

  width.addEventListener("input", sizes);
  depth.addEventListener("input", sizes);
  for (const chip of pictureBox.querySelectorAll<HTMLButtonElement>("[data-corner]")) {
    chip.addEventListener("click", () => store.selectCorner(Number(chip.dataset["corner"])));
  }
  find(pictureBox, "[data-corners-clear]", HTMLButtonElement).addEventListener("click", () => store.change(setCorners(store.doc, [])));
  find(root, "[data-new-policy]", HTMLButtonElement).addEventListener("click", () => newPolicy(store));
  find(root, "[data-own-edge]", HTMLButtonElement).addEventListener("click", () => {
    if (outlineOf(store.doc, EDGE).length === 0) store.change(ownEdge(store.doc));
    if (outlineOf(store.doc, EDGE).length > 0) store.select(EDGE);
  });
  historyKeys(store);
  pictureKeys(pictureBox, store, picture);
  deskKeys(deskBox, store, pointer);

  ready = true;
  openFolds(root);
  show();
  root.dataset["ready"] = "yes";
  await takeUp(store, saver);
}

/** Take up what an earlier visit could not save; if somebody saved since, the server says so and the page asks. */
async function takeUp(store: Store, saver: Saver): Promise<void> {
  const kept = saver.kept();
  if (kept === null) return;
  saver.resume({ ...kept, base: readDoc(kept.base), doc: readDoc(kept.doc) });
  store.change(readDoc(kept.doc));
  await saver.flush();
}

void begin();
