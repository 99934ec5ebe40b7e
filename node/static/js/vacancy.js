/* How far a vacancy is, without typing twice where one lives. Without this file the field under the map does the same. */
(() => {
  "use strict";
  const KEY = "da-dove-parto";
  const PARTS = ["quanto-lontano", "distanze"];

  /* A browser may forbid to remember anything. */
  const stored = (kind, change) => {
    try {
      return change(window[kind]);
    } catch {
      return null;
    }
  };
  const remembered = () => stored("localStorage", (store) => store.getItem(KEY));

  /* Only what was typed on this page is remembered: a shared address says where somebody else lives. */
  const remember = () => {
    const form = document.querySelector("[data-home]");
    const asked = stored("sessionStorage", (store) => store.getItem(KEY));
    stored("sessionStorage", (store) => store.removeItem(KEY));
    if (asked && form.dataset.home) stored("localStorage", (store) => store.setItem(KEY, form.dataset.home));
  };

  const sayRemembered = () => {
    document.querySelector("[data-remembered]").hidden = !remembered();
  };

  /* The same page from where she is: only what speaks of distances is put in its place. */
  const countFrom = async (home) => {
    const answer = await fetch(`?comune=${encodeURIComponent(home)}`);
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    PARTS.forEach((id) => document.getElementById(id).replaceWith(document.adoptNode(page.getElementById(id))));
  };

  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-home]")) stored("sessionStorage", (store) => store.setItem(KEY, "1"));
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-forget]")) {
      stored("localStorage", (store) => store.removeItem(KEY));
      location.assign(location.pathname);
    }
  });

  document.addEventListener("DOMContentLoaded", async () => {
    remember();
    const named = new URLSearchParams(location.search).has("comune");
    if (remembered() && !named) await countFrom(remembered()).catch(() => {});
    sayRemembered();
  });
})();
