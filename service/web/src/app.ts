/** What every page loads: the styles, htmx, and the few manners that all pages share. */
import htmx from "htmx.org";
import "./ticks";
import "virtual:deskcheck.css";

// htmx compiles hx-on and js: values with Function(); our Content-Security-Policy forbids it and we never use them.
htmx.config.includeIndicatorCSS = false;

/** Selects marked so send their form when they change; without scripts the form's own button does. */
document.addEventListener("change", (event) => {
  if (event.target instanceof HTMLSelectElement && event.target.matches("[data-autosubmit]")) {
    event.target.form?.requestSubmit();
  }
});

/** A part that could not be loaded is said, not swallowed. */
document.addEventListener("htmx:error", () => {
  document.getElementById("offline-note")?.removeAttribute("hidden");
});
document.addEventListener("htmx:after:swap", () => {
  document.getElementById("offline-note")?.setAttribute("hidden", "");
});

document.documentElement.classList.add("has-scripts");
