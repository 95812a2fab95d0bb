// Gives Wagtail's editors of rich texts and tags the name of their field, on every screen of the admin.
//
// Both stand in place of an input that they hide, and have no name themselves: a screen reader says "edit text" only.
const EDITORS = ".public-DraftEditor-content, .tagit input";

const fieldOf = (editor) =>
  editor.closest(".tagit")?.previousElementSibling ??
  editor.closest("[data-draftail-editor-wrapper]")?.parentElement.querySelector(":scope > input");

/** Name the editor after the label of its field, or, in an editor of blocks, after the heading of its block. */
function nameEditor(editor) {
  const field = fieldOf(editor);
  if (!field?.id || editor.hasAttribute("aria-labelledby")) {
    return;
  }
  const label = document.querySelector(`label[for="${CSS.escape(field.id)}"]`);
  const name = label ?? editor.closest("[data-panel]")?.querySelector("[data-panel-heading]");
  if (name) {
    name.id ||= `${field.id}-label`;
    editor.setAttribute("aria-labelledby", name.id);
  }
}

function nameEditorsIn(element) {
  for (const editor of element.querySelectorAll(EDITORS)) {
    nameEditor(editor);
  }
}

nameEditorsIn(document);
new MutationObserver((changes) => {
  // A text within an editor changes at each key; what is added with a field is an element.
  const places = new Set(changes.filter(({ addedNodes }) => addedNodes.length).map(({ target }) => target));
  for (const place of places) {
    nameEditorsIn(place);
  }
}).observe(document.documentElement, { childList: true, subtree: true });
