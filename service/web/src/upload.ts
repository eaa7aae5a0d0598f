/** The upload page: preview, advice about the picture, the desk's corners, sending with progress. */
import { CornerEditor } from "./corners";
import { find } from "./dom";
import { cornerProblem, cornersText, deskCorners, type Corners, type Side } from "./geometry";
import { greyOf, hintsFor, lookSize } from "./quality";
import { text } from "./texts";

const form = document.querySelector<HTMLFormElement>("form[data-upload]");
if (form !== null) start(form);

function start(form: HTMLFormElement): void {
  const input = find(form, "input[type=file]", HTMLInputElement);
  const workbench = find(form, "[data-preview]", HTMLElement);
  const image = find(workbench, "img", HTMLImageElement);
  const notes = find(form, "[data-hints]", HTMLElement);
  const cornersField = find(form, "input[name=corners_px]", HTMLInputElement);
  const cornersError = find(form, "[data-corner-error]", HTMLElement);
  const editor = new CornerEditor(workbench, () => {
    cornersError.hidden = true;
    form.classList.toggle("corners-complete", editor.points.length === 4);
  });

  input.addEventListener("change", () => void showPhoto());
  form.addEventListener("change", showWorkbench);
  rememberSide(form);
  showWorkbench();
  form.querySelector("[data-album]")?.addEventListener("click", () => {
    input.removeAttribute("capture");
    input.click();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (writeCorners()) send(form);
  });

  async function showPhoto(): Promise<void> {
    const file = input.files?.[0];
    showError("");
    workbench.hidden = true;
    notes.replaceChildren();
    if (file === undefined) return;
    form.classList.add("photo-chosen");
    chooseView(file.name);
    if (image.src.startsWith("blob:")) URL.revokeObjectURL(image.src);
    image.src = URL.createObjectURL(file);
    try {
      await image.decode();
    } catch {
      // HEIC on most browsers: the server can read it, the preview cannot.
      notes.append(note(text("no_preview")));
      return;
    }
    workbench.hidden = false;
    editor.clear();
    for (const hint of look(image)) notes.append(note(text(`hint_${hint}`)));
    if (notes.childElementCount === 0) notes.append(note(text("hint_good"), "upload-note-good"));
  }

  /** A saved view finds the desk by itself; the corners are for photos from elsewhere. */
  function tapping(): boolean {
    const chosen = form.querySelector<HTMLInputElement>("input[name=view]:checked");
    return chosen === null || chosen.value === "";
  }

  /** A photo that a view of this window was made from is known by its name. */
  function chooseView(fileName: string): void {
    const named = [...form.querySelectorAll<HTMLInputElement>("input[name=view]")].find((one) => one.value === fileName);
    if (named === undefined) return;
    named.checked = true;
    showWorkbench();
  }

  function showWorkbench(): void {
    workbench.classList.toggle("is-tapping", tapping());
  }

  function writeCorners(): boolean {
    const points = editor.points;
    cornersField.value = "";
    if (workbench.hidden || !tapping()) return true;
    const problem = cornerProblem(points, editor.photoSize);
    if (problem !== null) {
      cornersError.textContent = text(`corners_${problem}`);
      cornersError.hidden = false;
      workbench.scrollIntoView({ block: "center" });
      return false;
    }
    const side = form.querySelector<HTMLInputElement>("input[name=side]:checked")?.value === "staff" ? "staff" : "public";
    cornersField.value = cornersText(deskCorners(points as unknown as Corners, side satisfies Side));
    return true;
  }
}

/** People stand on the same side all day: the last choice of this device is the next one's start. */
function rememberSide(form: HTMLFormElement): void {
  const sides = [...form.querySelectorAll<HTMLInputElement>("input[name=side]")];
  const last = localStorage.getItem("deskcheck-side");
  for (const side of sides) {
    if (side.value === last) side.checked = true;
    side.addEventListener("change", () => localStorage.setItem("deskcheck-side", side.value));
  }
}

function look(image: HTMLImageElement): ReturnType<typeof hintsFor> {
  const { width, height } = lookSize(image.naturalWidth, image.naturalHeight);
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (context === null) return [];
  context.drawImage(image, 0, 0, width, height);
  return hintsFor(greyOf(context.getImageData(0, 0, width, height).data, width, height));
}

function note(words: string, kind = "upload-note-advice"): HTMLElement {
  const line = document.createElement("p");
  line.className = `upload-note ${kind}`;
  line.textContent = words;
  return line;
}

function showError(words: string): void {
  const place = document.querySelector<HTMLElement>("[data-upload-error]");
  if (place === null) return;
  place.textContent = words;
  place.hidden = words === "";
}

/** Send with XMLHttpRequest: fetch still cannot tell how much of a body has left. */
function send(form: HTMLFormElement): void {
  const request = new XMLHttpRequest();
  const progress = find(form, "progress", HTMLProgressElement);
  const words = find(form, "[data-progress-text]", HTMLElement);
  const button = find(form, "button[type=submit]", HTMLButtonElement);
  const busy = (is: boolean): void => {
    form.classList.toggle("is-sending", is);
    button.disabled = is;
  };
  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    progress.value = event.loaded / event.total;
    words.textContent = text("sending", { percent: Math.round((100 * event.loaded) / event.total) });
  });
  request.upload.addEventListener("load", () => {
    progress.removeAttribute("value");
    words.textContent = text("judging");
  });
  request.addEventListener("load", () => {
    if (request.status < 400) {
      location.assign(request.responseURL);
      return;
    }
    busy(false);
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    const answer = page.querySelector("[data-upload-error], [data-error-sentence]");
    showError(answer?.textContent?.trim() || text("send_failed"));
    document.querySelector<HTMLElement>("[data-upload-error]")?.focus();
  });
  request.addEventListener("error", () => {
    busy(false);
    showError(text("send_failed"));
    document.querySelector<HTMLElement>("[data-upload-error]")?.focus();
  });
  busy(true);
  progress.value = 0;
  request.open("POST", form.action);
  request.send(new FormData(form));
}
