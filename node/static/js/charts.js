// Draws the lines of a table: the table is the source, and stays for whoever cannot see the picture.
(() => {
  "use strict";
  const LINES = [
    { colour: "#0066cc", dash: [] },
    { colour: "#a3475c", dash: [6, 4] },
    { colour: "#006e42", dash: [2, 3] },
  ];
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;

  const numberIn = (cell) => Number(cell.textContent.replace(/[^\d-]/g, ""));

  const draw = (frame) => {
    const table = document.getElementById(frame.dataset.chart);
    const rows = [...table.tBodies[0].rows];
    if (rows.length < 2) return;
    frame.hidden = false;
    const datasets = frame.dataset.columns.split(",").map((column, order) => ({
      label: table.tHead.rows[0].cells[column].textContent.trim(),
      data: rows.map((row) => numberIn(row.cells[column])),
      borderColor: LINES[order].colour,
      backgroundColor: LINES[order].colour,
      borderDash: LINES[order].dash,
      tension: 0.2,
    }));
    new Chart(frame.querySelector("canvas"), {
      type: "line",
      data: { labels: rows.map((row) => row.cells[0].textContent.trim()), datasets },
      options: {
        animation: calm ? false : { duration: 200 },
        maintainAspectRatio: false,
        scales: { y: { beginAtZero: true, ticks: { precision: 0 } } },
        plugins: { legend: { position: "bottom", labels: { usePointStyle: false, boxWidth: 40, boxHeight: 0 } } },
        interaction: { mode: "index", intersect: false },
      },
    });
  };

  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-chart]").forEach(draw));
})();
