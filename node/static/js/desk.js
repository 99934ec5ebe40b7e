/* The desk's pages work without this; it saves keystrokes and repeats. */
(() => {
  "use strict";

  /* After a rejected form the reader starts at the list of what is wrong. */
  const focusSummary = (root) => root.querySelector("[data-focus]")?.focus();

  /* "/" goes to the search of the page. */
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    const search = document.querySelector("[data-search]");
    if (event.key !== "/" || typing || !search || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    search.focus();
  });

  /* A menu that is open closes with Escape or a click elsewhere. */
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = document.querySelector(".desk-user[open]");
    if (open) {
      open.removeAttribute("open");
      open.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", (event) => {
    const open = document.querySelector(".desk-user[open]");
    if (open && !open.contains(event.target)) open.removeAttribute("open");
  });

  /* A form is sent once, however often the button is pressed. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
  });

  /* What is typed blind can be looked at, and is hidden again before it is sent. */
  const showPassword = (button, isShown) => {
    button.setAttribute("aria-pressed", String(isShown));
    document.getElementById(button.getAttribute("aria-controls")).type = isShown ? "text" : "password";
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest(".show-password");
    if (button) showPassword(button, button.getAttribute("aria-pressed") === "false");
  });
  document.addEventListener("submit", (event) => {
    event.target.querySelectorAll(".show-password").forEach((button) => showPassword(button, false));
  });
  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll(".show-password").forEach((button) => { button.hidden = false; });
    focusSummary(document);
  });
  document.addEventListener("htmx:load", (event) => focusSummary(event.target));
})();
