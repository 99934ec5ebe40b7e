// Draws the lines of a table: the table is the source, and stays for whoever cannot see the picture.
(() => {
  "use strict";
  const LINES = [
    { colour: "#0066cc", dash: [], point: "circle" },
    { colour: "#a3475c", dash: [6, 4], point: "triangle" },
    { colour: "#006e42", dash: [2, 3], point: "rect" },
  ];
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;

  const numberIn = (cell) => Number(cell.textContent.replace(/[^\d-]/g, ""));

  const lines = (table) => {
    const rows = [...table.tBodies[0].rows];
    const heads = [...table.tHead.rows[0].cells].filter((head) => head.hasAttribute("data-line"));
    return heads.map((head, order) => ({
      label: head.textContent.trim(),
      data: rows.map((row) => numberIn(row.cells[head.cellIndex])),
      borderColor: LINES[order].colour,
      backgroundColor: LINES[order].colour,
      borderDash: LINES[order].dash,
      pointStyle: LINES[order].point,
      pointRadius: 4,
    }));
  };

  const draw = (frame) => {
    const table = document.getElementById(frame.dataset.chart);
    const labels = [...table.tBodies[0].rows].map((row) => row.cells[0].textContent.trim());
    if (!window.Chart || labels.length < 2) return;
    frame.hidden = false;
    table.closest("details").open = false;
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    Chart.defaults.font.size = 14;
    Chart.defaults.color = "#17324d";
    new Chart(frame.querySelector("canvas"), {
      type: "line",
      data: { labels, datasets: lines(table) },
      options: {
        animation: calm ? false : { duration: 200 },
        maintainAspectRatio: false,
        scales: {
          x: { ticks: { maxRotation: 0, callback: (index) => labels[index].split(" ") } },
          y: { beginAtZero: true, ticks: { precision: 0 } },
        },
        plugins: { legend: { position: "bottom", labels: { usePointStyle: true, boxHeight: 8 } } },
        interaction: { mode: "index", intersect: false },
      },
    });
  };

  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-chart]").forEach(draw));
})();
