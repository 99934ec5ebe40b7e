/* Offers saved on this device, lists sent and printed. Without this file the buttons are not there. */
(() => {
  "use strict";
  const NAME = "offerte-da-parte";
  const MOST = 100;
  const PARAMETER = "offerta";
  const KEY = /^[a-z0-9-]{3,40}\/[a-z0-9][a-z0-9:-]{2,63}$/;

  /* A browser that keeps nothing gets no stars. */
  const read = () => {
    try {
      const kept = JSON.parse(localStorage.getItem(NAME) || "[]");
      return Array.isArray(kept) ? kept.filter((key) => KEY.test(key)) : [];
    } catch {
      return null;
    }
  };
  const write = (kept) => {
    try {
      localStorage.setItem(NAME, JSON.stringify(kept.slice(-MOST)));
    } catch {
      /* a full or forbidden store: the star stays as it was */
    }
    show(document);
  };
  const addressOf = (page, kept) => `${page}?${kept.map((key) => `${PARAMETER}=${encodeURIComponent(key).replaceAll("%2F", "/").replaceAll("%3A", ":")}`).join("&")}`;

  const show = (root) => {
    root.querySelectorAll("[data-send], [data-print-list]").forEach((button) => {
      button.hidden = false;
    });
    const kept = read();
    const link = document.querySelector("[data-favourites]");
    if (!kept || !link) return;
    link.querySelector("[data-count]").textContent = kept.length ? ` (${kept.length})` : "";
    link.href = kept.length ? addressOf(link.dataset.favourites, kept) : link.dataset.favourites;
    root.querySelectorAll("[data-keep]").forEach((button) => {
      const isKept = kept.includes(button.dataset.keep);
      const title = (button.closest("article")?.querySelector("a") || document.querySelector("h1")).textContent.trim();
      button.textContent = isKept ? `★ ${link.dataset.keptWord}` : `☆ ${link.dataset.keepWord}`;
      button.setAttribute("aria-label", `${isKept ? link.dataset.releaseWord : link.dataset.keepWord}: ${title}`);
      button.hidden = false;
    });
  };

  const toggle = (key) => {
    const kept = read();
    write(kept.includes(key) ? kept.filter((each) => each !== key) : [...kept, key]);
  };

  const share = async (button) => {
    const told = { title: document.title, url: new URL(button.dataset.send || location.href, location.href).href };
    if (navigator.share) {
      await navigator.share(told).catch(() => {});
      return;
    }
    const label = button.querySelector("span");
    const before = label.textContent;
    await navigator.clipboard.writeText(told.url);
    label.textContent = button.dataset.sent;
    label.setAttribute("aria-live", "polite");
    setTimeout(() => {
      label.textContent = before;
    }, 3000);
  };

  document.addEventListener("click", (event) => {
    const star = event.target.closest("[data-keep]");
    if (star) toggle(star.dataset.keep);
    const sender = event.target.closest("[data-send]");
    if (sender) share(sender);
    if (event.target.closest("[data-print-list]")) window.print();
  });

  document.addEventListener("DOMContentLoaded", () => {
    const kept = read() || [];
    const empty = document.querySelector("[data-favourites-empty]");
    if (empty && kept.length) {
      location.replace(addressOf(empty.dataset.favouritesEmpty, kept));
      return;
    }
    const gone = document.querySelector("[data-gone]")?.dataset.gone.split(" ") || [];
    if (gone.some((key) => kept.includes(key))) write(kept.filter((key) => !gone.includes(key)));
    show(document);
  });
  document.addEventListener("htmx:afterSwap", () => show(document));
  window.addEventListener("storage", () => show(document));
})();
