/** Opening hours as the editor keeps and checks them; the server judges alike (layout_checks.py). */
import type { Hours } from "./model";
import type { Problem } from "./problems";

export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
/** What holds where a layout says nothing, as in calibration/deskcheck_calibration/layout.py. */
export const USUAL_HOURS: Hours = { open: [["09:00", "12:00"], ["13:30", "17:00"]], weekdays: ["mon", "tue", "wed", "thu", "fri"] };
export const MOST_SPANS = 12;

const CLOCK = /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/;

/** What was typed as a clock of 24 hours: 9, 930, 9.30 and 09：30 are understood; anything else stays as it is. */
export function clockOf(typed: string): string {
  const parts = /^(\d{1,2})(?:\D?(\d{2}))?$/.exec(typed.trim());
  return parts === null ? typed.trim() : `${parts[1]!.padStart(2, "0")}:${parts[2] ?? "00"}`;
}

/** Every span that ends before it begins, or that the one before it has not ended at, told at that span. */
export function hoursProblems(hours: Partial<Hours> | undefined): Problem[] {
  const found: Problem[] = [];
  let last = "";
  (hours?.open ?? []).forEach(([from, to], index) => {
    const where = `hours:${index}`;
    if (!CLOCK.test(from) || !CLOCK.test(to)) found.push({ where, code: "hours_open_end" });
    else if (from >= to) found.push({ where, code: "hours_order" });
    else if (from < last) found.push({ where, code: "hours_overlap" });
    if (to > last) last = to;
  });
  return found;
}

/** Set one end of a span. */
export function withSpan(hours: Hours, index: number, change: { readonly from?: string; readonly to?: string }): Hours {
  const open = hours.open.map((span, at) => (at === index ? ([change.from ?? span[0], change.to ?? span[1]] as const) : span));
  return { ...hours, open };
}

export function withoutSpan(hours: Hours, index: number): Hours {
  return { ...hours, open: hours.open.filter((_span, at) => at !== index) };
}

const clock = (minutes: number): string => `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

/** Add a span of an hour after the last one, as long as the day has room for it. */
export function withNewSpan(hours: Hours): Hours {
  const [hour, minute] = (hours.open.at(-1)?.[1] ?? "08:00").split(":").map(Number) as [number, number];
  const from = Math.min(hour * 60 + (minute || 0) + 60, 22 * 60 + 59);
  return { ...hours, open: [...hours.open, [clock(from), clock(from + 60)]] };
}

/** Switch a weekday; the days keep their order. */
export function withDay(hours: Hours, day: string, on: boolean): Hours {
  return { ...hours, weekdays: WEEKDAYS.filter((one) => (one === day ? on : hours.weekdays.includes(one))) };
}
