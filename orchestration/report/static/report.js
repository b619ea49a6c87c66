/* What a page of the report does: the reader's choice, sums, tables, SQL and CSV. Charts are drawn
   by Vega. All text goes in as text, never as markup; nothing is loaded but what lies beside. */
"use strict";

(() => {
  const page = JSON.parse(document.getElementById("page-data").textContent);
  const SLICES = ["payer", "clinic", "provider"];
  const number = (options) => new Intl.NumberFormat("en-US", options);
  const places = (n) => ({ minimumFractionDigits: n, maximumFractionDigits: n });
  const NUMBERS = {
    count: number({ maximumFractionDigits: 0 }),
    number: number(places(2)),
    number4: number(places(4)),
    days: number(places(1)),
    percent: number({ style: "percent", ...places(1) }),
    money: number({ style: "currency", currency: "USD", maximumFractionDigits: 0 }),
    cents: number({ style: "currency", currency: "USD" }),
  };
  const monthName = new Intl.DateTimeFormat("en-US", {
    month: "short", year: "numeric", timeZone: "UTC",
  });

  const element = (name, text, attributes = {}) => {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
    return made;
  };

  const shown = (value, format) => {
    if (value === null || value === undefined) return "–";
    if (format === "flag") return value ? "yes" : "no";
    if (format === "month") return monthName.format(new Date(value));
    return NUMBERS[format] ? NUMBERS[format].format(value) : String(value);
  };

  // ---- rows ------------------------------------------------------------------------------------

  const decoded = (columns) => Object.fromEntries(
    Object.entries(columns).map(([name, held]) => [
      name, Array.isArray(held) ? held : held.at.map((at) => (at < 0 ? null : held.of[at])),
    ]),
  );
  const datasets = Object.fromEntries(
    Object.entries(page.datasets).map(([name, set]) => [name, { ...set, columns: decoded(set.columns) }]),
  );
  const labels = Object.fromEntries(SLICES.map((slice) => [
    slice, new Map(page.names[slice].map((one) => [`=${one.id}`, one])),
  ]));

  const isKept = (chart, set, choice, picked) => {
    const { columns } = set;
    const months = columns.month;
    return (row) => {
      if (set.month && months) {
        const month = months[row];
        if (month > choice.to || month < (chart.is_balance ? choice.to : choice.from)) return false;
      }
      for (const slice of set.held) {
        const value = columns[slice][row];
        const wanted = choice[slice];
        if (chart.picks.includes(slice)) continue;
        if (set.combined || chart.by.includes(slice)) {
          if (value === "*" || (wanted && value !== wanted)) return false;
        } else if (value !== (wanted || "*")) return false;
      }
      return chart.picks.every((pick) => !columns[pick] || columns[pick][row] === picked[pick]);
    };
  };

  const JOINS = {
    sum: (a, b) => (b === null ? a : (a ?? 0) + b),
    all: (a, b) => (b === null ? a : a === null ? b : Math.min(a, b)),
    min: (a, b) => (a === null || (b !== null && b < a) ? b : a),
    max: (a, b) => (a === null || (b !== null && b > a) ? b : a),
  };

  const summed = (chart, set, keep) => {
    const groups = new Map();
    const { columns } = set;
    for (let row = 0; row < set.rows; row += 1) {
      if (!keep(row)) continue;
      const key = JSON.stringify(chart.by.map((by) => columns[by]?.[row] ?? null));
      let group = groups.get(key);
      if (!group) {
        group = {};
        chart.by.forEach((by) => { group[by] = columns[by]?.[row] ?? null; });
        Object.keys(set.joins).forEach((name) => { group[name] = null; });
        groups.set(key, group);
      }
      Object.entries(set.joins).forEach(([name, join]) => {
        group[name] = JOINS[join](group[name], columns[name][row]);
      });
    }
    return [...groups.values()];
  };

  const compared = (order) => (a, b) => {
    for (const [name, down] of order) {
      const [x, y] = [a[name], b[name]];
      if (x === y) continue;
      if (x === null) return 1;
      if (y === null) return -1;
      return (x < y ? -1 : 1) * (down ? -1 : 1);
    }
    return 0;
  };

  const named = (chart, row) => {
    SLICES.filter((slice) => chart.by.includes(slice)).forEach((slice) => {
      const one = labels[slice].get(row[slice]);
      const id = row[slice] === "=" ? null : row[slice].slice(1);
      row[`${slice}_id`] = id;
      row[`${slice}_name`] = one ? one.name : null;
      row[slice] = one ? one.label : id ?? `no ${slice} known`;
    });
    return row;
  };

  // Of a large practice a page holds no pairs of slices, and of a very large one not every slice.
  const isBeyond = (chart, choice) => {
    const set = datasets[chart.dataset];
    const keyed = SLICES.filter((slice) => chart.by.includes(slice));
    return keyed.some((slice) => !set.held.includes(slice)) || (!set.combined
      && keyed.some((slice) => set.held.some((other) => other !== slice && choice[other])));
  };

  const rowsOf = (chart, choice, picked) => {
    const set = datasets[chart.dataset];
    if (chart.by.some((by) => SLICES.includes(by) && !set.held.includes(by))) return [];
    let rows = summed(chart, set, isKept(chart, set, choice, picked));
    if (chart.without_zero) rows = rows.filter((row) => Math.abs(row[chart.without_zero]) > 1e-9);
    rows.forEach((row) => {
      Object.entries(set.joins).forEach(([name, join]) => {
        // Cents added up as binary fractions drift in the last places.
        if (join === "sum" && row[name] !== null) row[name] = Math.round(row[name] * 1e6) / 1e6;
      });
      chart.ratios.forEach((ratio) => {
        const below = row[ratio.denominator];
        row[ratio.name] = below && row[ratio.numerator] !== null ? row[ratio.numerator] / below : null;
        if (ratio.few && (below ?? 0) < page.too_few) row.is_few = true;
      });
      row.reading = row.is_few ? page.readings.few
        : row.is_mature === 0 ? page.readings.open : page.readings.final;
      named(chart, row);
    });
    chart.running.forEach(({ name, of }) => {
      const order = [[of, true], ...chart.order.filter(([column]) => column !== of && column !== name)];
      const total = rows.reduce((sum, row) => sum + row[of], 0);
      let until = 0;
      rows.sort(compared(order)).forEach((row) => {
        until += row[of];
        row[name] = total ? until / total : null;
      });
    });
    rows.sort(compared(chart.order));
    return chart.limit ? rows.slice(0, chart.limit) : rows;
  };

  // ---- SQL and CSV -----------------------------------------------------------------------------

  const literal = (column, value) => (
    value === null ? `${column} is null` : `${column} = '${String(value).replaceAll("'", "''")}'`
  );

  const sqlOf = (chart, choice, picked) => {
    const set = datasets[chart.dataset];
    const where = [...chart.sql.where];
    if (set.month && page.months.length) {
      where.push(chart.is_balance
        ? `${set.month} = date '${choice.to}'`
        : `${set.month} between date '${choice.from}' and date '${choice.to}'`);
    }
    const wanted = { ...choice };
    chart.picks.forEach((pick) => {
      if (SLICES.includes(pick)) wanted[pick] = picked[pick];
      else where.push(literal(set.keys[pick], picked[pick] ?? null));
    });
    SLICES.filter((slice) => set.held.includes(slice) && wanted[slice]).forEach((slice) => {
      where.push(literal(`${slice}_id`, wanted[slice].slice(1) || null));
    });
    const middle = where.length ? `where\n    ${where.join("\n    and ")}\n` : "";
    return `${chart.sql.head}\n${middle}${chart.sql.tail}`;
  };

  // A text that a spreadsheet would take for a formula begins with an apostrophe.
  const cell = (value) => {
    if (value === null || value === undefined) return "";
    if (typeof value !== "string") return String(value);
    const safe = page.formula_starts.includes(value[0]) && value ? `'${value}` : value;
    return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };

  const csvOf = (chart, rows) => {
    const lines = [chart.columns.map((column) => column.name)];
    rows.forEach((row) => lines.push(chart.columns.map((column) => (
      cell(column.format === "flag" && row[column.name] !== null
        ? String(Boolean(row[column.name])) : row[column.name])
    ))));
    return `${lines.map((line) => line.join(",")).join("\r\n")}\r\n`;
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
  form?.addEventListener("reset", () => setTimeout(() => refresh(false)));
  applyHash();
  figures.forEach(pickLargest);
  refresh(true);
})();
