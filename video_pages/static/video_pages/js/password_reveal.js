/* The button that shows and hides the password in a field. Its texts are in data-show, data-hide, data-show-label and
   data-hide-label. */

/** Make `button` show and hide the password in `input`. */
export function bindReveal(button, input) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = input.type === "password";
    input.type = shown ? "text" : "password";
    button.textContent = shown ? button.dataset.hide : button.dataset.show;
    button.setAttribute("aria-label", shown ? button.dataset.hideLabel : button.dataset.showLabel);
    input.focus();
  });
}
