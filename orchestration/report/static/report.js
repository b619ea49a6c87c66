/* What a page of the report shows: the reader's choice, figures with chart and table, and links. What
   they show comes from rows.js; charts are drawn by Vega. All text goes in as text, never as
   markup; nothing is loaded but what lies beside. */
"use strict";

(() => {
  const {
    page, SLICES, NUMBERS, shown, datasets, labels, isBeyond, rowsOf, sqlOf, csvOf,
  } = window.report;

  const element = (name, text, attributes = {}) => {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
    return made;
  };

  // ---- a figure --------------------------------------------------------------------------------

  const MOST_TABLE_ROWS = 100;

  const fillTable = (chart, rows, table) => {
    const head = element("tr");
    chart.columns.forEach((column) => head.append(element("th", column.heading, {
      scope: "col", ...(NUMBERS[column.format] ? { class: "number" } : {}),
    })));
    const body = element("tbody");
    rows.slice(0, MOST_TABLE_ROWS).forEach((row) => {
      const line = element("tr");
      chart.columns.forEach((column, place) => {
        const few = row.is_few && chart.ratios.some((r) => r.few && r.name === column.name);
        const text = few ? page.readings.few : shown(row[column.name], column.format);
        line.append(element(place ? "td" : "th", text, {
          ...(place ? {} : { scope: "row" }),
          ...(NUMBERS[column.format] ? { class: "number" } : {}),
        }));
      });
      body.append(line);
    });
    const top = element("thead");
    top.append(head);
    table.replaceChildren(element("caption", chart.title), top, body);
  };

  const summary = (chart, rows) => {
    const value = chart.columns.find((column) => column.name === chart.value);
    if (!rows.length || !value) return "";
    const text = (row) => (row.is_few ? page.readings.few : shown(row[value.name], value.format));
    if (chart.by[0] === "month" && chart.by.length === 1) {
      const settled = rows.filter((row) => row.reading === page.readings.final);
      const row = settled.at(-1) ?? rows.at(-1);
      const open = row.reading === page.readings.open ? `, ${page.readings.open}` : "";
      const what = value.heading === chart.title ? "" : `${value.heading} `;
      const target = chart.target === null ? "" : `; target ${shown(chart.target, value.format)}`;
      return `${shown(row.month, "month")}: ${what}${text(row)}${open}${target}`;
    }
    if (["sum", undefined].includes(datasets[chart.dataset].joins[value.name]) && chart.total) {
      const total = rows.reduce((sum, row) => sum + (row[value.name] ?? 0), 0);
      return `In all ${shown(total, value.format)}`;
    }
    return "";
  };

  const forVega = (chart, rows) => {
    const value = chart.columns.find((column) => column.name === chart.value);
    return rows.map((row) => ({
      ...row,
      ...(row.month ? { month: Date.parse(row.month) } : {}),
      ...(value ? {
        told: row.is_few ? page.readings.few : shown(row[value.name], value.format),
        // Left out of the drawing, not of the table: a dot would look like a finding.
        ...(row.is_few && chart.by[0] !== "month" ? { [value.name]: 0 } : {}),
      } : {}),
    }));
  };

  const draw = async (chart, rows, parts) => {
    const data = forVega(chart, rows);
    if (parts.view) {
      await parts.view.data("table", data).runAsync();
      return;
    }
    const spec = { ...chart.spec, config: page.config, datasets: { ...chart.spec.datasets, table: data } };
    const embedded = await window.vegaEmbed(parts.plot, spec, {
      actions: false, ast: true, defaultStyle: false, renderer: "svg",
      tooltip: { disableDefaultStyle: true },
    });
    parts.view = embedded.view;
    // Its parts have no names of their own; the figure has one, and a table.
    parts.plot.querySelector("svg").setAttribute("aria-hidden", "true");
  };

  const pickValues = (chart, pick) => {
    const set = datasets[chart.dataset];
    const sizes = new Map();
    (set.columns[pick] ?? []).forEach((value, row) => {
      const size = chart.weight ? set.columns[chart.weight][row] ?? 0 : 1;
      if (value !== "*") sizes.set(value, (sizes.get(value) ?? 0) + size);
    });
    return [...sizes.entries()].sort((a, b) => b[1] - a[1]).map(([value]) => value);
  };

  const label = (pick, value) => (SLICES.includes(pick)
    ? labels[pick].get(value)?.label ?? (value === "=" ? `no ${pick} known` : value.slice(1))
    : value ?? "not known");

  const figures = page.charts.map((chart) => {
    const root = document.getElementById(chart.id);
    const find = (name) => root.querySelector(`[data-part="${name}"]`);
    const parts = Object.fromEntries(
      ["plot", "empty", "summary", "key", "details", "table", "more", "sql", "csv", "note"].map((n) => [n, find(n)]),
    );
    const picked = {};
    const selects = chart.picks.map((pick) => {
      const select = root.querySelector(`select[data-pick="${pick}"]`);
      pickValues(chart, pick).forEach((value) => {
        const option = element("option", label(pick, value));
        option.pickValue = value;
        select.append(option);
      });
      return [pick, select];
    });
    return { chart, parts, picked, selects, rows: [] };
  });

  // The picks begin where there is most to see.
  const pickLargest = ({ chart, selects }) => {
    const set = datasets[chart.dataset];
    if (!selects.length || !set.rows) return;
    const sizes = new Map();
    for (let row = 0; row < set.rows; row += 1) {
      const key = JSON.stringify(chart.picks.map((pick) => set.columns[pick][row]));
      const isShown = !set.month || set.columns.month[row] >= (choiceNow().from || "");
      if (isShown && !key.includes('"*"')) sizes.set(key, (sizes.get(key) ?? 0) + set.columns[chart.weight][row]);
    }
    const [[largest]] = [...sizes.entries()].sort((a, b) => b[1] - a[1]);
    JSON.parse(largest).forEach((value, place) => {
      const option = [...selects[place][1].options].find((one) => one.pickValue === value);
      if (option) option.selected = true;
    });
  };

  const update = async (figure, choice) => {
    const { chart, parts, picked } = figure;
    figure.selects.forEach(([pick, select]) => {
      const options = [...select.options];
      const wanted = SLICES.includes(pick) && choice[pick]
        ? options.find((option) => option.pickValue === choice[pick]) : null;
      if (wanted) wanted.selected = true;
      picked[pick] = select.selectedOptions[0]?.pickValue ?? null;
    });
    const rows = rowsOf(chart, choice, picked);
    figure.rows = rows;
    const is_few = rows.length > 0 && rows.every((row) => row.is_few);
    const set = datasets[chart.dataset];
    const ignored = SLICES.filter((slice) => choice[slice] && !set.held.includes(slice));
    parts.note.textContent = ignored.length ? `Shown for every ${ignored.join(" and ")}.` : "";
    parts.sql.textContent = sqlOf(chart, choice, picked);
    parts.summary.textContent = summary(chart, rows);
    parts.empty.hidden = rows.length > 0 && !is_few;
    parts.empty.textContent = isBeyond(chart, choice) ? page.words.large
      : rows.length ? page.words.few : page.words.empty;
    parts.csv.hidden = isBeyond(chart, choice);
    parts.more.textContent = rows.length > MOST_TABLE_ROWS
      ? `The first ${MOST_TABLE_ROWS} of ${NUMBERS.count.format(rows.length)} rows; the CSV has all.` : "";
    if (parts.details.open) fillTable(chart, rows, parts.table);
    if (!parts.plot) return;
    parts.plot.hidden = !rows.length || is_few;
    parts.key.hidden = parts.plot.hidden;
    parts.plot.setAttribute("aria-label", `Chart: ${chart.title}. ${parts.summary.textContent}. The table below has its numbers.`);
    if (!parts.plot.hidden) await draw(chart, rows, parts);
  };

  // ---- the page --------------------------------------------------------------------------------

  const form = document.getElementById("filters");
  const status = document.getElementById("filter-status");
  const isSingle = Object.values(datasets).some((set) => !set.combined && set.held.length > 1);

  const choiceNow = () => {
    const choice = {};
    [...SLICES, "from", "to"].forEach((name) => { choice[name] = form?.elements[name]?.value ?? ""; });
    if (choice.from > choice.to) choice.from = choice.to;
    return choice;
  };

  const applyHash = () => {
    const asked = new URLSearchParams(window.location.hash.slice(1));
    [...SLICES, "from", "to"].forEach((name) => {
      const control = form?.elements[name];
      const value = asked.get(name);
      if (control && value !== null && [...control.options].some((one) => one.value === value)) {
        control.value = value;
      }
    });
  };

  const keepChoice = (choice, isFirst) => {
    const kept = new URLSearchParams();
    [...SLICES, "from", "to"].forEach((name) => {
      const control = form?.elements[name];
      const usual = control && [...control.options].find((one) => one.defaultSelected)?.value;
      if (control && choice[name] !== (usual ?? "")) kept.set(name, choice[name]);
    });
    const text = kept.toString();
    document.querySelectorAll("nav a[data-theme]").forEach((link) => {
      link.setAttribute("href", link.dataset.theme + (text ? `#${text}` : ""));
    });
    if (!isFirst) window.history.replaceState(null, "", `#${text}`);
  };

  const tell = (choice) => {
    const told = SLICES.filter((slice) => choice[slice]).map((slice) => label(slice, choice[slice]));
    const period = choice.from ? `${shown(choice.from, "month")} to ${shown(choice.to, "month")}` : "";
    status.textContent = [told.length ? told.join(", ") : "Whole practice", period].filter(Boolean).join(", ");
  };

  const refresh = async (isFirst) => {
    document.body.dataset.ready = "no";
    const choice = choiceNow();
    if (form) {
      tell(choice);
      keepChoice(choice, isFirst);
    }
    for (const figure of figures) await update(figure, choice);
    document.body.dataset.ready = "yes";
    // Charts move what is below them.
    if (isFirst && page.charts.some((chart) => `#${chart.id}` === window.location.hash)) {
      document.querySelector(window.location.hash).scrollIntoView();
    }
  };

  figures.forEach((figure) => {
    const { chart, parts, selects } = figure;
    parts.details.addEventListener("toggle", () => {
      if (parts.details.open) fillTable(chart, figure.rows, parts.table);
    });
    const writeCsv = () => {
      parts.csv.href = `data:text/csv;charset=utf-8,${encodeURIComponent(csvOf(chart, figure.rows))}`;
    };
    ["click", "focus", "pointerenter"].forEach((kind) => parts.csv.addEventListener(kind, writeCsv));
    selects.forEach(([, select]) => select.addEventListener("change", () => update(figure, choiceNow())));
  });

  form?.addEventListener("change", (event) => {
    if (isSingle && SLICES.includes(event.target.name) && event.target.value) {
      SLICES.filter((slice) => slice !== event.target.name).forEach((slice) => {
        if (form.elements[slice]) form.elements[slice].value = "";
      });
    }
    refresh(false);
  });
  form?.addEventListener("submit", (event) => event.preventDefault());
  form?.addEventListener("reset", () => {
    // The fields change after this event: until they are read, the charts show the old choice.
    document.body.dataset.ready = "no";
    setTimeout(() => refresh(false));
  });
  applyHash();
  figures.forEach(pickLargest);
  refresh(true);
})();
