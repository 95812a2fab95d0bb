/* The password field of the upload form: with one film its password, with several that of all films without one of their
   own. A single film's row is hidden, so a password that was typed there stands in the form's field meanwhile. */

import { helpOf, labelOf, renameLabel } from "./upload_fields.js";

export class FormPassword {
  constructor(screen) {
    Object.assign(this, { screen, input: screen.passwordInput, messages: screen.messages });
    this.label = labelOf(this.input)?.textContent.trim();
    this.help = helpOf(this.input)?.textContent.trim();
    this.moved = null; // {row, forAll}: whose own password the field has, and what it had before
  }

  arrange(isMany) {
    const [first] = this.screen.rows;
    if (this.moved && (isMany || first !== this.moved.row)) {
      // The password of one film never becomes that of others.
      this.moved.row.passwordInput.value = this.input.value;
      this.input.value = this.moved.forAll;
      this.moved = null;
    }
    if (!isMany && first?.passwordInput.value) {
      this.moved = { row: first, forAll: this.input.value };
      this.input.value = first.passwordInput.value;
      first.passwordInput.value = "";
    }
    renameLabel(this.input, isMany ? this.messages.passwordForAll : this.label);
    const help = helpOf(this.input);
    if (help) {
      help.textContent = isMany ? this.input.dataset.helpForSeveral : this.help;
    }
  }
}
