/* Suggestions under the search field while somebody types; without this file it is a plain field.
   The pattern is the ARIA combobox with a list: the focus stays in the field, arrows move through the list. */
(() => {
  "use strict";
  const PAUSE_MS = 150;
  const LEAST_LETTERS = 2;
  const KEPT_ANSWERS = 50;
  const KINDS = ["title", "occupation", "comune", "employer"];

  const field = document.querySelector("[data-suggested]");
  const box = document.getElementById("proposte");
  const said = document.getElementById("proposte-dette");
  if (!field || !box) return;
  const form = field.form;
  const answers = new Map();
  let asking = null;
  let timer = 0;
  let active = -1;

  const options = () => [...box.querySelectorAll("[role=option]")];
  const made = (tag, attributes, ...children) => {
    const element = document.createElement(tag);
    Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
    element.append(...children);
    return element;
  };

  const close = () => {
    clearTimeout(timer);
    asking?.abort();
    box.hidden = true;
    active = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
    said.textContent = "";
  };

  const option = (suggestion, number) =>
    made(
      "div",
      { role: "option", id: `proposta-${number}`, "aria-selected": "false", class: "suggestion", "data-kind": suggestion.kind, "data-value": suggestion.value },
      made("span", { class: "suggestion-text" }, suggestion.text),
      made("span", { class: "count" }, suggestion.count.toLocaleString(document.documentElement.lang), made("span", { class: "visually-hidden" }, ` ${box.dataset.counted}`)),
    );

  const draw = (suggestions) => {
    const groups = KINDS.map((kind) => [kind, suggestions.filter((each) => each.kind === kind)]).filter(([, those]) => those.length);
    let number = 0;
    box.replaceChildren(
      ...groups.map(([kind, those]) =>
        made("div", { role: "group", "aria-labelledby": `proposte-${kind}` },
          made("div", { id: `proposte-${kind}`, class: "suggestion-kind", role: "presentation" }, box.dataset[kind]),
          ...those.map((each) => option(each, (number += 1)))),
      ),
    );
    active = -1;
    field.removeAttribute("aria-activedescendant");
    box.hidden = !number;
    field.setAttribute("aria-expanded", String(Boolean(number)));
    said.textContent = number ? box.dataset.found.replace("{count}", number) : "";
  };

  const ask = async () => {
    const typed = field.value.trim();
    asking?.abort();
    if (typed.length < LEAST_LETTERS) return close();
    if (answers.has(typed)) return draw(answers.get(typed));
    asking = new AbortController();
    try {
      const answer = await fetch(`${box.dataset.address}?${new URLSearchParams({ q: typed })}`, { signal: asking.signal });
      if (!answer.ok) return close();
      const { items } = await answer.json();
      if (answers.size >= KEPT_ANSWERS) answers.clear();
      answers.set(typed, items);
      if (document.activeElement === field) draw(items);
    } catch (fault) {
      if (fault.name !== "AbortError") close();
    }
    return undefined;
  };

  /* -1 is the field itself, between the last option and the first. */
  const move = (step) => {
    const those = options();
    const places = those.length + 1;
    active = ((active + 1 + step + places) % places) - 1;
    those.forEach((each, place) => each.setAttribute("aria-selected", String(place === active)));
    if (active < 0) return field.removeAttribute("aria-activedescendant");
    field.setAttribute("aria-activedescendant", those[active].id);
    return those[active].scrollIntoView({ block: "nearest" });
  };

  const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  /* "magazziniere sesto ca" without the beginning of "Sesto Calende". */
  const withoutBeginningOf = (name) => {
    const words = field.value.trim().split(/\s+/);
    const first = words.findIndex((_, place) => folded(name).startsWith(folded(words.slice(place).join(" "))));
    return first < 0 ? field.value.trim() : words.slice(0, first).join(" ");
  };

  /* The same search with a filter instead of the words. */
  const goWith = (name, value) => {
    const asked = new URLSearchParams();
    for (const [key, each] of new FormData(form)) if (each && key !== "q" && !(key === "km" && !form.elements.comune.value)) asked.append(key, each);
    asked.append(name, value);
    location.assign(`${form.action}?${asked}`);
  };

  const choose = (chosen) => {
    const { kind, value } = chosen.dataset;
    const text = chosen.querySelector(".suggestion-text").textContent;
    close();
    if (kind === "occupation" || kind === "employer") return goWith(kind, value);
    field.value = kind === "comune" ? withoutBeginningOf(text) : text;
    if (kind === "comune") form.elements.comune.value = text;
    return form.requestSubmit();
  };

  const keys = {
    ArrowDown: () => (box.hidden ? ask() : move(1)),
    ArrowUp: () => !box.hidden && move(-1),
    Escape: () => !box.hidden && (close(), true),
    Enter: () => !box.hidden && active >= 0 && (choose(options()[active]), true),
  };
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || !keys[event.key] || event.altKey || event.ctrlKey || event.metaKey) return;
    if (keys[event.key]() !== false) event.preventDefault();
  });
  field.addEventListener("input", (event) => {
    clearTimeout(timer);
    if (!event.isComposing) timer = setTimeout(ask, PAUSE_MS);
  });
  field.addEventListener("blur", close);
  form.addEventListener("submit", close);
  box.addEventListener("mousedown", (event) => event.preventDefault());
  box.addEventListener("click", (event) => {
    const chosen = event.target.closest("[role=option]");
    if (chosen) choose(chosen);
  });

  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", box.id);
  field.setAttribute("aria-expanded", "false");
})();
