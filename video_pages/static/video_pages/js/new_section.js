/* "New section" on the upload screen: a button beside the field for the section, and the dialog that it opens. The form
   of the dialog is sent apart from the form of the upload, which stays as it is. */

import { postJson } from "./admin_requests.js";
import { addReveals } from "./password_fields.js";
import { element, showFieldError } from "./upload_dom.js";
import { wrap } from "./wrap.js";

const DIALOG = "new-section-dialog";

/** Put the choices of the server into `select`, and choose `id`. */
function showChoices(select, choices, id) {
  const options = choices.map(([value, textContent]) => element("option", { value, textContent }));
  select.replaceChildren(...options);
  select.value = String(id);
  showFieldError(select);
  select.dispatchEvent(new Event("change", { bubbles: true }));
}

/** Show the server's `errors`, {name: [text]}, beside the fields of `form`, and focus the first field that is wrong. */
export function showRefusal(form, errors) {
  const problem = form.querySelector("[data-new-section-problem]");
  problem.textContent = (errors.__all__ ?? []).join(" ");
  problem.hidden = !problem.textContent;
  const fields = Array.from(form.elements).filter((field) => field.name.startsWith("new-section-"));
  for (const field of fields) {
    showFieldError(field, ...(errors[field.name.replace("new-section-", "")] ?? []));
  }
  fields.find((field) => field.matches("[aria-invalid]"))?.focus();
}

async function send(form, select, status) {
  form.setAttribute("aria-busy", "true");
  try {
    const answer = await postJson(form.action, new FormData(form));
    showRefusal(form, answer.errors ?? {});
    if (!answer.errors) {
      showChoices(select, answer.choices, answer.id);
      status.textContent = answer.message;
      form.reset();
      document.getElementById(DIALOG).dispatchEvent(new CustomEvent("w-dialog:hide"));
      select.focus();
    }
  } catch {
    showRefusal(form, { __all__: [form.dataset.unreachable] });
  } finally {
    form.removeAttribute("aria-busy");
  }
}

/** Add the button and its status beside `select`. */
export function offerNewSection(select) {
  const button = document.querySelector("[data-new-section-button]")?.content.firstElementChild;
  if (!button) {
    return; // the user may make no section
  }
  const status = element("p", { className: "new-section__status" });
  status.setAttribute("role", "status");
  const frame = element("div", { className: "new-section__field" });
  wrap(select, frame);
  frame.append(button);
  frame.after(status);
  document.addEventListener("w-dialog:shown", ({ target }) => {
    if (target.id === DIALOG) {
      addReveals(target);
    }
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[data-new-section]")) {
      event.preventDefault();
      if (!form.getAttribute("aria-busy")) {
        send(form, select, status);
      }
    }
  });
}
