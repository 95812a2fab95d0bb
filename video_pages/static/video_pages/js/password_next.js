/* While somebody types the password, the browser loads what the page behind it needs: on a slow line the player is there
   when the page opens.
   data-next   of the form: the addresses of these files, in the order in which they are needed */

const KINDS = { css: "style", js: "script" };

/** Load the file at `url` into the cache of the browser; return a promise of its end. */
function prefetch(url) {
  const link = document.createElement("link");
  Object.assign(link, { rel: "prefetch", as: KINDS[url.split(".").pop()], href: url });
  const ended = new Promise((resolve) => {
    link.addEventListener("load", resolve);
    link.addEventListener("error", resolve);
  });
  document.head.append(link);
  return ended;
}

/** Load the files that `form` names, one after the other, once something is typed into `input`. */
export function loadNext(form, input) {
  const urls = (form.dataset.next ?? "").split(" ").filter(Boolean);
  const load = async () => {
    if (!navigator.connection?.saveData) {
      for (const url of urls) {
        await prefetch(url);
      }
    }
  };
  input.addEventListener("input", load, { once: true });
}
