/* The error of a form that is sent in place: an alert above its button.
   data-unreachable   of the form: what to say if the site gave no answer */

/** Show `text` as the error of `form`; without it, remove the error. */
export function showFormError(form, text = "") {
  const former = form.querySelector("[role=alert]");
  if (!text) {
    former?.remove();
    return;
  }
  const error = document.createElement("p");
  error.className = "password-form__error";
  error.setAttribute("role", "alert");
  if (former?.id) {
    error.id = former.id; // by which the field names it
  }
  error.textContent = text;
  former?.remove();
  form.querySelector("[type=submit]").before(error);
}
