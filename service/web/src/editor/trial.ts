/** The draft tried on the window's last pictures, one after the other, beside the version that counts. */
import { find } from "../dom";
import { api, type TrialFinding, type TrialRow, type TrialSide } from "./api";
import type { Words } from "./words";
import { el, icon, start } from "./start";
import type { Submission } from "./submission";
import { text } from "../texts";

const words = (said: Words): string => said[start.language];

function clock(at: string, zone: string): string {
  return new Date(at).toLocaleString("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" });
}

export class Trial {
  readonly #submission: Submission;
  readonly #zone: string;
  readonly #button: HTMLButtonElement;
  readonly #dialog: HTMLDialogElement;
  readonly #state: HTMLElement;
  readonly #progress: HTMLProgressElement;
  readonly #sum: HTMLElement;
  readonly #list: HTMLElement;
  readonly #close: HTMLButtonElement;
  #leaving: AbortController | null = null;

  constructor(root: HTMLElement, submission: Submission, zone: string) {
    this.#submission = submission;
    this.#zone = zone;
    this.#button = find(root, "[data-trial]", HTMLButtonElement);
    this.#dialog = find(root, "[data-trial-dialog]", HTMLDialogElement);
    this.#state = find(this.#dialog, "[data-trial-state]", HTMLElement);
    this.#progress = find(this.#dialog, "progress", HTMLProgressElement);
    this.#sum = find(this.#dialog, "[data-trial-sum]", HTMLElement);
    this.#list = find(this.#dialog, "[data-trial-rows]", HTMLElement);
    this.#close = find(this.#dialog, "[data-trial-close]", HTMLButtonElement);
    this.#button.addEventListener("click", () => void this.#start());
    this.#close.addEventListener("click", () => this.#dialog.close());
    // However it is left, nothing more is asked for.
    this.#dialog.addEventListener("close", () => this.#leaving?.abort());
  }

  async #start(): Promise<void> {
    if (!this.#submission.sound()) return;
    this.#button.disabled = true;
    const revision = await this.#submission.saved();
    this.#button.disabled = false;
    if (revision === null) return;
    const leaving = new AbortController();
    this.#leaving = leaving;
    this.#list.replaceChildren();
    this.#sum.replaceChildren();
    this.#close.textContent = text("trial_stop");
    this.#dialog.showModal();
    await this.#run(revision, leaving.signal);
    if (this.#leaving === leaving) this.#close.textContent = text("trial_close");
  }

  async #run(revision: number, leaving: AbortSignal): Promise<void> {
    const rows = new Map<number, TrialRow>();
    let [there, against]: [number, number | null] = [start.trial_pictures, null];
    for (let skip = 0; skip < there; skip += 1) {
      this.#progress.hidden = false;
      this.#progress.max = there;
      this.#progress.value = skip;
      this.#state.textContent = text("trial_running", { n: skip + 1, of: there });
      const answer = await api.trial(revision, skip, 1, leaving);
      if (leaving.aborted) return;
      if (answer === null) return this.#end(text("trial_lost"));
      if ("trouble" in answer) {
        this.#dialog.close();
        return this.#submission.refused(answer.trouble);
      }
      there = Math.min(start.trial_pictures, answer.value.pictures);
      against = answer.value.against_version;
      // A picture that comes in meanwhile moves the others on by one: none is counted twice.
      for (const row of answer.value.rows) if (!rows.has(row.judgement_id)) this.#add(rows, row, against);
    }
    if (rows.size === 0) return this.#end(text("trial_none"));
    this.#end(text("trial_done", { n: rows.size }));
    const told = this.#list.childElementCount;
    if (told === 0) this.#list.append(el("li", { class: "muted" }, [text(against === null ? "trial_nothing" : "trial_same")]));
  }

  #end(said: string): void {
    this.#progress.hidden = true;
    this.#state.textContent = said;
  }

  #add(rows: Map<number, TrialRow>, row: TrialRow, against: number | null): void {
    rows.set(row.judgement_id, row);
    const all = [...rows.values()];
    const count = (side: (row: TrialRow) => TrialSide | null): number =>
      all.reduce((sum, one) => sum + (side(one)?.findings.filter((finding) => finding.state === "suspected").length ?? 0), 0);
    const facts: [string, string | number][] = [[text("trial_draft"), count((one) => one.tried)]];
    if (against !== null) {
      facts.push([text("trial_version", { n: against }), count((one) => one.present)]);
      facts.push([text("trial_differ"), all.filter((one) => one.differs).length]);
    }
    this.#sum.replaceChildren(...facts.flatMap(([name, value]) => [el("dt", {}, [name]), el("dd", { class: "num" }, [String(value)])]));
    const flagged = row.tried.findings.length > 0 || row.tried.problem !== null;
    if (against === null ? flagged : row.differs) this.#list.append(this.#row(row, against));
  }

  #row(row: TrialRow, against: number | null): HTMLElement {
    const at = clock(row.taken_at, this.#zone);
    // In a page of its own: what is being drawn stays.
    const link = el("a", { href: `/judgements/${row.judgement_id}`, target: "_blank", rel: "noopener", class: "trial-link" },
      [el("img", { src: `/api/v1/evidence/${row.evidence.masked}`, alt: "", loading: "lazy" }), el("span", { class: "num" }, [at])]);
    const sides = el("div", { class: "trial-both" }, [
      this.#side(text(against === null ? "trial_draft" : "trial_only_draft"), row.tried, against !== null),
      ...(row.present === null || against === null ? [] : [this.#side(text("trial_only_version", { n: against }), row.present, true)]),
    ]);
    return el("li", {}, [link, sides]);
  }

  /** What one side flags: where there are two, only what the other does not. */
  #side(name: string, side: TrialSide, onlyHere: boolean): HTMLElement {
    const told = side.findings.filter((one) => !onlyHere || one.only_here);
    const said = side.problem !== null ? [el("p", { class: "muted mb-0" }, [words(side.problem)])]
      : told.length === 0 ? [el("p", { class: "muted mb-0" }, [text("trial_no_more")])]
        : [el("ul", { class: "trial-findings" }, told.map((one) => this.#finding(one)))];
    return el("section", {}, [el("h4", { class: "trial-name" }, [name]), ...said]);
  }

  #finding(one: TrialFinding): HTMLElement {
    const suspected = one.state === "suspected";
    const mark = el("span", { class: `trial-icon ${suspected ? "state-suspected" : "state-inconclusive"}` }, [icon(suspected ? "suspected" : "inconclusive")]);
    const state = el("span", { class: "visually-hidden" }, [`${text(`trial_${suspected ? "suspected" : "inconclusive"}`)}: `]);
    return el("li", {}, [mark, el("span", {}, [state, `${one.rule} ${words(one.sentence)}`])]);
  }
}
