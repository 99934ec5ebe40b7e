/* The results refresh while filters change; without this file the same form is sent with its button. */
(() => {
  "use strict";

  /* What was unfolded stays unfolded when the results are replaced, and the finger stays on the same box. */
  let unfolded = [];
  let focused = "";
  document.addEventListener("htmx:beforeSwap", () => {
    unfolded = [...document.querySelectorAll("#risultati details[open]")].map((details) => details.id);
    focused = document.activeElement.id;
  });
  document.addEventListener("htmx:afterSwap", () => {
    unfolded.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  });

  /* Addresses that people share carry only what was asked. */
  document.addEventListener("htmx:configRequest", (event) => {
    const asked = event.detail.parameters;
    const blank = Object.keys(asked).filter((name) => asked[name] === "");
    if (!asked.comune) blank.push("km");
    blank.forEach((name) => delete asked[name]);
  });

  /* What could not be searched is said by a page of its own. */
  const ask = (event) => event.detail.elt.closest("form")?.submit();
  document.addEventListener("htmx:responseError", ask);
  document.addEventListener("htmx:sendError", ask);

  /* Whoever went back or forward while the page was still loading sees the results of another address: they are asked
     again, once for each address, lest a proxy that rewrites addresses makes the page reload for ever. */
  const ASKED_AGAIN = "chiesta-di-nuovo";
  const sorted = (query) => {
    const parameters = new URLSearchParams(query);
    parameters.sort();
    return parameters.toString();
  };
  document.addEventListener("DOMContentLoaded", () => {
    const shown = document.getElementById("risultati")?.dataset.query;
    if (shown === undefined || sorted(shown) === sorted(location.search)) return;
    if (history.state?.[ASKED_AGAIN] === location.search) return;
    history.replaceState({ ...history.state, [ASKED_AGAIN]: location.search }, "");
    location.reload();
  });

  /* "See the offers" folds the filters away on a phone. */
  document.addEventListener("click", (event) => {
    if (event.target.closest(".filters-done")) document.getElementById("filtri").removeAttribute("open");
  });
})();
