/** The panel of opening hours: several spans a day, weekdays, and the time zone they are meant in. */
import { setHours } from "./commands";
import { clockOf, MOST_SPANS, USUAL_HOURS, WEEKDAYS, withDay, withNewSpan, withoutSpan, withSpan } from "./hours_checks";
import type { Hours } from "./model";
import { fill, problemList } from "./panels";
import { el, icon } from "./start";
import type { Store } from "./store";
import { text } from "../texts";

function hoursOf(store: Store): Hours {
  return { ...USUAL_HOURS, ...store.doc.layout.hours };
}

/** Say the hours in one line, for the closed panel. */
export function hoursLine(hours: Hours): string {
  const open = WEEKDAYS.filter((day) => hours.weekdays.includes(day));
  const names = open.map((day) => text(`day_${day}`));
  const inOneRun = open.length > 2 && WEEKDAYS.indexOf(open.at(-1)!) - WEEKDAYS.indexOf(open[0]!) === open.length - 1;
  const days = inOneRun ? text("day_range", { first: names[0]!, last: names.at(-1)! }) : names.join(" ");
  const spans = hours.open.map(([from, to]) => `${from}-${to}`).join(", ");
  return `${days} ${spans === "" || open.length === 0 ? text("hours_none") : spans}`.trim();
}

function spanRow(store: Store, hours: Hours, index: number, zone: string): HTMLElement {
  const change = (next: Hours): void => store.change(setHours(store.doc, { ...next, time_zone: zone }), `hours${index}`);
  const input = (end: "from" | "to", value: string): HTMLElement => {
    // A field of type time would ask for AM and PM where the browser is set to; halls count to 24.
    const field = el("input", {
      class: "form-control", type: "text", inputmode: "numeric", maxlength: 5, placeholder: "09:00", value, "data-key": `${end}:${index}`,
      "aria-label": text(`hours_${end}`, { n: index + 1 }),
    }, [], { change: () => change(withSpan(hours, index, { [end]: clockOf(field.value) })) });
    return field;
  };
  const [from, to] = hours.open[index]!;
  const shape = { type: "button", class: "plain-button", "aria-label": text("hours_delete", { n: index + 1 }), title: text("hours_delete", { n: index + 1 }) };
  const away = el("button", { ...shape, "data-key": `del-span:${index}` }, [icon("dismiss")], { click: () => change(withoutSpan(hours, index)) });
  const wrong = problemList(store.problems(), `hours:${index}`);
  return el("li", {}, [el("div", { class: "hours-span" }, [input("from", from), el("span", {}, ["-"]), input("to", to), away]), wrong]);
}

/** Show the spans, the weekdays and the time zone. */
export function showHours(store: Store, box: HTMLElement, line: HTMLElement, centreZone: string): void {
  const hours = hoursOf(store);
  const zone = hours.time_zone ?? centreZone;
  line.textContent = hoursLine(hours);
  const days = WEEKDAYS.map((day) => {
    const tick = el("input", { class: "form-check-input m-0", type: "checkbox", checked: hours.weekdays.includes(day), "data-key": `day:${day}` }, [], {
      change: () => store.change(setHours(store.doc, { ...withDay(hours, day, tick.checked), time_zone: zone })),
    });
    return el("label", { class: "choice hours-day" }, [tick, text(`day_${day}`)]);
  });
  const plus = el("button", { type: "button", class: "btn btn-outline-primary", "data-key": "add-span", disabled: hours.open.length >= MOST_SPANS },
    [icon("plus"), text("hours_add")],
    { click: () => store.change(setHours(store.doc, { ...withNewSpan(hours), time_zone: zone })) });
  fill(box, [
    el("ul", { class: "editor-list" }, hours.open.map((_span, index) => spanRow(store, hours, index, zone))),
    plus,
    el("div", { class: "hours-days", role: "group", "aria-label": text("hours_days") }, days),
    el("p", { class: "muted mb-0" }, [text("hours_zone", { zone })]),
    ...[problemList(store.problems(), "hours")].filter((one) => one !== null),
  ]);
}
