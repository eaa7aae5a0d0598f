/** "Apply a preset": shows what it does beside the present decisions, then does it as one step. */
import { find } from "../dom";
import type { Policy } from "./model";
import { applyPreset, type Applied, type Preset, type PresetDecision } from "./presets";
import type { Words } from "./words";
import { el, icon, itemName, option, relationName, start, surfaceName } from "./start";
import type { Store } from "./store";
import { text } from "../texts";

async function load(): Promise<readonly Preset[] | null> {
  try {
    const answer = await fetch("/api/v1/policy-presets", { headers: { "Accept-Language": start.language }, credentials: "same-origin" });
    return answer.ok ? ((await answer.json()) as Preset[]) : null;
  } catch {
    return null;
  }
}

/** Written out: styles that no file names are left out of the page's. */
const LINE = {
  added: "preset-added", changed: "preset-changed", kept: "preset-kept", waiting: "preset-waiting", removed: "preset-removed",
} as const;

const inLanguage = (words: Words): string => words[start.language];

export class PresetDialog {
  readonly #dialog: HTMLDialogElement;
  readonly #choice: HTMLSelectElement;
  readonly #shown: HTMLElement;
  readonly #apply: HTMLButtonElement;
  readonly #store: Store;
  #presets: readonly Preset[] = [];

  constructor(root: HTMLElement, store: Store) {
    this.#store = store;
    this.#dialog = find(root, "[data-presets]", HTMLDialogElement);
    this.#choice = find(this.#dialog, "[data-preset]", HTMLSelectElement);
    this.#shown = find(this.#dialog, "[data-preset-shown]", HTMLElement);
    this.#apply = find(this.#dialog, "[data-preset-apply]", HTMLButtonElement);
    find(root, "[data-open-presets]", HTMLButtonElement).addEventListener("click", () => void this.#open());
    find(this.#dialog, "[data-preset-close]", HTMLButtonElement).addEventListener("click", () => this.#dialog.close());
    this.#choice.addEventListener("change", () => this.#show());
    this.#apply.addEventListener("click", () => this.#do());
  }

  async #open(): Promise<void> {
    if (this.#store.looking) return;
    if (this.#presets.length === 0) this.#presets = (await load()) ?? [];
    this.#choice.replaceChildren(...this.#presets.map((one) => option(one.id, inLanguage(one.name), false)));
    this.#show();
    this.#dialog.showModal();
  }

  #chosen(): Preset | undefined {
    return this.#presets.find((one) => one.id === this.#choice.value);
  }

  #do(): void {
    const preset = this.#chosen();
    if (preset === undefined) return;
    this.#store.pause();
    this.#store.change(applyPreset(this.#store.doc, preset).doc);
    this.#store.pause();
    this.#dialog.close();
  }

  #show(): void {
    const preset = this.#chosen();
    this.#apply.disabled = preset === undefined;
    if (preset === undefined) {
      this.#shown.replaceChildren(el("p", { class: "field-error" }, [text("presets_lost")]));
      return;
    }
    const applied = applyPreset(this.#store.doc, preset);
    const nothing = applied.steps.every((one) => one.kind === "kept") && applied.removed.length + applied.relations.length === 0;
    this.#apply.disabled = nothing;
    this.#shown.replaceChildren(
      el("p", { class: "muted" }, [inLanguage(preset.document)]),
      ...(nothing ? [el("p", {}, [text("preset_nothing")])] : []),
      ...this.#warnings(applied),
      el("ul", { class: "preset-decisions" }, preset.decisions.map((one) => this.#decision(one, applied))),
      el("h3", { class: "preset-title" }, [text("preset_open")]),
      el("ul", { class: "preset-open" }, preset.left_open.map((one) => el("li", {}, [el("b", {}, [this.#source(one.source)]), ` ${inLanguage(one.words)}`]))),
    );
    this.#shown.scrollTop = 0;
  }

  #source(source: string): string {
    return source === "published" ? text("preset_published") : source;
  }

  #name(policy: Policy): string {
    const kind = this.#store.doc.layout.surfaces.find((one) => one.id === policy.surface)?.kind;
    return text("preset_policy", {
      item: itemName(policy.item), where: kind === undefined ? text("everywhere") : surfaceName(kind), decision: text(`policy_${policy.kind}`),
    });
  }

  #decision(decision: PresetDecision, applied: Applied): HTMLElement {
    const steps = applied.steps.filter((one) => one.source === decision.source && decision.policies.some((two) => two.item === one.policy.item));
    const lines = steps.map((one) => {
      const was = one.kind === "changed" && one.before !== null ? ` (${text("preset_was", { decision: text(`policy_${one.before.kind}`) })})` : "";
      return this.#line(one.kind, `${this.#name(one.policy)}${was}`);
    });
    for (const one of decision.relations) {
      const fresh = applied.relations.find((made) => made.item === one.item && made.anchor === one.anchor);
      lines.push(this.#line(fresh === undefined ? "kept" : "added", relationName(fresh ?? { id: "", ...one })));
    }
    const lacking = applied.waiting.filter((one) => one.source === decision.source);
    for (const kind of decision.surfaces) {
      if (!lacking.some((one) => one.surface === kind)) lines.push(this.#line("kept", text("preset_looked_at", { surface: surfaceName(kind) })));
    }
    for (const one of lacking) lines.push(this.#line("waiting", text("preset_waits", { surface: surfaceName(one.surface) })));
    return el("li", {}, [el("p", {}, [el("b", {}, [this.#source(decision.source)]), ` ${inLanguage(decision.words)}`]), el("ul", {}, lines)]);
  }

  #line(kind: keyof typeof LINE, words: string): HTMLElement {
    return el("li", { class: LINE[kind], "data-preset-line": kind }, [el("span", { class: "preset-mark" }, [text(`preset_${kind}`)]), ` ${words}`]);
  }

  #warnings(applied: Applied): HTMLElement[] {
    const removed = applied.removed.map((one) => this.#line("removed", this.#name(one)));
    const against = applied.against.map((one) =>
      el("li", { class: "preset-waiting" }, [icon("warning"), ` ${text("preset_against", { item: itemName(one.item) })}`]));
    return removed.length + against.length === 0 ? [] : [el("ul", { class: "preset-open" }, [...removed, ...against])];
  }
}
