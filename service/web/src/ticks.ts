/** Lists of ticks: one tick for all, which follows the others. */

function boxes(form: HTMLFormElement): HTMLInputElement[] {
  return [...form.querySelectorAll<HTMLInputElement>("input[type=checkbox][name=windows], input[type=checkbox][name=versions]")];
}

document.addEventListener("change", (event) => {
  const { target } = event;
  if (!(target instanceof HTMLInputElement) || target.form === null || !target.form.matches("[data-tick-form]")) return;
  const all = target.form.querySelector<HTMLInputElement>("[data-tick-all]");
  if (all === null) return;
  const each = boxes(target.form);
  if (target === all) for (const box of each) box.checked = all.checked;
  all.checked = each.every((box) => box.checked);
  all.indeterminate = !all.checked && each.some((box) => box.checked);
});
