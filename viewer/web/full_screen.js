// Full screen. Phones that reserve it for videos get the same by the attribute `expanded` (position: fixed).

/**
 * @param {Element} element
 * @returns {boolean} whether it fills the screen, either way
 */
export function isFullScreen(element) {
  return document.fullscreenElement === element || element.hasAttribute('expanded');
}

/**
 * @param {Element} element  to fill the screen, or to give it back
 * @param {() => void} changed  called at once, and again if the browser refuses later
 */
export function toggleFullScreen(element, changed) {
  const expand = () => element.setAttribute('expanded', '');
  if (document.fullscreenElement) {
    document.exitFullscreen();
  } else if (element.hasAttribute('expanded')) {
    element.removeAttribute('expanded');
  } else if (element.requestFullscreen) {
    element.requestFullscreen().catch(() => { expand(); changed(); });
  } else {
    expand();
  }
  changed();
}
