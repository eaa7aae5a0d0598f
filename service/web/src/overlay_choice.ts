/**
 * Which of the two drawings of an overlay a picture shows: by the width it really has, and by its magnification.
 *
 * Without scripts the media query of the page's own <source> chooses by the width of the screen.
 */
import { wantsNarrow } from "./zoom_view";

/** Width in CSS px of the picture itself, without the bars that keep its proportions. */
function pictureWidth(image: HTMLImageElement): number {
  const aspect = image.naturalWidth / image.naturalHeight;
  return Number.isFinite(aspect) ? Math.min(image.clientWidth, image.clientHeight * aspect) : image.clientWidth;
}

/** Choose the drawing for one picture; one that has only one drawing is left alone. */
export function chooseOverlay(image: HTMLImageElement, scale = 1): void {
  const source = image.parentElement?.querySelector<HTMLSourceElement>("source[data-narrow]");
  if (!source || image.clientWidth === 0) return;
  const media = wantsNarrow(pictureWidth(image), scale) ? "all" : "not all";
  if (source.media !== media) source.media = media;
}

/** Whether the page shows the drawings for narrow screens, for fetching the next one early. */
export function showsNarrow(): boolean {
  return document.querySelector<HTMLSourceElement>("source[data-narrow]")?.media === "all";
}
