/* What a page of the report holds and how it is added up: the reader's choice in, rows, SQL and CSV
   out. It touches nothing on the page but the data that lie in it. */
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

  window.report = {
    page, SLICES, NUMBERS, shown, datasets, labels, isBeyond, rowsOf, sqlOf, csvOf,
  };
})();
