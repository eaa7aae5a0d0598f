/** The service as the editor speaks to it. A lost connection is an answer too: null. */
import type { Doc, PointPx, StillRef } from "./model";
import type { ServerProblem } from "./problems";
import type { Place } from "./proposed";
import type { Words } from "./words";
import { start } from "./start";

export interface Draft {
  readonly revision: number;
  readonly base_version: number | null;
  readonly approved_version: number | null;
  readonly document: Doc;
  readonly author: { readonly display_name: string } | null;
  readonly updated_at: string | null;
  readonly time_zone: string;
}

export interface Still extends StillRef {
  readonly kind: "reference" | "capture" | "upload";
  readonly taken_at: string | null;
  readonly corners_px: readonly PointPx[];
}

export interface TidyPicture {
  readonly sha256: string;
  readonly kind: Still["kind"];
  readonly view: string;
  readonly taken_at: string | null;
  /** How its desk was found; "none": it was not, "sought": it is looked for when it is used. */
  readonly registration: string;
  readonly state: string | null;
  readonly suggested: boolean;
}

export interface Look {
  readonly sha256: string;
  readonly things: number;
  readonly problem: Words | null;
}

/** What the position stickers of a still say. */
export interface StillStickers {
  readonly other_window: string | null;
  readonly tag_cm: number;
  readonly seen: readonly { readonly corner: string; readonly tag_px: readonly PointPx[] }[];
  readonly proposal: {
    readonly corners_px: readonly PointPx[];
    readonly size_cm: readonly [number, number];
    readonly size_within_cm: readonly [number, number];
    readonly corners_within_px: number;
    readonly measured: boolean;
  } | null;
}

export interface TrialFinding {
  readonly rule: string;
  readonly state: string;
  readonly sentence: Words;
  readonly only_here: boolean;
}

export interface TrialSide {
  readonly state: string | null;
  readonly findings: readonly TrialFinding[];
  readonly problem: Words | null;
}

export interface TrialRow {
  readonly judgement_id: number;
  readonly taken_at: string;
  readonly evidence: { readonly masked: string };
  readonly tried: TrialSide;
  readonly present: TrialSide | null;
  readonly differs: boolean;
}

export interface TrialPart {
  readonly against_version: number | null;
  readonly pictures: number;
  readonly rows: readonly TrialRow[];
}

/** What a still tells of its lens. */
export interface Lens {
  readonly bend: number;
  readonly sigma: number;
  readonly shift_cm: number;
  readonly helps: boolean;
}

export interface Trouble {
  readonly code: string;
  readonly message: string;
  readonly next_step: string;
  readonly facts: { readonly problems?: readonly ServerProblem[]; readonly saved_by?: string; readonly saved_at?: string };
}

export type Answer<T> = { readonly value: T } | { readonly trouble: Trouble };

const ROOT = `/api/v1/windows/${encodeURIComponent(start.window)}`;

async function ask<T>(method: string, path: string, body: BodyInit | null, json: boolean, signal: AbortSignal | null = null): Promise<Answer<T> | null> {
  const headers: Record<string, string> = { "X-CSRF-Token": start.csrf, "Accept-Language": start.language };
  if (json) headers["Content-Type"] = "application/json";
  try {
    const answer = await fetch(`${ROOT}${path}`, { method, headers, body, credentials: "same-origin", signal });
    const content: unknown = answer.status === 204 ? null : await answer.json();
    return answer.ok ? { value: content as T } : { trouble: (content as { error: Trouble }).error };
  } catch {
    // No network, or an answer that is none: the page goes on and tries again.
    return null;
  }
}

export const api = {
  read: () => ask<Draft>("GET", "/draft", null, false),
  save: (revision: number, baseVersion: number | null, document: Doc) =>
    ask<Draft>("PUT", "/draft", JSON.stringify({ revision, base_version: baseVersion, document }), true),
  discard: (revision: number) => ask<null>("DELETE", `/draft?revision=${revision}`, null, false),
  submit: (revision: number) => ask<{ id: number }>("POST", "/draft/submit", JSON.stringify({ revision }), true),
  pictures: () => ask<TidyPicture[]>("GET", "/draft/pictures", null, false),
  looks: (pictures: readonly string[], document: Doc) => ask<Look[]>("POST", "/draft/looks", JSON.stringify({ pictures, document }), true),
  propose: (pictures: readonly string[], document: Doc) =>
    ask<{ places: Place[] }>("POST", "/draft/proposal", JSON.stringify({ pictures, document }), true),
  deskType: (id: number | null) => ask<unknown>("PUT", "/desk-type", JSON.stringify({ desk_type_id: id }), true),
  stickers: (sha256: string, bend: number | null) =>
    ask<StillStickers>("GET", `/stills/${sha256}/stickers${bend === null ? "" : `?bend=${bend}`}`, null, false),
  trial: (revision: number, skip: number, last: number, signal: AbortSignal) =>
    ask<TrialPart>("POST", "/draft/trial", JSON.stringify({ revision, skip, last }), true, signal),
  stills: () => ask<Still[]>("GET", "/stills", null, false),
  lens: (sha256: string, corners: readonly PointPx[], desk: readonly [number, number]) =>
    ask<Lens>("POST", `/stills/${sha256}/lens`, JSON.stringify({ corners_px: corners, desk_cm: desk }), true),
  upload: (photo: File) => {
    const form = new FormData();
    form.append("photo", photo, photo.name);
    return ask<Still>("POST", "/stills", form, false);
  },
};
