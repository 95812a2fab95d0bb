/* The button that shows and hides the password in a field. Its texts are in data-show, data-hide, data-show-label and
   data-hide-label. */

function setShown(button, input, isShown) {
  input.type = isShown ? "text" : "password";
  button.textContent = isShown ? button.dataset.hide : button.dataset.show;
  button.setAttribute("aria-label", isShown ? button.dataset.hideLabel : button.dataset.showLabel);
}

/** Hide the password in `input`. A browser offers to save the text of a hidden one only. */
export function conceal(button, input) {
  setShown(button, input, false);
}

/** Make `button` show and hide the password in `input`. */
export function bindReveal(button, input) {
  button.hidden = false;
  button.addEventListener("click", () => {
    setShown(button, input, input.type === "password");
    input.focus();
  });
}
