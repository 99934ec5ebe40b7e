/* A file that is too large is told of before it travels; without this the node says the same afterwards. */
(() => {
  "use strict";
  document.addEventListener("change", (event) => {
    const field = event.target.closest("input[type=file][data-largest]");
    if (!field) return;
    const isTooLarge = [...field.files].some((file) => file.size > Number(field.dataset.largest));
    const id = `${field.id}-grande`;
    document.getElementById(id)?.remove();
    field.setAttribute("aria-invalid", String(isTooLarge));
    if (!isTooLarge) return;
    const told = document.createElement("p");
    told.id = id;
    told.className = "field-error";
    told.setAttribute("role", "alert");
    told.textContent = field.dataset.tooLarge;
    field.value = "";
    field.after(told);
  });
})();
