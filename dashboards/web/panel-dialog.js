// @ts-check
// A dialog that is made when it is asked for, and a file for the reader.

import { el } from "./elements.js";

/** A dialog that closes by its button, by Escape and by a press beside it, and is gone then.
 * @param {string} title
 * @param {string} leave what its button says
 * @param {...Node} content
 */
export function dialog(title, leave, ...content) {
  const button = el("button", { type: "button", class: "panel-dialog-close" }, leave);
  const heading = el("h2", { id: "panel-dialog-title" }, title);
  const box = el("dialog", { class: "panel-dialog", "aria-labelledby": heading.id }, el("div", { class: "panel-dialog-body" }, el("header", {}, heading, button), ...content));
  button.addEventListener("click", () => box.close());
  box.addEventListener("click", (event) => {
    if (event.target === box) box.close();
  });
  box.addEventListener("close", () => box.remove());
  document.body.append(box);
  box.showModal();
  return box;
}

/** Hands a file to the reader.
 * @param {string} name
 * @param {Blob} blob
 */
export function download(name, blob) {
  const address = URL.createObjectURL(blob);
  el("a", { href: address, download: name }).click();
  window.setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
